import * as pulumi from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "../../../components/args";
import { FlowerDashboard } from "../../../components/flowerDashboard";
import { createMocks } from "../../../testing";

/** How a program ended whose arguments turned out wrong. */
export interface Refusal {
  /** The first error, as Pulumi would print it. */
  readonly message: string;
  /** `Kind name` of everything that was registered all the same. */
  readonly registered: readonly string[];
}

/** Turns of the event loop without a registration or an error after which nothing more will come. */
const QUIET_TURNS = 50;

/**
 * Makes a dashboard with arguments that are expected to be refused, at once or when they are known. Pulumi ends a program
 * at the first rejection that nobody handles; here the rest goes on, so that everything that gets through is seen.
 */
export async function refusal(args: FlowerDashboardArgs): Promise<Refusal> {
  const mocks = createMocks();
  await pulumi.runtime.setMocks(mocks, "project", "stack", false);
  const errors: Error[] = [];
  const collect = (error: Error): void => void errors.push(error);
  const others = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", collect as (error: unknown) => void);
  try {
    new FlowerDashboard("queues", args);
    await quiet(() => mocks.resources.length + errors.length);
  } catch (error) {
    errors.unshift(error as Error);
  } finally {
    process.removeAllListeners("unhandledRejection");
    others.forEach((listener) => process.on("unhandledRejection", listener));
  }
  const registered = mocks.resources.map(({ type, name }) => `${type.split(":").pop() ?? ""} ${name}`).sort();
  return { message: errors[0]?.message ?? "nothing was refused", registered };
}

async function quiet(count: () => number): Promise<void> {
  for (let [turns, before] = [0, count()]; turns < QUIET_TURNS; turns++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (count() !== before) {
      [turns, before] = [0, count()];
    }
  }
}
