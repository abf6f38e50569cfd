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

/** What came back. */
export interface HttpsAnswer {
  /** 0 when there was no answer within five seconds. */
  readonly status: number;
  readonly body: string;
}

/** The status of the answer; 0 when there was none within five seconds. */
export async function statusOf(request: HttpsRequest): Promise<number> {
  return (await answerOf(request)).status;
}

/** The answer. Certificates are the verifier's business, not ours. */
export function answerOf({ address, host, path, user, from, headers }: HttpsRequest): Promise<HttpsAnswer> {
  const none = { status: 0, body: "" };
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
        let body = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
        answer.on("error", () => resolve(none));
      },
    );
    sent.on("timeout", () => sent.destroy());
    sent.on("error", () => resolve(none));
    sent.end();
  });
}
