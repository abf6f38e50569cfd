import { describe, expect, test } from "vitest";
import { list } from "../kubectl";
import { createStage, type DashboardChoice } from "../stage";
import { readTarget } from "../target";
import { readEngine } from "./engine";
import { configure, createStack } from "./stack";

/** The Deployment's six minutes, and what is made before it. */
const ENDS_WITHIN_SECONDS = 420;

/** All at once, since each takes minutes. */
describe.skipIf(readEngine().missing.length > 0)(
  "an `up` that cannot succeed ends, and says which container fails",
  () => {
    // Of an init container the plugin says only that it is not complete; the pod itself says why.
    const rows: [string, () => DashboardChoice, string, RegExp][] = [
      ["a missing broker Secret", () => ({ brokerSecret: "absent" }), "flower-viewer", /secret "absent" not found/],
      [
        "an image that is nowhere",
        () => ({ flowerImage: "cluster.invalid/none:1" }),
        "prepare",
        /ErrImagePull|ImagePullBackOff/,
      ],
      [
        "a Flower that is too old",
        () => ({ flowerImage: readTarget().images.oldFlower }),
        "prepare",
        /The image has Flower 2\.0\.1/,
      ],
      // A pod that no node takes has no container that could be named: the claim is.
      [
        "storage that nothing provides",
        () => ({ persistence: { storageClassName: "absent", size: "1Gi" } }),
        "PersistentVolumeClaim",
        /unbound immediate PersistentVolumeClaims|persistentvolumeclaim .* not found/,
      ],
    ];
    test.concurrent.each(rows)(
      "with %s",
      async (what, choice, container, reason) => {
        const stage = await createStage("upfails");
        try {
          const stack = await createStack(stage);
          await configure(stack, stage, choice());
          const started = Date.now();
          const message = await stack.up().then(
            () => "it succeeded",
            (error: unknown) => String(error),
          );
          const seconds = (Date.now() - started) / 1000;
          const line = message
            .split("\n")
            .find((each) => /\* (\[Pod |Failed to bind )/.test(each))
            ?.trim();
          console.log(`up with ${what} ended after ${seconds.toFixed(0)} s: ${line ?? message}`);
          expect(line).toContain(container);
          expect(JSON.stringify((await list(stage.namespace, "pods")).map(({ status }) => status))).toMatch(
            new RegExp(reason.source.replaceAll('"', '\\\\"')),
          );
          expect(seconds).toBeLessThan(ENDS_WITHIN_SECONDS);
        } finally {
          await stage.remove();
        }
      },
      ENDS_WITHIN_SECONDS * 1000 + 60_000,
    );
  },
);
