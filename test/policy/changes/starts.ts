import { Scalar } from "yaml";
import { env, FLOWER, inPod, POD, variable, type Change } from "./change";

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

const withoutConf: Change = { what: "", kind: "ConfigMap", name: "flower-settings", path: ["data", "FLOWER_CONF"] };
const inApp = inPod("", [...FLOWER, "workingDir"], "/app");
const mounted = (name: string, mountPath: string): Change =>
  inPod("", [...FLOWER, "volumeMounts", 1], { name, mountPath });
const volume = (value: Readonly<Record<string, unknown>>): Change =>
  inPod("", [...POD, "volumes", 2], { name: "conf", ...value });

/** A configuration file, in the ConfigMap that is mounted where Flower is started. */
function configured(what: string, file: string, more: Partial<Change> = {}): Change {
  return placed(what, file, "flowerconfig.py", [inApp, mounted("config", "/app")], more);
}

/** A file of that ConfigMap, mounted as is said. */
function placed(what: string, file: string, key: string, and: readonly Change[], more: Partial<Change> = {}): Change {
  const change = { what, kind: "ConfigMap", name: "flower-nginx", path: ["data", key], value: file };
  return { ...change, ...more, and: [withoutConf, ...and] };
}

/** A file that these objects do not show. */
function hidden(what: string, and: readonly Change[], more: Partial<Change> = {}): Change {
  return { ...withoutConf, what, ...more, and };
}

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
  script("a shell's own variable", "FLOWER_BASIC_AUTH=$USERS; exec celery flower", {
    and: [inPod("", [...env(5), "name"], "USERS")],
    says: /neither/,
  }),
  inPod("a reference to what is empty", env(5), variable("FLOWER_BASIC_AUTH", "$(USERS)"), {
    and: [inPod("", env(4), variable("USERS", "")), inPod("", env(3), variable("FLOWER_MAX_WORKERS", "9"))],
    says: /empty/,
  }),
  ...["[]", "None", '""', "()", "[\n  # nobody\n]"].map((value) =>
    configured(`a file with basic_auth = ${JSON.stringify(value)}`, `basic_auth = ${value}\n`, { says: /empty/ }),
  ),
  inPod(
    "an open API that cannot be read",
    [...FLOWER, "env", 7],
    variable("FLOWER_UNAUTHENTICATED_API", "maybe"),
    UNSURE,
  ),
  inPod("an API that is not opened", [...FLOWER, "env", 7], variable("FLOWER_UNAUTHENTICATED_API", "off"), KEPT),
  inPod(
    "a log-in put together of Secrets",
    env(3),
    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "x", key: "y" } } },
    {
      ...KEPT,
      and: [inPod("", env(5), variable("FLOWER_BASIC_AUTH", "ana:$(PASSWORD)"))],
    },
  ),
  script("a log-in that the script exports", 'export FLOWER_BASIC_AUTH="ana:$PASSWORD"; exec celery flower', {
    ...KEPT,
    and: [inPod("", [...env(5), "name"], "PASSWORD")],
  }),
  script("a log-in from a file that the script runs", ". /vault/secrets/flower && exec celery flower", UNSURE),
  script("a Python environment", ". /venv/bin/activate && exec celery flower", KEPT),
  configured("a file with users", 'basic_auth = [\n  "ana:$apr1",  # she\n]\n', KEPT),
];

