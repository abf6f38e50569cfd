import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlowerDashboard } from "../../../../components/flowerDashboard";
import { nginxConfig } from "../../../../components/build/nginx/config";
import { MOUNTS } from "../../../../components/build/paths";
import { recordResources } from "../../../../testing";
import { full, modelOf } from "../arguments";
import { VALID } from "./models";

const version = spawnSync("nginx", ["-v"], { encoding: "utf8" });
const nginx = version.error === undefined && version.status === 0;
if (!nginx) {
  console.warn("nginx -t is skipped: no nginx was found on the PATH. Install it to have the configurations checked.");
}

/** A log-in as the init container lists it: longer than a hash bucket of nginx has by default. */
const LOGINS = `"~^(?i:basic) ${"YW5h".repeat(40)}=*$" "";\n`;

describe.skipIf(!nginx)("nginx itself takes the configuration", () => {
  const folder = mkdtempSync(join(tmpdir(), "secure-flower-nginx-"));

  beforeAll(async () => {
    const { find } = await recordResources(() => new FlowerDashboard("queues", full));
    const files = find("kubernetes:core/v1:Secret", "queues-server-tls").inputs.stringData as Record<string, string>;
    ["tls", "logins", "tmp"].forEach((name) => mkdirSync(join(folder, name)));
    Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, "tls", name), content));
    ["viewer", "admin"].forEach((role) => writeFileSync(join(folder, "logins", `${role}.map`), LOGINS));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  /** The configuration with the pod's paths in a folder of this machine. IPv6 may be switched off here, so its sockets become IPv4's. */
  function onThisMachine(text: string): string {
    return (
      text
        .replaceAll("listen [::]:", "listen 127.0.0.1:")
        // First, since the folder may be below /tmp itself.
        .replaceAll(` ${MOUNTS.tmp}/`, ` ${folder}/tmp/`)
        .replaceAll(" /dev/stdout ", ` ${folder}/tmp/access.log `)
        .replaceAll(MOUNTS.serverTls, `${folder}/tls`)
        .replaceAll(MOUNTS.logins, `${folder}/logins`)
    );
  }

  test.each(Object.entries(VALID))("of a dashboard with %s", (_, args) => {
    const file = join(folder, "nginx.conf");
    writeFileSync(file, onThisMachine(nginxConfig(modelOf(args))));
    const { status, stderr } = spawnSync("nginx", ["-t", "-e", "stderr", "-c", file], { encoding: "utf8" });
    expect(stderr).toContain("test is successful");
    expect(stderr).not.toMatch(/\[(?:emerg|alert|crit|error)\]/);
    expect(status).toBe(0);
  });
});
