import { join } from "node:path";
import { findProgram, install, installPackages, progressOn } from "../local/install";
import { endWith, runVitest } from "./runVitest";

const REQUIREMENTS = join(__dirname, "..", "image", "requirements.txt");
/** The longest files print nothing for two minutes; on a busy machine for five. */
const SILENT_SECONDS = 900;

/** `npm test`: installs what the tests need, runs them, and ends with a line that counts. Further words go to Vitest. */
async function main(words: readonly string[]): Promise<number> {
  const progress = progressOn(process.stdout);
  await install(REQUIREMENTS, progress);
  // Debian calls the packages as their programs.
  const lacking = ["chromium", "prometheus", "haproxy"].filter((program) => findProgram(program) === undefined);
  await installPackages(lacking, progress);
  // Coverage is that of `components/`, whose tests are the unit tests: of another choice of tests it would say nothing.
  const coverage = words.length === 0 ? ["--coverage"] : [];
  return runVitest({ report: "report", words: [...coverage, ...words], silentSeconds: SILENT_SECONDS });
}

endWith(main(process.argv.slice(2)));
