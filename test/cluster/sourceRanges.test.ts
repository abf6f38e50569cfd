import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verify } from "../../verify";
import { statusOf } from "./requests";
import { kubectl } from "./kubectl";
import { applyDashboard, createStage, podOf, rollout, served, type Dashboard, type Stage } from "./stage";
import { readTarget } from "./target";

const { network, address } = readTarget();

describe.each(["traefik", "ingress-nginx"] as const)(
  "source ranges behind Traefik, by the objects for %s",
  (controller) => {
    let stage: Stage;
    let dashboard: Dashboard;

    beforeAll(async () => {
      stage = await createStage("ranges");
      dashboard = await applyDashboard(stage, { controller });
      await rollout(stage.namespace, "queues");
      await served(dashboard);
    });
    afterAll(() => stage.remove());

    function status(role: "viewer" | "admin", from: string, forged?: string): Promise<number> {
      return statusOf({
        address,
        host: role === "admin" ? `admin-${dashboard.host}` : dashboard.host,
        path: "/flower/api/workers",
        user: dashboard.users.find((user) => user.role === role)!,
        from,
        headers:
          forged === undefined ? {} : { "X-Forwarded-For": forged, "X-Real-Ip": forged, Forwarded: `for=${forged}` },
      });
    }

    test("is verified live from an address on both lists", async () => {
      const report = await verify(dashboard.target);
      expect(report.results.filter(({ verdict }) => verdict === "not live" || verdict === "unknown")).toEqual([]);
    });

    test.skipIf(network === undefined)("lets the office see, but not control", async () => {
      expect(await status("viewer", network!.office)).toBe(200);
      expect(await status("admin", network!.office)).toBe(403);
    });

    test.skipIf(network === undefined)("lets a stranger with a stolen password do nothing", async () => {
      expect(await status("viewer", network!.stranger)).toBe(403);
      expect(await status("admin", network!.stranger)).toBe(403);
    });

    test.skipIf(network === undefined)("is not deceived by a stranger's headers", async () => {
      const seen: string[] = [];
      for (const forged of [network!.office, `${network!.office}, ${network!.office}`, "127.0.0.1"]) {
        expect(await status("viewer", network!.stranger, forged)).toBe(403);
        seen.push(`${forged} → ${await lastClient()}`);
        expect(seen.at(-1)).toBe(`${forged} → ${network!.stranger}`);
      }
      console.log(`X-Forwarded-For of ${network!.stranger}, and the client that the pod sees: ${seen.join("; ")}`);
    });

    /** The client of the last request that the pod's nginx has logged. */
    async function lastClient(): Promise<string> {
      const { name } = await podOf(stage);
      const log = await kubectl([`--namespace=${stage.namespace}`, "logs", name, "--container=nginx", "--tail=5"]);
      const line =
        log
          .trim()
          .split("\n")
          .filter((each) => each.includes("/flower/api/workers"))
          .at(-1) ?? "{}";
      return String((JSON.parse(line) as { client?: string }).client);
    }
  },
);
