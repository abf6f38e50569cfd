import * as random from "@pulumi/random";
import { compare } from "bcryptjs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordResources, valueOf } from "../../../testing";
import { randomModels } from "../../../testing/random";
import { seededRandomness, secureRandomness } from "../../../testing/randomness";
import { isSecret } from "./programs";

const PASSWORD = "random:index/randomPassword:RandomPassword";

function count(text: string, letters: RegExp): number {
  return (text.match(letters) ?? []).length;
}

describe("a generated password", () => {
  test("keeps to its length, its classes and its minimums, for any wish that can be met", async () => {
    const minimum = fc.nat(4);
    const wishes = fc.record({
      length: fc.integer({ min: 16, max: 80 }),
      minLower: minimum,
      minUpper: minimum,
      minNumeric: minimum,
      minSpecial: minimum,
    });
    await fc.assert(
      fc.asyncProperty(wishes, fc.string(), async (inputs, seed) => {
        const randomness = seededRandomness(seed, "test");
        const answer = await randomModels[PASSWORD]!({
          name: "p",
          inputs: { ...inputs, overrideSpecial: "-_" },
          randomness,
          now: new Date(),
        });
        const result = answer.outputs.result as string;

        expect(result).toMatch(/^[A-Za-z0-9_-]+$/);
        expect(result).toHaveLength(inputs.length);
        expect(count(result, /[a-z]/g)).toBeGreaterThanOrEqual(inputs.minLower);
        expect(count(result, /[A-Z]/g)).toBeGreaterThanOrEqual(inputs.minUpper);
        expect(count(result, /[0-9]/g)).toBeGreaterThanOrEqual(inputs.minNumeric);
        expect(count(result, /[-_]/g)).toBeGreaterThanOrEqual(inputs.minSpecial);
      }),
      { numRuns: 50 },
    );
  });

  test("has no special characters where they are off", async () => {
    const { result } = await recordResources(() => new random.RandomPassword("p", { length: 200, special: false }));

    expect(await valueOf(result.result)).toMatch(/^[A-Za-z0-9]{200}$/);
  });

  test("is another one each time, unless there is a seed; a changed keeper changes it then too", async () => {
    const make = async (seed?: string, keeper = "1"): Promise<string | undefined> => {
      const program = () => new random.RandomPassword("p", { length: 20, keepers: { rotation: keeper } });
      return valueOf((await recordResources(program, { seed })).result.result);
    };

    expect(await make()).not.toBe(await make());
    expect(await make("seed")).toBe(await make("seed"));
    expect(await make("seed")).not.toBe(await make("seed", "2"));
  });

  test("is secret, and so is its hash", async () => {
    const { result } = await recordResources(() => new random.RandomPassword("p", { length: 20 }), { seed: "s" });

    expect(await isSecret(result.result)).toBe(true);
    expect(await isSecret(result.bcryptHash)).toBe(true);
    const hash = await valueOf(result.bcryptHash);
    expect(hash).toMatch(/^\$2a\$04\$[./A-Za-z0-9]{53}$/);
    expect(await compare(String(await valueOf(result.result)), String(hash))).toBe(true);
  });

  test("is refused if its minimums do not fit", async () => {
    const program = () => new random.RandomPassword("p", { length: 3, minLower: 2, minUpper: 2 });

    await expect(recordResources(program)).rejects.toThrow("the sum of the minimums (4)");
  });
});

describe("the other resources of the random provider", () => {
  test("give their outputs in every form, and bytes are secret", async () => {
    const { result } = await recordResources(() => ({
      bytes: new random.RandomBytes("bytes", { length: 16 }),
      id: new random.RandomId("id", { byteLength: 4, prefix: "x-" }),
      string: new random.RandomString("string", { length: 12, upper: false, special: false }),
      integer: new random.RandomInteger("integer", { min: 5, max: 6 }),
      shuffle: new random.RandomShuffle("shuffle", { inputs: ["a", "b"], resultCount: 3 }),
      uuid: new random.RandomUuid("uuid"),
      pet: new random.RandomPet("pet", { length: 3 }),
    }));
    const hex = (await valueOf(result.bytes.hex))!;

    expect(Buffer.from((await valueOf(result.bytes.base64))!, "base64").toString("hex")).toBe(hex);
    expect(hex).toHaveLength(32);
    expect(await isSecret(result.bytes.hex)).toBe(true);
    const id = (await valueOf(result.id.hex))!;
    expect(id).toMatch(/^x-[0-9a-f]{8}$/);
    expect(await valueOf(result.id.dec)).toBe(`x-${parseInt(id.slice(2), 16)}`);
    expect(await valueOf(result.string.result)).toMatch(/^[a-z0-9]{12}$/);
    expect([5, 6]).toContain(await valueOf(result.integer.result));
    expect((await valueOf(result.shuffle.results))!.slice(0, 2).sort()).toEqual(["a", "b"]);
    expect(await valueOf(result.uuid.result)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(await valueOf(result.pet.id)).toMatch(/^[a-z]+-[a-z]+-[a-z]+$/);
  });
});

describe("randomness", () => {
  test.each([secureRandomness(), seededRandomness("seed", "label")])(
    "stays below the limit and reaches all of it",
    (randomness) => {
      const drawn = Array.from({ length: 500 }, () => randomness.below(7));

      expect([...new Set(drawn)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    },
  );
});
