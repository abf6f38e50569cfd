// A program that brings a pod up, tells of it, and stays: what the tests let crash, or run as another user.
import { Sandbox } from "../../../local/pod";
import { nginx, shell, start, workload } from "./workload";

const LOOK =
  "id -u; id -u >/tmp/mine && echo wrote; grep CapEff /proc/self/status; cat /users/ana >/dev/null && echo read";

async function main(): Promise<void> {
  const sandbox = await Sandbox.start(process.argv.slice(2));
  const volumeMounts = [
    { name: "users", mountPath: "/users" },
    { name: "shared", mountPath: "/tmp" },
  ];
  const pod = await start(sandbox, workload([nginx()], { initContainers: [shell("look", LOOK, { volumeMounts })] }));
  const told = { privilege: sandbox.privilege, pids: pod.pids("nginx"), look: pod.logs("look") };
  process.stdout.write(`${JSON.stringify(told)}\n`);
  setInterval(() => undefined, 1000);
}

void main();
