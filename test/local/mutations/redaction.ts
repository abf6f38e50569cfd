import type { Change } from "../attacks/attack";
import { changed, containerOf, replaced, withScript } from "../client/objects";
import type { Mutation } from "../mutations";

const script =
  (piece: string, by: string): Change =>
  (objects) =>
    withScript(objects, "redaction.py", (text) => replaced(text, piece, by));

/** Events pass as they are. */
const events = script("    _redact_events()\n", "");

/** What keeps task arguments out of sight. */
export const redactionMutations: readonly Mutation[] = [
  {
    control: "redaction",
    without: "the setting",
    caughtBy: "no route of either role",
    change: (objects) =>
      changed(objects, (copy) => {
        const viewer = containerOf(copy, "flower-viewer");
        viewer.env = viewer.env?.filter(({ name }) => name !== "REDACT_TASK_ARGUMENTS");
      }),
  },
  { control: "redaction", without: "redacted events", caughtBy: "no search finds", change: events },
  { control: "redaction", without: "redacted events, saved", caughtBy: "the saved history", change: events },
  {
    control: "redaction",
    without: "redacted lists of workers",
    caughtBy: "what waits in a worker",
    change: script("    _redact_workers()\n", ""),
  },
  {
    control: "redaction",
    without: "redacted requests inside of scheduled ones",
    caughtBy: "what waits in a worker",
    change: script('"request": _hidden(shown["request"], REQUEST)', '"request": shown["request"]'),
  },
];
