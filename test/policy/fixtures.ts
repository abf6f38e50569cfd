import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, type JudgeOptions, type Judgement, type RuleId } from "../../policy/index";
import { readObjects } from "../../policy/yaml/read";

const FOLDER = join(__dirname, "fixtures");

/** The text of a fixture. */
export function fixture(name: string): string {
  return readFileSync(join(FOLDER, name), "utf8");
}

/** The fixtures of a folder, by file name. */
export function fixturesIn(folder: string): readonly string[] {
  return readdirSync(join(FOLDER, folder)).map((name) => `${folder}/${name}`);
}

/** What the rules say of a YAML text. */
export function judgeText(text: string, options?: JudgeOptions): Judgement {
  return judge(readObjects(text, "text.yaml"), options);
}

/** Ids of the rules that are broken, in the order of the rules. */
export function broken({ findings }: Judgement, level?: "mandatory" | "advisory"): RuleId[] {
  const found = findings.filter((each) => each.verdict === "not live" && (level ?? each.level) === each.level);
  return [...new Set(found.map(({ rule }) => rule.id))];
}

/** Ids of the rules that could not tell. */
export function undecided({ findings }: Judgement): RuleId[] {
  return [...new Set(findings.filter(({ verdict }) => verdict === "unknown").map(({ rule }) => rule.id))];
}
