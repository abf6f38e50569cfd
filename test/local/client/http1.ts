import type { Duplex } from "node:stream";

/** Header lines in the order in which they are sent; a name may come twice. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/** A request whose every byte is as given: node's own client refuses or normalises half of the attacks. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderLines;
  readonly body?: string;
}

/** The bytes of a request. A body's length is only announced by the headers that are given. */
export function bytesOf({ method, target, headers, body = "" }: RawRequest): Buffer {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`, "latin1");
}

/** What came back. Status 0: the connection was closed without a byte of HTTP. */
export class Answer {
  constructor(
    readonly status: number,
    readonly headers: HeaderLines,
    readonly body: string,
  ) {}

  /** All values of a header. */
  all(name: string): string[] {
    return this.headers.filter(([given]) => given.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  }

  /** A header's only value, or the values with a bar between them, so that a doubled header is no match for anything. */
  header(name: string): string | undefined {
    const values = this.all(name);
    return values.length === 0 ? undefined : values.join(" | ");
  }
}

/** No whole answer came within the time that was given for it. */
export class Late extends Error {
  override readonly name = "Late";
}

const HEAD_END = "\r\n\r\n";

/** One connection, on which requests go out as bytes and answers are read one after the other. */
export class Line {
  private received = Buffer.alloc(0);
  private closed = false;
  private readonly wake = new Set<() => void>();

  constructor(private readonly stream: Duplex) {
    const ended = (): void => {
      this.closed = true;
      this.notify();
    };
    stream.on("data", (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.notify();
    });
    stream.on("end", ended).on("close", ended).on("error", ended);
  }

  /** Whether the other side has closed it. */
  get ended(): boolean {
    return this.closed;
  }

  /** How many bytes have come and were not part of an answer that was read. */
  get unread(): number {
    return this.received.length;
  }

  /** Sends bytes; what is sent to a closed connection is lost. */
  send(bytes: Buffer | string): void {
    if (!this.closed) this.stream.write(bytes);
  }

  /** The next answer, to a request of that method. */
  async answer(method = "GET", seconds = 40): Promise<Answer> {
    await this.until(() => this.closed || this.received.includes(HEAD_END), seconds);
    const end = this.received.indexOf(HEAD_END);
    if (end < 0) return new Answer(0, [], this.take(this.received.length).toString("latin1"));
    const [statusLine = "", ...lines] = this.received.toString("latin1", 0, end).split("\r\n");
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? Number.NaN);
    const head = new Answer(status, lines.map(headerLine), "");
    this.take(end + HEAD_END.length);
    if (status === 100) return this.answer(method, seconds);
    const body = await this.body(head, method, seconds);
    return new Answer(status, head.headers, body);
  }

  /** Everything that still comes until the other side closes, or the time is over. */
  async rest(seconds: number): Promise<string> {
    await this.until(() => this.closed, seconds).catch(() => undefined);
    return this.take(this.received.length).toString("latin1");
  }

  /** Resolves with what has come as soon as there is anything, or nothing more can come, or the time is over. */
  async anything(seconds: number): Promise<string> {
    await this.until(() => this.closed || this.received.length > 0, seconds).catch(() => undefined);
    return this.takeAll();
  }

  /** Resolves with the seconds that it took until the other side closed; rejects after the time. */
  async untilEnded(seconds: number): Promise<number> {
    const started = Date.now();
    await this.until(() => this.closed, seconds);
    return (Date.now() - started) / 1000;
  }

  /** Resolves when so many bytes are there. */
  async bytes(count: number, seconds: number): Promise<Buffer> {
    await this.until(() => this.received.length >= count, seconds);
    return this.take(count);
  }

  /** Everything that has come, without waiting. */
  takeAll(): string {
    return this.take(this.received.length).toString("latin1");
  }

  /** Hangs up. */
  close(): void {
    this.stream.destroy();
    this.closed = true;
  }

  private async body(head: Answer, method: string, seconds: number): Promise<string> {
    if (method === "HEAD" || head.status === 101 || head.status === 204 || head.status === 304) return "";
    if (/chunked/i.test(head.header("transfer-encoding") ?? "")) return this.chunks(seconds);
    const length = head.header("content-length");
    if (length === undefined) return this.rest(seconds);
    await this.until(() => this.closed || this.received.length >= Number(length), seconds);
    return this.take(Number(length)).toString("utf8");
  }

  private async chunks(seconds: number): Promise<string> {
    const parts: Buffer[] = [];
    for (;;) {
      await this.until(() => this.closed || this.received.includes("\r\n"), seconds);
      const end = this.received.indexOf("\r\n");
      const size = Number.parseInt(this.received.toString("latin1", 0, Math.max(end, 0)), 16);
      await this.until(() => this.closed || this.received.length >= end + 4 + size, seconds);
      const chunk = this.take(end + 4 + (Number.isNaN(size) ? 0 : size)).subarray(end + 2, -2);
      if (Number.isNaN(size) || size === 0 || this.closed) return Buffer.concat([...parts, chunk]).toString("utf8");
      parts.push(chunk);
    }
  }

  private take(count: number): Buffer {
    const taken = this.received.subarray(0, count);
    this.received = this.received.subarray(count);
    return taken;
  }

  private notify(): void {
    for (const look of [...this.wake]) look();
  }

  private until(holds: () => boolean, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.wake.delete(look);
        settle();
      };
      const look = (): void => {
        if (holds()) finish(resolve);
      };
      const timer = setTimeout(
        () => finish(() => reject(new Late(`nothing more came for ${seconds} s`))),
        seconds * 1000,
      );
      this.wake.add(look);
      look();
    });
  }
}

function headerLine(line: string): readonly [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
