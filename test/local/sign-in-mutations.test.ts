import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubernetesObject } from "../../local/pod";
import { SIGN_IN_MUTATIONS } from "./sign-in/mutations";
import { SignInStage } from "./sign-in/stage";

const NAMED = SIGN_IN_MUTATIONS.map((each) => [each.control, each.without, each] as const);

describe("an attack on sign-in", () => {
  let stage: SignInStage;
  let original: readonly KubernetesObject[];

  beforeAll(async () => {
    stage = await SignInStage.open("gitlab");
    original = stage.demo.objects;
  });

  afterAll(() => stage.close());

  test.each(SIGN_IN_MUTATIONS)(
    "fails as long as $control is whole: without $without it would not",
    async ({ breach }) => {
      expect(await breach(stage)).toBe(false);
    },
  );

  test.each(NAMED)("on %s succeeds without %s", async (_control, _without, { change, breach }) => {
    const objects = change(original);
    expect(objects).not.toEqual(original);
    await stage.demo.roll(objects, { gracefully: false });
    expect(await breach(stage)).toBe(true);
  });
});
