import { numberInput, textListInput } from "./providerModel";
import type { ProviderAnswer, ProviderRequest, ResourceModel } from "./providerModel";
import { bcryptHash } from "./bcrypt";
import { shuffled } from "./randomness";
import type { Randomness } from "./randomness";

// The provider's own sets and defaults: terraform-provider-random, internal/random/string.go.
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const NUMERIC = "0123456789";
const SPECIAL = "!@#$%&*()-_=+[]{}<>:?";

const PET_ADVERBS = ["boldly", "calmly", "gladly", "kindly", "neatly", "openly", "quietly", "wisely"];
const PET_ADJECTIVES = ["amused", "brave", "clever", "eager", "gentle", "proud", "sunny", "witty"];
const PET_NAMES = ["badger", "crane", "falcon", "heron", "lynx", "marmot", "otter", "toad"];

/** Models of the resources of `@pulumi/random`, by type token. */
export const randomModels: Readonly<Record<string, ResourceModel>> = {
  "random:index/randomPassword:RandomPassword": password,
  "random:index/randomString:RandomString": (request) => {
    const result = characters(request);
    return { id: result, outputs: { result }, secretOutputs: [] };
  },
  "random:index/randomBytes:RandomBytes": bytes,
  "random:index/randomId:RandomId": identifier,
  "random:index/randomInteger:RandomInteger": integer,
  "random:index/randomPet:RandomPet": pet,
  "random:index/randomShuffle:RandomShuffle": shuffle,
  "random:index/randomUuid:RandomUuid": (request) => uuid(request, 4),
  "random:index/randomUuid4:RandomUuid4": (request) => uuid(request, 4),
  "random:index/randomUuid7:RandomUuid7": (request) => uuid(request, 7),
};

interface CharacterClass {
  readonly letters: string;
  readonly wanted: boolean;
  readonly minimum: number;
}

function characterClasses(inputs: ProviderRequest["inputs"]): CharacterClass[] {
  const special = typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : SPECIAL;
  const rule = (letters: string, wanted: unknown, minimum: string): CharacterClass => ({
    letters,
    wanted: wanted !== false,
    minimum: numberInput(inputs, minimum, 0),
  });
  return [
    rule(LOWER, inputs.lower, "minLower"),
    rule(UPPER, inputs.upper, "minUpper"),
    rule(NUMERIC, inputs.numeric ?? inputs.number, "minNumeric"),
    rule(special, inputs.special, "minSpecial"),
  ];
}

function characters({ inputs, randomness }: ProviderRequest): string {
  const length = numberInput(inputs, "length", 0);
  const classes = characterClasses(inputs);
  const required = classes.reduce((sum, { minimum }) => sum + minimum, 0);
  if (length < 1 || length < required) {
    throw new Error(`length must be at least 1 and the sum of the minimums (${required}); it is ${length}`);
  }
  const all = classes.map(({ letters, wanted }) => (wanted ? letters : "")).join("");
  if (all === "" && required < length) {
    throw new Error("no characters are left to choose from: lower, upper, numeric and special are all off");
  }
  const drawn = classes.flatMap(({ letters, minimum }) => draw(letters, minimum, randomness));
  drawn.push(...draw(all, length - required, randomness));
  return shuffled(drawn, randomness).join("");
}

function draw(letters: string, count: number, randomness: Randomness): string[] {
  return Array.from({ length: count }, () => letters.charAt(randomness.below(letters.length)));
}

async function password(request: ProviderRequest): Promise<ProviderAnswer> {
  const result = characters(request);
  const outputs = { result, bcryptHash: await bcryptHash(result, request.randomness) };
  return { id: "none", outputs, secretOutputs: ["bcryptHash", "result"] };
}

function bytes({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  const drawn = randomness.bytes(numberInput(inputs, "length", 0));
  const outputs = { base64: drawn.toString("base64"), hex: drawn.toString("hex") };
  return { id: "none", outputs, secretOutputs: ["base64", "hex"] };
}

function identifier({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  const drawn = randomness.bytes(numberInput(inputs, "byteLength", 0));
  const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
  const id = drawn.toString("base64url");
  const outputs = {
    b64Url: prefix + id,
    b64Std: prefix + drawn.toString("base64"),
    hex: prefix + drawn.toString("hex"),
    dec: prefix + BigInt(`0x0${drawn.toString("hex")}`).toString(),
  };
  return { id, outputs, secretOutputs: [] };
}

function integer({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  const min = numberInput(inputs, "min", 0);
  const max = numberInput(inputs, "max", 0);
  if (min > max) {
    throw new Error(`min must not be greater than max; they are ${min} and ${max}`);
  }
  const result = min + randomness.below(max - min + 1);
  return { id: String(result), outputs: { result }, secretOutputs: [] };
}

function pet({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  const count = numberInput(inputs, "length", 2);
  const separator = typeof inputs.separator === "string" ? inputs.separator : "-";
  const pick = (words: readonly string[]): string => words[randomness.below(words.length)] as string;
  const words = [pick(PET_NAMES)];
  if (count > 1) {
    words.unshift(pick(PET_ADJECTIVES));
  }
  while (words.length < count) {
    words.unshift(pick(PET_ADVERBS));
  }
  const prefix = typeof inputs.prefix === "string" ? [inputs.prefix] : [];
  return { id: [...prefix, ...words].join(separator), outputs: { length: count, separator }, secretOutputs: [] };
}

function shuffle({ inputs, randomness }: ProviderRequest): ProviderAnswer {
  const items = textListInput(inputs, "inputs");
  const count = numberInput(inputs, "resultCount", items.length);
  const results: string[] = [];
  // As the provider does: more results than inputs means going round again, in a new order.
  while (results.length < count && items.length > 0) {
    results.push(...shuffled(items, randomness).slice(0, count - results.length));
  }
  return { id: "-", outputs: { results }, secretOutputs: [] };
}

function uuid({ randomness, now }: ProviderRequest, version: 4 | 7): ProviderAnswer {
  const drawn = randomness.bytes(16);
  if (version === 7) {
    drawn.writeUIntBE(now.getTime(), 0, 6);
  }
  drawn.writeUInt8((drawn.readUInt8(6) & 0x0f) | (version << 4), 6);
  drawn.writeUInt8((drawn.readUInt8(8) & 0x3f) | 0x80, 8);
  const result = drawn.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return { id: result, outputs: { result }, secretOutputs: [] };
}
