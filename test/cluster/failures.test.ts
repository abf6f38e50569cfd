import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { list } from "./kubectl";
import { until } from "./local/command";
import { applyDashboard, createStage, type DashboardChoice, type Stage } from "./stage";
import { readTarget } from "./target";

/** How a container fares, as far as it is read here. */
interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly state: { readonly waiting?: Problem; readonly terminated?: Problem };
  readonly lastState: { readonly terminated?: Problem };
}

interface Problem {
  readonly reason?: string;
  readonly message?: string;
}

/** After so many seconds a person who looks at the pod must find what is wrong. */
const TELLS_WITHIN_SECONDS = 60;

describe("a dashboard that cannot start says which container fails, and why", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage("fails");
  });
  afterEach(() => stage.remove());

  const rows: [string, () => DashboardChoice, string, RegExp][] = [
    ["its broker Secret is missing", () => ({ brokerSecret: "absent" }), "flower-viewer", /secret "absent" not found/],
    [
      "its image does not exist",
      () => ({ flowerImage: "cluster.invalid/flower:none" }),
      "prepare",
      /ErrImagePull|ImagePullBackOff/,
    ],
    [
      "its Flower is too old, whatever its image's tag says",
      () => ({ flowerImage: readTarget().images.oldFlower }),
      "prepare",
      /The image has Flower 2\.0\.1, and 2\.2[.\d]* or newer is needed/,
    ],
    ["its image has no Flower", () => ({ flowerImage: readTarget().images.redis }), "prepare", /[Ff]lower/],
  ];
  test.each(rows)("when %s", async (_what, choice, container, reason) => {
    const started = Date.now();
    await applyDashboard(stage, choice());
    let told = "";
    await until(`a reason of ${container}`, TELLS_WITHIN_SECONDS, async () => {
      told = (await containers())
        .filter(({ name }) => name === container)
        .map(explain)
        .join();
      return reason.test(told);
    });
    console.log(`after ${((Date.now() - started) / 1000).toFixed(1)} s ${container}: ${told}`);
    expect((await containers()).every(({ ready }) => ready)).toBe(false);
  });

  async function containers(): Promise<ContainerStatus[]> {
    const pods = (await list(stage.namespace, "pods")).filter(({ metadata }) => metadata.name.startsWith("queues"));
    return pods.flatMap(({ status }) => {
      const { initContainerStatuses = [], containerStatuses = [] } = status as Record<string, ContainerStatus[]>;
      return [...initContainerStatuses, ...containerStatuses];
    });
  }
});

function explain({ state, lastState }: ContainerStatus): string {
  const problems = [state.waiting, state.terminated, lastState.terminated].flatMap((problem) => problem ?? []);
  return problems.map(({ reason, message }) => [reason, message].filter(Boolean).join(": ")).join("; ");
}
