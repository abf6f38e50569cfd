import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

interface Answer {
  ready?: boolean;
  id?: number;
  error?: { code: string; message: string };
}

interface Pending {
  resolve: (socket: Socket) => void;
  reject: (error: Error) => void;
}

/** Where a connection made inside the sandbox goes, and which of the sandbox's addresses it comes from. */
export interface Destination {
  host: string;
  port: number;
  localAddress?: string;
}

/** Speaks with the `dialler.mjs` process that opens connections in the sandbox's network. */
export class Connector {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;

  private constructor(private readonly child: ChildProcess) {
    child.on("message", (message, handle) => this.receive(message as Answer, handle as Socket | undefined));
    child.on("exit", () => this.rejectAll());
  }

  /** Resolves when the process is ready to open connections. */
  static async of(child: ChildProcess): Promise<Connector> {
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("error", reject);
      child.once("exit", () => reject(new Error("The process that opens connections in the sandbox did not start.")));
    });
    child.unref();
    child.channel?.unref();
    return new Connector(child);
  }

  /** Opens a TCP connection inside the sandbox; rejects with the system's error (`code` such as ECONNREFUSED). */
  connect(destination: Destination): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.pending.set(id, { resolve, reject });
      this.child.channel?.ref();
      this.child.send({ id, ...destination }, (error) => {
        if (error) this.settle(id)?.reject(error);
      });
    });
  }

  private receive(answer: Answer, socket: Socket | undefined): void {
    const waiting = answer.id === undefined ? undefined : this.settle(answer.id);
    if (waiting === undefined) socket?.destroy();
    else if (answer.error) waiting.reject(Object.assign(new Error(answer.error.message), { code: answer.error.code }));
    else if (socket) waiting.resolve(socket);
    else waiting.reject(Object.assign(new Error("The connection was closed at once."), { code: "ECONNRESET" }));
  }

  private settle(id: number): Pending | undefined {
    const waiting = this.pending.get(id);
    this.pending.delete(id);
    // An idle channel must not keep the program alive.
    if (this.pending.size === 0) this.child.channel?.unref();
    return waiting;
  }

  private rejectAll(): void {
    for (const id of [...this.pending.keys()]) this.settle(id)?.reject(new Error("The sandbox has ended."));
  }
}
