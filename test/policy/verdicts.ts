import { RULES, type Judgement, type RuleId } from "../../policy/index";
import { CHANGES } from "./changes";
import { changed } from "./changes/changed";
import { broken, fixture, fixturesIn, judgeText } from "./fixtures";
import { FOUND } from "./found";

/** How often a rule was right and wrong. */
export interface Verdicts {
  readonly id: RuleId;
  trueAlarms: number;
  trueSilences: number;
  falseAlarms: number;
  missed: number;
}

interface Case {
  readonly judgement: Judgement;
  readonly expected: readonly RuleId[];
}

/** Every fixture: the hardened one, each change of it, what others ship, and what has no Flower. */
function* cases(): Iterable<Case> {
  yield { judgement: judgeText(fixture("hardened.yaml")), expected: [] };
  for (const [id, changes] of Object.entries(CHANGES) as [RuleId, (typeof CHANGES)[RuleId]][]) {
    for (const change of changes) {
      yield {
        judgement: judgeText(changed(change)),
        expected: [...(change.keeps ? [] : [id]), ...(change.also ?? [])],
      };
    }
  }
  for (const [name, expected] of Object.entries(FOUND)) yield { judgement: judgeText(fixture(name)), expected };
  for (const name of fixturesIn("ordinary")) yield { judgement: judgeText(fixture(name)), expected: [] };
}

/** Each rule's true and false verdicts over all fixtures. */
export function verdicts(): readonly Verdicts[] {
  const rows = RULES.map(({ id }): Verdicts => ({ id, trueAlarms: 0, trueSilences: 0, falseAlarms: 0, missed: 0 }));
  for (const { judgement, expected } of cases()) {
    const found = broken(judgement);
    for (const row of rows) {
      const [alarms, should] = [found.includes(row.id), expected.includes(row.id)];
      row[alarms ? (should ? "trueAlarms" : "falseAlarms") : should ? "missed" : "trueSilences"] += 1;
    }
  }
  return rows;
}

/** The table for people. */
export function formatVerdicts(rows: readonly Verdicts[]): string {
  const line = (cells: readonly (string | number)[]): string =>
    cells.map((cell, column) => (column === 0 ? String(cell).padEnd(24) : String(cell).padStart(14))).join("");
  const head = line(["rule", "true alarms", "true silences", "false alarms", "missed"]);
  return [
    head,
    ...rows.map((row) => line([row.id, row.trueAlarms, row.trueSilences, row.falseAlarms, row.missed])),
  ].join("\n");
}
