import { expect, test } from "vitest";
import { formatVerdicts, verdicts } from "./verdicts";

test("over all fixtures no rule gives a false verdict", () => {
  const table = verdicts();
  process.stdout.write(`\n${formatVerdicts(table)}\n`);

  expect(table.filter(({ falseAlarms, missed }) => falseAlarms + missed > 0)).toEqual([]);
  expect(table.every(({ trueAlarms, trueSilences }) => trueAlarms > 0 && trueSilences > 0)).toBe(true);
});
