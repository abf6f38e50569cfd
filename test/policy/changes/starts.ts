import { Scalar } from "yaml";
import { env, FLOWER, inPod, variable, type Change } from "./change";

/** Flower is not behind its sidecar's port alone, so that the address decides. */
const OPEN: Change = { what: "", kind: "NetworkPolicy", path: ["spec", "ingress", 0, "ports"] };
const KEPT = { keeps: true } as const;
const UNSURE = { keeps: true, unsure: true } as const;

function script(what: string, text: string, more: Partial<Change> = {}): Change {
  return inPod(what, [...FLOWER, "args"], ["sh", "-c", text], more);
}

function args(what: string, words: readonly string[], more: Partial<Change> = {}): Change {
  return inPod(what, [...FLOWER, "args"], words, more);
}

/** A variable of the hardened fixture set to another text. */
function readOnlyAs(value: string, more: Partial<Change> = {}): Change {
  const text = new Scalar(value);
  // Without quotes `off` would be a boolean.
  text.type = Scalar.QUOTE_DOUBLE;
  return inPod(`the variable "${value}"`, [...env(1), "value"], text, more);
}

/** One more variable before FLOWER_READ_ONLY, which refers to it. */
function referring(what: string, value: string, more: Partial<Change> = {}): Change {
  const reference = inPod("", env(1), variable("FLOWER_READ_ONLY", "$(RO)"));
  return inPod(what, env(0), variable("RO", value), { ...more, and: [reference, addressAgain] });
}
const addressAgain = inPod("", [...FLOWER, "env", 7], variable("FLOWER_ADDRESS", "127.0.0.1"));

