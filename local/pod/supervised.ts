import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "./container";
import type { ContainerPlan } from "./plan";
import { resolveProbe, watchProbe } from "./probes";
import type { Sandbox } from "./sandbox";

const FIRST_BACK_OFF_SECONDS = 1;
const LONGEST_BACK_OFF_SECONDS = 30;

/** A container under a kubelet's care: probed, restarted when it ends or is not alive any more, stopped with grace. */
export class SupervisedContainer {
  /** Ready: its start-up probe has succeeded once, and its readiness probe succeeds. */
  ready = false;
  /** How often it was started again. */
  restarts = 0;
  private readonly ending = new AbortController();
  private probing = new AbortController();
  private readonly changed: (() => void)[] = [];

  constructor(
    private readonly sandbox: Sandbox,
    private readonly plan: ContainerPlan,
    private readonly address: string,
    /** The container itself. */
    readonly container: Container,
    private readonly graceSeconds: number,
  ) {}

  /** Starts it and keeps it running. */
  start(): void {
    const ended = this.container.start();
    this.probing = new AbortController();
    this.probe(this.probing.signal);
    void ended.then(({ code }) => this.onExit(code));
  }

  /** Resolves when it is ready; rejects, with its log, when it ends first. */
  async untilReady(seconds: number): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!this.ready) {
      const left = deadline - Date.now();
      if (left <= 0) throw this.failure(`was not ready after ${seconds} s`);
      if (this.restarts > 0) throw this.failure("ended before it was ready");
      const timer = new AbortController();
      await Promise.race([this.nextChange(), sleep(left, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    }
  }

  /** Stops it for good, with the grace that its pod grants or, when it is of no use any more, without. */
  async stop(gracefully: boolean): Promise<void> {
    this.ending.abort();
    this.probing.abort();
    if (gracefully && this.container.running) await sleep(this.plan.preStopSeconds * 1000);
    await this.container.stop(gracefully ? this.graceSeconds : 0);
    this.container.close();
  }

  private failure(what: string): Error {
    return new Error(`The container "${this.plan.name}" ${what}. Its log ends with:\n${this.container.log.tail()}`);
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => this.changed.push(resolve));
  }

  private announce(): void {
    for (const resolve of this.changed.splice(0)) resolve();
  }

  private setReady(ready: boolean): void {
    this.ready = ready;
    this.announce();
  }

  private probe(signal: AbortSignal): void {
    const { startup, readiness, liveness } = this.plan.probes;
    const watch = (spec: typeof startup, onVerdict: (healthy: boolean) => void, until = signal): Promise<void> =>
      spec === undefined
        ? Promise.resolve(onVerdict(true))
        : watchProbe(this.sandbox, resolveProbe(spec, this.address, this.plan.ports), until, onVerdict);
    const started = new AbortController();
    const untilStarted = AbortSignal.any([signal, started.signal]);
    void watch(
      startup,
      (healthy) => {
        started.abort();
        if (!healthy) return void this.restart("its start-up probe failed");
        void watch(readiness, (ready) => this.setReady(ready));
        void watch(liveness, (alive) => void (alive || this.restart("its liveness probe failed")));
      },
      untilStarted,
    );
  }

  private async restart(reason: string): Promise<void> {
    this.container.log.append(`[kubelet] stopping ${this.plan.name}: ${reason}\n`);
    this.probing.abort();
    await this.container.stop(this.graceSeconds);
  }

  private async onExit(code: number): Promise<void> {
    this.probing.abort();
    if (this.ending.signal.aborted || !this.sandbox.running) return;
    const backOff = Math.min(FIRST_BACK_OFF_SECONDS * 2 ** this.restarts, LONGEST_BACK_OFF_SECONDS);
    this.container.log.append(
      `[kubelet] ${this.plan.name} ended with code ${code}; starting it again in ${backOff} s\n`,
    );
    this.restarts += 1;
    this.setReady(false);
    await sleep(backOff * 1000, undefined, { ref: false, signal: this.ending.signal }).then(
      () => (this.sandbox.running ? this.start() : undefined),
      // It was stopped in the meantime.
      () => undefined,
    );
  }
}
