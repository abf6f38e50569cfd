import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ADDRESSES, Sandbox, type KubernetesObject, type Pod } from "../../local/pod";
import { commandLines } from "./pod-runtime/processes";
import { nginx, SECRET_VALUE, shell, start, until, workload } from "./pod-runtime/workload";

let sandbox: Sandbox;
let pod: Pod | undefined;

beforeAll(async () => {
  sandbox = await Sandbox.start();
});

afterEach(async () => {
  await pod?.kill();
  pod = undefined;
});

afterAll(() => sandbox.stop());

async function up(objects: readonly KubernetesObject[]): Promise<Pod> {
  pod = await start(sandbox, objects);
  return pod;
}

/** What a script prints that runs as an init container. */
async function seen(script: string, fields: Record<string, unknown> = {}): Promise<string> {
  const started = await up(workload([nginx()], { initContainers: [shell("look", script, fields)] }));
  return started.logs("look");
}

const MOUNTS = {
  volumeMounts: [
    { name: "users", mountPath: "/run/users" },
    { name: "work", mountPath: "/work" },
  ],
};

describe("a container", () => {
  test("has the manifest's environment and no other", async () => {
    const env = [
      { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "users", key: "ana" } } },
      { name: "WORD", value: "a b" },
    ];
    const variables = (await seen("tr '\\0' '\\n' </proc/1/environ | sort", { env })).trim().split("\n");
    expect(variables).toEqual([
      "HOME=/",
      "HOSTNAME=test-0",
      `PASSWORD=${SECRET_VALUE}`,
      "PATH=/usr/sbin:/usr/bin:/bin",
      "WORD=a b",
    ]);
  });

  test("runs as the user of the manifest, as process 1, without capabilities or a way to any", async () => {
    const log = await seen("id -u; id -g; echo $$$$; grep -E 'Cap(Prm|Eff|Bnd|Inh)|NoNewPrivs' /proc/self/status");
    expect(log).toMatch(/^1000\n1000\n1\n/);
    expect(log.match(/Cap\w+:\t0{16}\n/g)).toHaveLength(4);
    expect(log).toContain("NoNewPrivs:\t1");
  });

  // A normal user has one id only, so there is nothing to separate.
  test.skipIf(process.getuid?.() !== 0)("is a user of its own for this machine too, in the pod's group", async () => {
    expect(await seen("id -G; stat -Lc %u:%g:%a /proc/self /run/users/ana /work", MOUNTS)).toBe(
      "1000 2000\n1000:1000:555\n0:2000:440\n0:2000:2777\n",
    );
  });

  test("cannot write to a read-only root, nor to a Secret, but to its memory", async () => {
    const script = "for f in /x /etc/x /run/users/x /work/x; do (: >$f) 2>/dev/null && echo $f; done; true";
    expect(await seen(script, { ...MOUNTS, securityContext: { readOnlyRootFilesystem: true } })).toBe("/work/x\n");
  });

  test("sees a Secret as the kubelet lays it out, with the modes of the manifest", async () => {
    const log = await seen("cd /run/users; ls -A; readlink ana; stat -Lc %a ana; cat ana", MOUNTS);
    expect(log.split("\n").slice(1)).toEqual(["..data", "ana", "..data/ana", "440", SECRET_VALUE]);
  });

  test("has no more memory in a volume than its limit", async () => {
    expect(await seen("head -c 3000000 /dev/zero >/work/big || du -k /work/big", MOUNTS)).toMatch(
      /^.*No space.*\n20\d\d\t/s,
    );
  });

  test("sees its own processes, its own name, and nothing of this machine's homes and sockets", async () => {
    const log = await seen("hostname; ls -d /proc/[0-9]* | wc -l; ls -A /root /home /run /var 2>/dev/null | wc -w");
    // The shell, the pipeline's two sides.
    expect(log).toMatch(/^test-0\n[1-4]\n0\n$/);
  });

  test("finds the host aliases of the manifest by its resolver, and no other name", async () => {
    const hostAliases = [{ ip: ADDRESSES.office, hostnames: ["okta.test", "also.test"] }];
    const look = shell(
      "look",
      "for name in okta.test also.test none.test; do getent ahostsv4 $name || echo none; done",
    );
    const started = await up(workload([nginx()], { hostAliases, initContainers: [look] }));
    const addresses = started.logs("look").match(/^(\S+) +STREAM|^none/gm);
    expect(addresses?.map((line) => line.split(" ")[0])).toEqual([ADDRESSES.office, ADDRESSES.office, "none"]);
  });

  test("shares a memory volume with the others of its pod", async () => {
    const write = shell("write", "echo hello >/work/hello", MOUNTS);
    const started = await up(
      workload([nginx()], { initContainers: [write, shell("read", "cat /work/hello", MOUNTS)] }),
    );
    expect(started.logs("read")).toBe("hello\n");
  });
});