export const LOOPBACK: readonly Change[] = [
  script(
    "a script that waits for a worker first",
    "until celery -A proj inspect ping; do sleep 2; done; exec celery -A proj flower --address=0.0.0.0",
    { and: [OPEN] },
  ),
  script("a script that starts a worker first", "celery -A p worker -D && celery -A p flower --address=0.0.0.0", {
    and: [OPEN],
  }),
  script("an assignment before the program", "FLOWER_ADDRESS=0.0.0.0 exec celery flower", { and: [OPEN] }),
  script("a script within a script", `exec su app -c "sh -c 'celery flower --address=0.0.0.0'"`, { and: [OPEN] }),
  script("a script within a script, in escaped quotes", 'sh -c "sh -c \\"celery flower --address=0.0.0.0\\""', {
    and: [OPEN],
  }),
  args("a folder of Celery's name", ["watchmedo", "-d", "/srv/celery", "--", "celery", "flower", "--address=0.0.0.0"], {
    and: [OPEN],
  }),
  inPod("a script after --", [...FLOWER, "command"], ["/bin/sh", "-c", "--"], {
    and: [OPEN, args("", ["exec celery flower --address=0.0.0.0"])],
  }),
  inPod(
    "the pod's own address",
    [...FLOWER, "env", 7],
    { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    {
      and: [OPEN, script("", "exec celery flower --address=$POD_IP")],
      says: /status\.podIP/,
    },
  ),
  script("a shell's default", "exec celery flower --address=${BIND:-0.0.0.0}", { and: [OPEN] }),
  args("a reference that is escaped", ["celery", "flower", "--address=$$(FLOWER_ADDRESS)"], { and: [OPEN] }),
  script("what only the shell knows", "exec celery flower --address=$(hostname -i)", { ...UNSURE, and: [OPEN] }),
  script("a worker's queue called flower", "celery -A p worker -Q flower & exec celery -A p flower", {
    ...KEPT,
    and: [OPEN],
  }),
];

export const AUTHENTICATION: readonly Change[] = [
  script("Airflow, after another command of it", "airflow db check && exec airflow celery flower", {
    and: [inPod("", [...env(5), "name"], "OTHER")],
  }),
  args("a variable that env takes away", ["env", "-u", "FLOWER_BASIC_AUTH", "celery", "flower"]),
  args("a variable that env takes away with all others", [
    "env",
    "-i",
    "celery",
    "flower",
    "--address=127.0.0.1",
    "--read_only",
  ]),
  script("a variable that the script takes away", "unset FLOWER_BASIC_AUTH; exec celery flower"),
  inPod("a reference to what is empty", env(5), variable("FLOWER_BASIC_AUTH", "$(USERS)"), {
    and: [inPod("", env(4), variable("USERS", "")), inPod("", env(3), variable("FLOWER_MAX_WORKERS", "9"))],
    says: /empty/,
  }),
  inPod(
    "an open API that cannot be read",
    [...FLOWER, "env", 7],
    variable("FLOWER_UNAUTHENTICATED_API", "maybe"),
    UNSURE,
  ),
  inPod("an API that is not opened", [...FLOWER, "env", 7], variable("FLOWER_UNAUTHENTICATED_API", "off"), KEPT),
  script("a log-in from a file that the script runs", ". /vault/secrets/flower && exec celery flower", UNSURE),
  script("a Python environment", ". /venv/bin/activate && exec celery flower", KEPT),
];

export const READ_ONLY: readonly Change[] = [
  ...["off", "n", "No", "f", "0"].map((value) => readOnlyAs(value)),
  ...["", "maybe", "none"].map((value) => readOnlyAs(value, UNSURE)),
  ...["on", "y", "T", "1"].map((value) => readOnlyAs(value, KEPT)),
  args("an argument that Flower takes for true, and nobody else", ["celery", "flower", "--read_only=off"], UNSURE),
  args("a false argument", ["celery", "flower", "--read-only=f"]),
  referring("a reference to what is false", "false"),
  referring("a reference to what is true", "true", KEPT),
  inPod("a reference to a Secret", [...env(1), "value"], "$(CELERY_BROKER_URL)", {
    ...UNSURE,
    and: [
      inPod("", env(0), { name: "CELERY_BROKER_URL", valueFrom: { secretKeyRef: { name: "x", key: "y" } } }),
      addressAgain,
    ],
  }),
  readOnlyAs("$(LATER)", { ...UNSURE, and: [inPod("", [...FLOWER, "env", 7], variable("LATER", "true"))] }),
  readOnlyAs("$$(FLOWER_ADDRESS)", UNSURE),
  script("an assignment before the program", "FLOWER_READ_ONLY=false exec celery flower"),
  script("an export", "export FLOWER_READ_ONLY=false; exec celery flower"),
  script("an assignment to what is exported", "set -e\nFLOWER_READ_ONLY=false\nexec celery flower"),
  args("what env sets", ["env", "FLOWER_READ_ONLY=false", "celery", "flower"]),
  args("what env sets before a shell", ["env", "FLOWER_READ_ONLY=false", "sh", "-c", "exec celery flower"]),
  args("what env sets for a script of its own", ["env", "FLOWER_READ_ONLY=false", "/start-flower"]),
  args("arguments after a script", ["sh", "-c", 'exec celery flower "$@"', "--", "--read_only=false"]),
  script("an export in some cases", '[ -n "$ADMIN" ] && export FLOWER_READ_ONLY=false; exec celery flower', UNSURE),
  script("an export in a block", "if true; then\n  export FLOWER_READ_ONLY=false\nfi\nexec celery flower", UNSURE),
  script("an export of a child's", "sh -c 'export FLOWER_READ_ONLY=true'; exec celery flower", UNSURE),
  script("what a command prints", "export FLOWER_READ_ONLY=$(cat /mode) && exec celery flower", UNSURE),
  script("variables of a file", "export $(cat .env | xargs) && exec celery flower", UNSURE),
  script("an export of what is true", "set -e && export FLOWER_READ_ONLY=true && exec celery flower", KEPT),
  script("what another program is told", "FLOWER_READ_ONLY=false python migrate.py && exec celery flower", KEPT),
];
