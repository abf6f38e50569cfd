import type { Check } from "../check";
import { directOf, type Context } from "../context";
import { describe, exchange, type Exchange } from "../network/exchange";
import { foreignCertificate } from "../network/foreignCertificate";
import type { Attempt } from "../report";

/** Only the controller's certificate gets in: any answer to a neighbour, an error page too, is one too many. */
export const mutualTls: readonly Check[] = [
  {
    id: "mutual-tls",
    name: "no-certificate",
    title: "The pod does not answer a neighbour without a certificate",
    needs: ["direct"],
    run: async (context) => [await neighbour(context, "without a client certificate", undefined)],
  },
  {
    id: "mutual-tls",
    name: "foreign-certificate",
    title: "The pod does not answer a neighbour with a certificate of its own",
    needs: ["direct"],
    run: async (context) => [
      await neighbour(context, "with a self-made client certificate", await foreignCertificate()),
    ],
  },
];

async function neighbour(
  { target, signal }: Context,
  how: string,
  clientCertificate: { key: string; cert: string } | undefined,
): Promise<Attempt> {
  const { host, port } = directOf(target);
  const url = new URL(target.viewer.url.href);
  url.port = `${port}`;
  // The pod's certificate is from a private authority: not to be checked, as nothing is told to whoever answers.
  const headers = { Host: target.viewer.url.host };
  const result = await exchange({ url, address: host, headers, anyCertificate: true, clientCertificate, signal });
  const verdict = shutOut(result);
  const hint = verdict === "unknown" ? ": a network policy, or not the pod's address? TLS was not reached" : "";
  return {
    tried: `GET ${target.viewer.base} from ${host} port ${port}, ${how}`,
    expected: "no answer",
    cameBack: `${describe(result)}${hint}`,
    verdict,
  };
}

/** Being shut out by TLS is the proof; not getting as far proves nothing about it. */
function shutOut(result: Exchange): Attempt["verdict"] {
  if (result.kind === "answer") return "not live";
  return result.failure === "alert" || result.failure === "closed" ? "live" : "unknown";
}
