import { ADDRESSES } from "../../../local/pod";
import { Line } from "./http1";
import { secretOf } from "./logIns";
import type { Stack } from "./stack";
import { until } from "./until";

/** Remote control commands of Celery that only look. https://docs.celeryq.dev/en/stable/userguide/workers.html#commands */
const LOOKS = new Set([
  ...["ping", "stats", "conf", "report", "clock", "hello", "registered", "query_task", "memsample"],
  ...["active", "active_queues", "scheduled", "reserved", "revoked"],
  // Flower asks for the workers' events by itself, all the time, and for a heartbeat whenever its stream of events is connected anew
  // (celery/events/receiver.py, `wakeup_workers`); none of its routes does.
  "enable_events",
  "heartbeat",
]);

/**
 * Sees whatever the pod makes Redis do, in order: a control call that got through shows here, whatever its answer said and whatever the
 * worker made of it.
 */
export class BrokerSpy {
  private seen = "";
  private echoes = 0;

  private constructor(
    private readonly watching: Line,
    private readonly asking: Line,
  ) {}

  /** Starts to watch. */
  static async start(stack: Stack): Promise<BrokerSpy> {
    const open = async (): Promise<Line> => {
      const url = new URL(secretOf(stack.objects, "queues-broker").get("url") ?? "");
      const line = new Line(await stack.tcp(Number(url.port), ADDRESSES.node));
      line.send(`AUTH ${url.password}\r\n`);
      await line.bytes("+OK\r\n".length, 5);
      return line;
    };
    const spy = new BrokerSpy(await open(), await open());
    spy.watching.send("MONITOR\r\n");
    await spy.watching.bytes("+OK\r\n".length, 5);
    return spy;
  }

  /** What the pod has done to the worker or the queue since the start: control commands by name, tasks as `task`, results as `result`. */
  async deeds(): Promise<string[]> {
    // What was sent before this echo is seen before it.
    const token = `echo-${++this.echoes}-${Date.now()}`;
    this.asking.send(`ECHO ${token}\r\n`);
    await until("the spy has seen everything", () => {
      this.seen += this.watching.takeAll();
      return this.seen.includes(token);
    });
    return this.seen.split("\r\n").flatMap(deedOf);
  }

  /** Stops to watch. */
  stop(): void {
    this.watching.close();
    this.asking.close();
  }
}

/** A line is `+TIME [DB ADDRESS:PORT] "COMMAND" "ARGUMENT" …`. */
function deedOf(line: string): string[] {
  const [, command, key = "", rest = ""] =
    new RegExp(`^\\+\\S+ \\[\\d+ ${ADDRESSES.pod}:\\d+\\] "(\\w+)" "([^"]*)"(.*)$`).exec(line) ?? [];
  switch (command?.toUpperCase() ?? "") {
    case "PUBLISH":
      return /pidbox/.test(key) && !/reply/.test(key) ? controlOf(rest) : [];
    case "LPUSH":
      return /pidbox/.test(key) ? [] : ["task"];
    case "SET":
    case "SETEX":
      return key.startsWith("celery-task-meta-") ? ["result"] : [];
    default:
      return [];
  }
}

function controlOf(message: string): string[] {
  const body = /\\"body\\": \\"([A-Za-z0-9+/=]+)\\"/.exec(message)?.[1] ?? "";
  const method = /"method": "(\w+)"/.exec(Buffer.from(body, "base64").toString("utf8"))?.[1] ?? "unreadable";
  return LOOKS.has(method) ? [] : [method];
}
