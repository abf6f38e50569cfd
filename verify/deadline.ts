import { setMaxListeners } from "node:events";

/**
 * Runs something with a signal that is aborted when its time, or its parent's, is over.
 *
 * Not `AbortSignal.any` with `AbortSignal.timeout`: in Node 20 and 22 the garbage collector can take such a signal away
 * before it fires (nodejs/node 54614), and its timer does not keep the process alive.
 */
export async function withDeadline<T>(
  ms: number,
  parent: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  // Every request of a burst listens: no leak, though Node would warn of one from the eleventh on.
  setMaxListeners(0, controller.signal);
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  parent?.addEventListener("abort", abort, { once: true });
  if (parent?.aborted) abort();
  try {
    return await run(controller.signal);
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener("abort", abort);
  }
}
