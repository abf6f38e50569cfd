import type { Randomness } from "./randomness";

/** What a mocked provider is told about a resource. */
export interface ProviderRequest {
  /** The Pulumi name. */
  readonly name: string;
  /** The inputs without secret markers. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly randomness: Randomness;
  /** The moment that counts as now: certificates start at it. */
  readonly now: Date;
}

/** What a mocked provider answers: the computed outputs, and which of them the real provider holds secret. */
export interface ProviderAnswer {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs: readonly string[];
}

/** How one resource type answers. */
export type ResourceModel = (request: ProviderRequest) => ProviderAnswer | Promise<ProviderAnswer>;

/** An input that must be text. */
export function textInput(inputs: ProviderRequest["inputs"], key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${key} must be a string; it is ${describe(value)}`);
  }
  return value;
}

/** A numeric input, or the default where it is not given. */
export function numberInput(inputs: ProviderRequest["inputs"], key: string, otherwise: number): number {
  const value = inputs[key] ?? otherwise;
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new Error(`${key} must be a number; it is ${describe(value)}`);
  }
  return value;
}

/** A list of texts; one that is not given is empty. */
export function textListInput(inputs: ProviderRequest["inputs"], key: string): string[] {
  const value = inputs[key] ?? [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string")) {
    throw new Error(`${key} must be a list of strings; it is ${describe(value)}`);
  }
  return value;
}

// A wrong value may be a secret that was passed to the wrong argument, so only its type is told.
function describe(value: unknown): string {
  if (value === undefined || value === null) {
    return "missing";
  }
  return Array.isArray(value) ? "a list of something else" : `a ${typeof value}`;
}
