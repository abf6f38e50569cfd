import type { Check } from "../../check";
import type { Context } from "../../context";
import { handshake } from "../../network/handshake";
import type { Attempt } from "../../report";
import type { Site } from "../../target";

const DAY_MS = 86_400_000;

/** The certificate is for this host, from an authority that is trusted, and will be good for a while. */
export const certificate: readonly Check[] = [
  {
    id: "tls",
    name: "certificate",
    title: "The certificate is trusted, for this host, and does not expire soon",
    needs: [],
    run: async (context) => Promise.all(context.sites.map((site) => inspect(context, site))),
  },
];

async function inspect({ target, options, signal }: Context, site: Site): Promise<Attempt> {
  const { address, ca } = target;
  const result = await handshake({ url: site.url, address, ca, signal });
  const tried = `TLS handshake with ${site.url.host}`;
  const expected = `trusted, valid for ${options.minCertificateDays} days or more`;
  if (result.kind === "failure") return { tried, expected, cameBack: result.message, verdict: "unknown" };
  if (result.distrust !== undefined) {
    const hint = ca === undefined ? "; if a private authority signed it, give its certificate" : "";
    return { tried, expected, cameBack: `not trusted: ${result.distrust}${hint}`, verdict: "not live" };
  }
  const days = Math.floor((result.validTo.getTime() - Date.now()) / DAY_MS);
  const verdict = days >= options.minCertificateDays ? "live" : "not live";
  return { tried, expected, cameBack: `trusted, valid for ${days} days`, verdict };
}
