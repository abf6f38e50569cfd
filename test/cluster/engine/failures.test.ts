import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createStage, type DashboardChoice, type Stage } from "../stage";
import { readTarget } from "../target";
import { readEngine } from "./engine";
import { configure, createStack } from "./stack";

/** The Deployment's own deadline, and what the engine needs around it. */
const ENDS_WITHIN_SECONDS = 400;

describe.skipIf(readEngine().missing.length > 0)(
  "an `up` that cannot succeed ends, and says which container fails and why",
  () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await createStage("upfails");
    });
    afterEach(() => stage.remove());

    const rows: [string, () => DashboardChoice, string, RegExp][] = [
      ["a missing broker Secret", () => ({ brokerSecret: "absent" }), "flower-viewer", /secret "absent" not found/],
      [
        "an image that does not exist",
        () => ({ flowerImage: "cluster.invalid/flower:none" }),
        "prepare",
        /ErrImagePull|ImagePullBackOff|pull/i,
      ],
      [
        "a Flower that is too old",
        () => ({ flowerImage: readTarget().images.oldFlower }),
        "prepare",
        /CrashLoopBackOff|The image has Flower 2\.0\.1/,
      ],
    ];
    test.each(rows)(
      "with %s",
      async (what, choice, container, reason) => {
        const stack = await createStack(stage);
        await configure(stack, stage, choice());
        const started = Date.now();
        const message = await stack.up().then(
          () => "it succeeded",
          (error: unknown) => String(error),
        );
        const seconds = (Date.now() - started) / 1000;
        const lines = message.split("\n").filter((line) => line.includes(container) || reason.test(line));
        console.log(`up with ${what} ended after ${seconds.toFixed(0)} s:\n${lines.join("\n")}`);
        expect(message).toContain(container);
        expect(message).toMatch(reason);
        expect(seconds).toBeLessThan(ENDS_WITHIN_SECONDS);
      },
      ENDS_WITHIN_SECONDS * 1000 + 30_000,
    );
  },
);
