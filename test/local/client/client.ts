import { type Answer, bytesOf, type HeaderLines, type Line } from "./http1";
import { credentialLines, type Credential, type Role } from "./logIns";
import type { Dial, Stack } from "./stack";

/** The path under which the example serves both dashboards. */
export const PREFIX = "/flower";

/** One request. */
export interface Ask {
  /** The dashboard, by its Host. Defaults to the viewers'. */
  readonly to?: Role;
  readonly method?: string;
  /** What stands in the request line. Defaults to a read of the API. */
  readonly target?: string;
  readonly as?: Credential;
  /** Where the controller says that the client is; `null` for a controller that does not say. Not for requests through the controller. */
  readonly client?: string | null;
  /** Host header, instead of the dashboard's. */
  readonly host?: string;
  /** Further headers, in this order. */
  readonly headers?: HeaderLines;
  /** A body; its length is announced. */
  readonly body?: string;
  /** A body whose length nothing but the given headers announces. */
  readonly bareBody?: string;
  readonly seconds?: number;
}

let lastAddress = 0;

/** An address that nothing has come from yet: on both dashboards' lists, and with fresh counters. */
export function freshClient(): string {
  lastAddress += 1;
  return `127.77.${lastAddress >> 8}.${lastAddress & 255}`;
}

/** The bytes of a request. */
export function requestBytes(stack: Stack, ask: Ask, client: string | undefined): Buffer {
  const { to = "viewer", method = "GET", target = `${PREFIX}/api/workers`, as, body } = ask;
  const length = body === undefined ? [] : [["Content-Length", String(Buffer.byteLength(body))] as const];
  return bytesOf({
    method,
    target,
    body: body ?? ask.bareBody,
    headers: [
      ["Host", ask.host ?? stack.authority(to)],
      ...(client === undefined ? [] : [["X-Forwarded-For", client] as const]),
      ...(as === undefined ? [] : credentialLines(as)),
      ...(ask.headers ?? []),
      ...length,
    ],
  });
}

/** Somebody who sends one request after the other, and keeps the connection for as long as the other side does. */
export abstract class Client {
  private line: Line | undefined;

  constructor(protected readonly stack: Stack) {}

  /** Sends a request and reads its answer. */
  async ask(ask: Ask = {}): Promise<Answer> {
    return this.exchange(this.bytes(ask), ask);
  }

  /** Sends bytes and reads the answer to them. */
  async exchange(bytes: Buffer, ask: Ask = {}): Promise<Answer> {
    if (this.line === undefined || this.line.ended) this.line = await this.dial(ask);
    this.line.send(bytes);
    const answer = await this.line.answer(ask.method ?? "GET", ask.seconds ?? 40);
    if (answer.status === 0 || answer.header("connection") === "close") this.close();
    return answer;
  }

  /** Hangs up. */
  close(): void {
    this.line?.close();
    this.line = undefined;
  }

  protected abstract dial(ask: Ask): Promise<Line>;
  protected abstract bytes(ask: Ask): Buffer;
}

/** Plays the ingress controller: connects to the pod with its certificate, and says who the client is. */
export class PodClient extends Client {
  constructor(
    stack: Stack,
    private readonly dialling: Dial = {},
  ) {
    super(stack);
  }

  protected dial(): Promise<Line> {
    return this.stack.toPod(this.dialling);
  }

  protected bytes(ask: Ask): Buffer {
    return requestBytes(this.stack, ask, ask.client === null ? undefined : (ask.client ?? freshClient()));
  }
}

/** A browser's way: through the ingress controller. It has one connection for each dashboard. */
export class ControllerClient extends Client {
  constructor(
    stack: Stack,
    private readonly role: Role,
    private readonly dialling: Dial = {},
  ) {
    super(stack);
  }

  protected dial(): Promise<Line> {
    return this.stack.toController(this.role, this.dialling);
  }

  protected bytes(ask: Ask): Buffer {
    return requestBytes(this.stack, { to: this.role, ...ask }, undefined);
  }
}

/** One request to the pod, on a connection of its own. */
export async function askPod(stack: Stack, ask: Ask = {}, dialling: Dial = {}): Promise<Answer> {
  const client = new PodClient(stack, dialling);
  try {
    return await client.ask(ask);
  } finally {
    client.close();
  }
}

/** One request through the ingress controller, on a connection of its own. */
export async function askController(stack: Stack, role: Role, ask: Ask = {}, dialling: Dial = {}): Promise<Answer> {
  const client = new ControllerClient(stack, role, dialling);
  try {
    return await client.ask(ask);
  } finally {
    client.close();
  }
}
