import { request } from "node:https";

/** What an HTTPS request is made of. */
export interface HttpsRequest {
  readonly address: string;
  readonly host: string;
  readonly path: string;
  readonly user?: { readonly name: string; readonly password: string };
  /** Which of this machine's addresses to come from. */
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The status of the answer; 0 when there was none within five seconds. Certificates are the verifier's business, not ours. */
export function statusOf({ address, host, path, user, from, headers }: HttpsRequest): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(
      {
        host: address,
        servername: host,
        path,
        localAddress: from,
        auth: user && `${user.name}:${user.password}`,
        headers: { host, ...headers },
        rejectUnauthorized: false,
        agent: false,
        timeout: 5000,
      },
      (answer) => {
        answer.resume();
        answer.on("end", () => resolve(answer.statusCode ?? 0));
        answer.on("error", () => resolve(0));
      },
    );
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(0));
    sent.end();
  });
}
