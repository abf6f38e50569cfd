import { request } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import type { TlsServer } from "../../browser/chromium";

/** What came back. */
export interface Reply {
  readonly url: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is sent beside the cookies. */
export interface Sent {
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/**
 * A client with cookies that goes where it is led, step by step. It sends every cookie of a host to it, whatever SameSite says: what a browser makes of that, the tests in
 * Chromium tell.
 */
export class Walker {
  /** Cookies by host and name, with their attributes as they came. */
  readonly cookies = new Map<string, Map<string, { value: string; line: string }>>();

  /** @param address - where it comes from, on this machine: an address of its own where guesses are counted by address */
  constructor(
    private readonly servers: readonly TlsServer[],
    private readonly address?: string,
  ) {}

  /** Sends one request and follows nothing. */
  async go(url: string, { form, headers = {}, method }: Sent = {}): Promise<Reply> {
    const { host, hostname, pathname, search } = new URL(url);
    const server = this.servers.find((each) => each.host === hostname);
    if (server === undefined) throw new Error(`nobody serves ${url}`);
    const body = form && new URLSearchParams(form).toString();
    const cookie = [...(this.cookies.get(hostname) ?? [])].map(([name, { value }]) => `${name}=${value}`).join("; ");
    const reply = await send(server, {
      from: this.address,
      method: method ?? (body === undefined ? "GET" : "POST"),
      path: `${pathname}${search}`,
      body,
      headers: {
        host,
        ...(cookie === "" ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
        ...headers,
      },
    });
    this.keep(hostname, reply.headers["set-cookie"] ?? []);
    return { ...reply, url };
  }

  /** Goes on to where an answer leads, as far as it leads, but not beyond `stop`. */
  async follow(reply: Reply, stop: (url: string) => boolean = () => false): Promise<Reply> {
    let last = reply;
    for (let step = 0; step < 15; step++) {
      const next = goalOf(last);
      if (next === undefined || stop(next)) return last;
      last = await this.go(next);
    }
    throw new Error(`led in circles: ${last.url}`);
  }

  /** Opens a page of the dashboard, and answers the provider's question as that account; resolves with where it ends. */
  async signIn(url: string, login: string, say = "yes"): Promise<Reply> {
    const asked = await this.follow(await this.go(url));
    return this.answer(asked, login, say);
  }

  /** Answers the provider's question and goes where that leads, but not beyond `stop`. */
  async answer(asked: Reply, login: string, say = "yes", stop?: (url: string) => boolean): Promise<Reply> {
    if (!asked.body.includes('name="login"')) throw new Error(`${asked.status} of ${asked.url}, and no question`);
    return this.follow(await this.go(asked.url, { form: { login, say } }), stop);
  }

  /** A cookie, as it would be sent. */
  cookie(host: string, name: string): string | undefined {
    return this.cookies.get(host)?.get(name)?.value;
  }

  private keep(host: string, lines: readonly string[]): void {
    const jar = this.cookies.get(host) ?? new Map<string, { value: string; line: string }>();
    for (const line of lines) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const expires = /expires=([^;]+)/i.exec(line)?.[1];
      if (expires !== undefined && Date.parse(expires) < Date.now()) jar.delete(name);
      else jar.set(name, { value, line });
    }
    this.cookies.set(host, jar);
  }
}

/** Where an answer leads: a redirect, or a page that goes on by itself. */
export function goalOf({ status, headers, body, url }: Reply): string | undefined {
  const refresh = /<meta http-equiv="refresh" content="0; url=([^"]*)"/.exec(body)?.[1]?.replaceAll("&amp;", "&");
  const goal = status >= 300 && status < 400 ? headers.location : refresh;
  return goal === undefined ? undefined : new URL(goal, url).href;
}

interface Outgoing {
  from: string | undefined;
  method: string;
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}

function send(server: TlsServer, { from, method, path, body, headers }: Outgoing): Promise<Omit<Reply, "url">> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...{ method, path, headers, agent: false, localAddress: from },
        ...{ host: server.address, port: server.port, servername: server.host, ca: server.authority },
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        incoming.on("end", () => {
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text });
        });
      },
    );
    outgoing.setTimeout(40_000, () => outgoing.destroy(new Error(`${path}: no answer`)));
    outgoing.on("error", reject).end(body);
  });
}
