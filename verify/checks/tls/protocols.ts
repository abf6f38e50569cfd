import type { SecureVersion } from "node:tls";
import type { Check } from "../../check";
import type { Context } from "../../context";
import type { Failure } from "../../network/failure";
import { handshake, type Handshake } from "../../network/handshake";
import type { Attempt } from "../../report";
import type { Site } from "../../target";

/** Old versions are refused, current ones accepted. */
export const protocols: readonly Check[] = [
  {
    id: "tls",
    name: "current-protocols",
    title: "TLS 1.2 or 1.3 is spoken",
    needs: ["dashboard"],
    run: async (context) => Promise.all(context.sites.map((site) => speaksCurrent(context, site))),
  },
  {
    id: "tls",
    name: "old-protocols",
    title: "TLS 1.0 and 1.1 are refused",
    needs: ["dashboard"],
    run: async (context) => {
      const versions = ["TLSv1", "TLSv1.1"] as const;
      return Promise.all(
        context.sites.flatMap((site) => versions.map((version) => refusesOld(context, site, version))),
      );
    },
  },
];

function shake({ target, signal }: Context, site: Site, version: SecureVersion): Promise<Handshake | Failure> {
  return handshake({ url: site.url, address: target.address, ca: target.ca, version, signal });
}

/** One of the two will do: a server that has given up TLS 1.2 is not the weaker for it. */
async function speaksCurrent(context: Context, site: Site): Promise<Attempt> {
  const versions = ["TLSv1.2", "TLSv1.3"] as const;
  const results = await Promise.all(versions.map((version) => shake(context, site, version)));
  const spoken = versions.filter((_version, index) => results[index]?.kind === "handshake");
  return {
    tried: `handshake with ${site.url.host}, TLS 1.2 only, then 1.3 only`,
    expected: "accepted",
    cameBack: spoken.length > 0 ? `accepted: ${spoken.join(", ")}` : "refused, both",
    verdict: spoken.length > 0 ? "live" : "unknown",
  };
}

async function refusesOld(context: Context, site: Site, version: SecureVersion): Promise<Attempt> {
  const result = await shake(context, site, version);
  const tried = `handshake with ${site.url.host}, ${version} only`;
  const verdict = refused(result);
  if (result.kind === "handshake") {
    return { tried, expected: "refused", cameBack: `accepted: ${result.protocol}`, verdict };
  }
  const hint = verdict === "unknown" ? "; this machine's OpenSSL may not offer it at all" : "";
  return { tried, expected: "refused", cameBack: `${result.message}${hint}`, verdict };
}

/** Only what the server did proves something: an error of our own OpenSSL, which may lack the version, does not. */
function refused(result: Handshake | Failure): Attempt["verdict"] {
  if (result.kind === "handshake") return "not live";
  return result.failure === "alert" || result.failure === "closed" ? "live" : "unknown";
}
