import { closeSync, constants, openSync, readSync } from "node:fs";
import { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";

const KEPT_CHARACTERS = 4_000_000;

/** The newest part of what a container wrote to its standard output and error. */
export class LogBuffer {
  private kept = "";
  private readonly listeners = new Set<(chunk: string) => void>();

  /** Everything that is still kept. */
  get text(): string {
    return this.kept;
  }

  /** The last lines, for an error message. */
  tail(lines = 20): string {
    return this.kept.trimEnd().split("\n").slice(-lines).join("\n");
  }

  /** Adds output; the oldest is dropped beyond four million characters. */
  append(chunk: string): void {
    this.kept += chunk;
    if (this.kept.length > KEPT_CHARACTERS) this.kept = this.kept.slice(-KEPT_CHARACTERS / 2);
    for (const listener of this.listeners) listener(chunk);
  }

  /** Calls back with each new piece of output; returns how to stop that. */
  onOutput(listener: (chunk: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the log has the pattern, looking also at what is already there. */
  waitFor(pattern: RegExp, seconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        stop();
        settle();
      };
      const late = new Error(
        `Waited ${seconds} s in vain for ${String(pattern)} in a log that ends with:\n${this.tail()}`,
      );
      const timer = setTimeout(() => finish(() => reject(late)), seconds * 1000);
      const stop = this.onOutput(() => {
        if (pattern.test(this.kept)) finish(resolve);
      });
      if (pattern.test(this.kept)) finish(resolve);
    });
  }
}

/**
 * A named pipe that a container writes to. Not one of Node's own pipes: those are sockets, and a program that opens /dev/stdout, as nginx
 * does for its access log, cannot open a socket.
 */
export class LogPipe {
  /** What has been read. */
  readonly buffer = new LogBuffer();
  private readonly reader: Socket;
  private readonly descriptor: number;
  private readonly decoder = new StringDecoder("utf8");

  /** @param path - the named pipe, which exists */
  constructor(private readonly path: string) {
    // Held open for writing too, so that the pipe outlives each single writer.
    this.descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.reader = new Socket({ fd: this.descriptor, readable: true, writable: false });
    this.reader.on("data", (chunk: Buffer) => this.buffer.append(this.decoder.write(chunk)));
    this.reader.on("error", () => undefined);
    this.reader.unref();
  }

  /** Calls back with a descriptor for a child's output, which is closed on this side afterwards. */
  withWriter<T>(use: (descriptor: number) => T): T {
    const descriptor = openSync(this.path, constants.O_WRONLY);
    try {
      return use(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Reads what is in the pipe at this moment: the last words of a program that has just ended. */
  drain(): void {
    const chunk = Buffer.alloc(65536);
    while (!this.reader.destroyed) {
      const length = this.readNow(chunk);
      if (length === 0) return;
      this.buffer.append(this.decoder.write(chunk.subarray(0, length)));
    }
  }

  private readNow(chunk: Buffer): number {
    try {
      return readSync(this.descriptor, chunk);
    } catch {
      // EAGAIN: it is empty.
      return 0;
    }
  }

  /** Stops reading. */
  close(): void {
    this.reader.destroy();
  }
}
