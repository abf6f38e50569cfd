import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds, and says in vain for what if it never does. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) assert.fail(`waited ${seconds} s in vain until ${what}`);
    await sleep(30);
  }
}