describe("a secret", () => {
  test("is in no command line and in no file of this machine's own", async () => {
    const env = [{ name: "PASSWORD", valueFrom: { secretKeyRef: { name: "users", key: "ana" } } }];
    await up(workload([nginx("true", { env })]));
    expect(commandLines().filter((line) => line.includes(SECRET_VALUE))).toEqual([]);
    expect(existsSync("/run/secure-flower")).toBe(false);
  });
});

describe("a pod's network", () => {
  test("is reached from each of the sandbox's addresses, which it sees", async () => {
    const { address } = await up(workload([nginx()]));
    for (const localAddress of [ADDRESSES.office, ADDRESSES.attacker, ADDRESSES.neighbour]) {
      const socket = await sandbox.connect({ host: address, port: 8081, localAddress });
      socket.write("GET /address HTTP/1.0\r\n\r\n");
      expect(await text(socket)).toMatch(new RegExp(`\r\n${localAddress}$`));
    }
  });

  test("has a loopback of its own, which nobody else reaches", async () => {
    const { address } = await up(workload([nginx()]));
    for (const host of [address, "127.0.0.1"]) {
      await expect(sandbox.connect({ host, port: 5555 })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    }
    expect(await sandbox.run(["cat", "/proc/net/tcp"], { network: "pod" })).toContain("0100007F:15B3");
  });

  test("does not lead out to this machine's networks", async () => {
    expect(await sandbox.run(["ip", "-o", "-4", "route"])).not.toContain("default");
    await expect(sandbox.connect({ host: "198.18.0.1", port: 80 })).rejects.toMatchObject({ code: "ENETUNREACH" });
  });
});

describe("a pod that cannot start", () => {
  test("says which init container failed, and why", async () => {
    const failing = shell("check", "echo too old; exit 3");
    await expect(up(workload([nginx()], { initContainers: [failing] }))).rejects.toThrow(
      /init container "check" failed with code 3.*too old/s,
    );
  });

  test("says which container ended, and why", async () => {
    await expect(
      up(workload([nginx(), shell("bad", "echo no log-ins; exit 1", { readinessProbe: { tcpSocket: { port: 1 } } })])),
    ).rejects.toThrow(/container "bad" ended before it was ready.*no log-ins/s);
  });

  test("says what is not ready in time", async () => {
    const slow = shell("slow", "sleep 60", { readinessProbe: { tcpSocket: { port: 1 }, periodSeconds: 1 } });
    await expect(start(sandbox, workload([slow]), 1)).rejects.toThrow('"slow" was not ready after 1 s');
  });
});

describe("a running pod", () => {
  test("starts a container again that was killed", async () => {
    const started = await up(workload([nginx()]));
    const [program] = started.pids("nginx");
    process.kill(program!, "SIGKILL");
    await until("it was started again", () => started.restarts("nginx") === 1 && started.ready);
    expect(started.pids("nginx")[0]).not.toBe(program);
    expect(started.logs("nginx")).toContain("nginx ended with code 137");
  });

  test("starts a container again that is not alive any more", async () => {
    const livenessProbe = {
      httpGet: { path: "/alive", port: 8081 },
      initialDelaySeconds: 2,
      periodSeconds: 1,
      failureThreshold: 1,
    };
    // Alive in its first seconds only, then again from its second start on.
    const script =
      "if [ -e /tmp/seen ]; then touch /tmp/alive; else touch /tmp/seen /tmp/alive; (sleep 3; rm /tmp/alive) & fi";
    const started = await up(workload([nginx(script, { livenessProbe })]));
    await until("it was started again", () => started.restarts("nginx") === 1 && started.ready);
    expect(started.logs("nginx")).toContain("its liveness probe failed");
  });

  test("is not ready while a container is not, and leaves that one running", async () => {
    const readinessProbe = { httpGet: { path: "/ready", port: 8081 }, periodSeconds: 1, failureThreshold: 1 };
    const script = "touch /tmp/ready; (sleep 2; rm /tmp/ready) &";
    const started = await up(workload([nginx(script, { readinessProbe })]));
    await until("it is not ready any more", () => !started.ready);
    expect(started.restarts("nginx")).toBe(0);
  });

  test("stops by the stop signal, and not before the grace period for who does not listen", async () => {
    const polite = shell("polite", "trap 'echo bye; exit 0' QUIT; echo up; while :; do sleep 0.1; done");
    const deaf = shell("deaf", "trap '' QUIT; echo up; while :; do sleep 0.1; done");
    const started = await up(workload([polite, deaf]));
    await until("both listen", () => started.logs("polite") + started.logs("deaf") === "up\nup\n");
    const before = Date.now();
    await started.stop();
    expect(started.logs("polite")).toBe("up\nbye\n");
    expect(Date.now() - before).toBeGreaterThan(1900);
    expect(Date.now() - before).toBeLessThan(5000);
  });

  test("makes room for the next one", async () => {
    await up(workload([nginx("touch /tmp/old")]));
    await pod!.kill();
    const next = await up(workload([nginx("ls /tmp")]));
    expect(next.logs("nginx")).not.toContain("old");
    expect(next.ready).toBe(true);
  });
});
