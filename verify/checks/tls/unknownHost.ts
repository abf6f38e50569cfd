import { explain } from "../../attempts";
import type { Check } from "../../check";
import type { Context } from "../../context";
import { describe, header, type Exchange } from "../../network/exchange";
import type { Attempt } from "../../report";
import type { Site } from "../../target";

const STRANGER = "unknown-host.example";

/**
 * The dashboard is served under its own names only, so that nobody's page can reach it under another (DNS rebinding).
 * No log-in is sent: who knows what else answers there.
 */
export const unknownHost: readonly Check[] = [
  {
    id: "tls",
    name: "unknown-host",
    title: "Under another host name nothing is served",
    needs: ["dashboard"],
    run: async (context) => {
      const attempts: Attempt[] = [];
      for (const site of context.sites) attempts.push(...(await underOtherNames(context, site)));
      return attempts;
    },
  },
];

async function underOtherNames({ send }: Context, site: Site): Promise<Attempt[]> {
  const headers = { Host: STRANGER };
  const tried = `GET ${site.base} from ${site.url.host}, Host: ${STRANGER}`;
  const judge = (how: string, result: Exchange): Attempt => {
    const verdict = servesNothing(site, result);
    const cameBack = verdict === "unknown" ? explain(result) : describe(result);
    return { tried: how, expected: "not served", cameBack, verdict };
  };
  return [
    judge(tried, await send(site, { headers })),
    judge(`${tried}, that name in TLS too`, await send(site, { headers, serverName: STRANGER, anyCertificate: true })),
  ];
}

function servesNothing(site: Site, result: Exchange): Attempt["verdict"] {
  if (result.kind === "failure") {
    return result.failure === "alert" || result.failure === "closed" ? "live" : "unknown";
  }
  const { status, body } = result;
  // Being asked for a log-in, or sent to it, is being served.
  if (status === 401 || header(result, "location")?.includes(`${site.base}login`)) return "not live";
  if (status >= 400 && status < 500 && status !== 429) return "live";
  // Something else, such as a default page of the controller's, may answer for unknown names.
  return /flower|celery/i.test(body) ? "not live" : "unknown";
}