/** Where no rule may be sure, although the variables keep it. */
const HIDDEN: readonly Change[] = [
  hidden("a file on a claim", [args("", ["celery", "flower", "--conf=/data/my.py"])], UNSURE),
  hidden("a file of the image", [args("", ["celery", "flower", "--conf=/srv/my.py"])], UNSURE),
  hidden("a folder of a claim, in which Flower is started", [inPod("", [...FLOWER, "workingDir"], "/data")], UNSURE),
  hidden("a file of the node", [volume({ hostPath: { path: "/x" } }), mounted("conf", "/app/flowerconfig.py")], {
    ...UNSURE,
    also: ["pod"],
  }),
  hidden("a file of a Secret", [inApp, volume({ secret: { secretName: "x" } }), mounted("conf", "/app")], UNSURE),
  hidden("a file that the script copies", [script("", "cp /x/flowerconfig.py . && exec celery flower")], UNSURE),
  hidden("an empty folder", [inApp, volume({ emptyDir: {} }), mounted("conf", "/app")], KEPT),
  hidden("a claim elsewhere", [inApp], KEPT),
  hidden(
    "a Secret with other files",
    [inApp, volume({ secret: { secretName: "x", items: [{ key: "a", path: "b" }] } }), mounted("conf", "/app")],
    KEPT,
  ),
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
  script("variables of a file for env", "exec env $(cat /etc/flower.env) celery flower", UNSURE),
  script("a second Flower", "celery flower & exec celery flower --port=5556 --read_only=false", UNSURE),
  script("an export of what is true", "set -e && export FLOWER_READ_ONLY=true && exec celery flower", KEPT),
  script("what another program is told", "FLOWER_READ_ONLY=false python migrate.py && exec celery flower", KEPT),
  configured("a file", "read_only = False\n"),
  configured("a file that says it in words", "read_only: bool = 'f'  # for now\n"),
  configured("a file that sets it in a block", "if True:\n    read_only = False\n", UNSURE),
  configured("a file that sets it in one line with others", "port = 5555; read_only = False\n", UNSURE),
  configured("a file that asks its environment", "import os\nread_only = os.environ.get('RO') == '1'\n", UNSURE),
  configured("a file that takes all of another", "from settings import *\n", UNSURE),
  configured("a file that sets it to a number", "read_only = 1\n", UNSURE),
  configured("a file that only speaks of it", '"""Not "read_only" here."""\n# read_only = False\nport = 5555\n', KEPT),
  configured("a file that sets it", "read_only = False\nread_only = True\n", KEPT),
  placed("a file of another key", "read_only = False\n", "prod.py", [
    inApp,
    volume({ configMap: { name: "flower-nginx", items: [{ key: "prod.py", path: "flowerconfig.py" }] } }),
    mounted("conf", "/app"),
  ]),
  placed("a file in a projected volume", "read_only = False\n", "flowerconfig.py", [
    inApp,
    volume({ projected: { sources: [{ secret: { name: "x", items: [] } }, { configMap: { name: "flower-nginx" } }] } }),
    mounted("conf", "/app"),
  ]),
  placed("a file by a relative path", "read_only = False\n", "my.py", [
    inApp,
    mounted("config", "/app/etc"),
    args("", ["celery", "flower", "--conf=etc/../etc/my.py"]),
  ]),
  placed("a file by a relative path, where the image decides on the folder", "read_only = False\n", "my.py", [
    mounted("config", "/app"),
    args("", ["celery", "flower", "--conf=my.py"]),
  ]),
  placed("a file where the script goes to", "read_only = False\n", "flowerconfig.py", [
    mounted("config", "/app"),
    script("", "cd /app && exec celery flower"),
  ]),
  placed(
    "a file of another folder",
    "read_only = False\n",
    "flowerconfig.py",
    [inApp, mounted("config", "/other")],
    KEPT,
  ),
  ...HIDDEN,
];

export const SECRETS: readonly Change[] = [
  script("a log-in in quotes", 'exec celery flower "--basic_auth=ana:wonderland"'),
  script("a cookie secret in a script", "exec celery flower --cookie_secret=9fK2mQ8xLw4ZrT7pVb3N", {
    says: /a secret/,
  }),
  script("a provider's secret in a script", "exec celery flower --oauth2-secret=9fK2mQ8xLw4ZrT7pVb3N"),
  script("a log-in that a script assigns", "FLOWER_BASIC_AUTH=ana:wonderland exec celery flower", { says: /password/ }),
  args("a log-in that env is given", ["env", "FLOWER_BASIC_AUTH=ana:wonderland", "celery", "flower"]),
  args("a log-in that is a word of its own", [
    "airflow",
    "celery",
    "flower",
    "-H",
    "127.0.0.1",
    "--basic-auth",
    "ana:wonderland",
  ]),
  script("a log-in in a script within a script", `su app -c "celery flower --basic_auth=ana:wonderland"`),
  script("a Secret that Kubernetes puts into a script", 'X="$(CELERY_BROKER_URL)" exec celery flower', {
    says: /process listing/,
  }),
  script("a Secret in a shell's variable", 'export FLOWER_BASIC_AUTH="$USERS"; exec celery flower', {
    ...KEPT,
    and: [inPod("", [...env(5), "name"], "USERS")],
  }),
  script("a secret that the script reads", "FLOWER_COOKIE_SECRET=$(cat /run/secrets/cookie) exec celery flower", KEPT),
  script("flags that only sound like it", "exec celery flower --no-password --token=disabled --key-file=/x", KEPT),
];

export const CONFIG_MAP: readonly Change[] = [
  "['admin:S3cr3tPassw0rd99']",
  '["ana:wonderland"]',
  "'ana:wonderland'",
].map((value): Change => ({
  what: `a log-in in a Python file: ${value}`,
  kind: "ConfigMap",
  name: "flower-nginx",
  path: ["data", "x.py"],
  value: `basic_auth = ${value}\n`,
  says: /password/,
}));
