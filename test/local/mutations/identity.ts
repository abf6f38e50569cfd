import type { KubernetesObject } from "../../../local/pod";
import type { Change } from "../attacks/attack";
import { withOpenList, withWritableFlower } from "../attacks/read-only";
import { changed, objectNamed, podSpecOf, replaced, withScript, withVariable } from "../client/objects";
import type { Mutation } from "../mutations";

const script =
  (file: string, ...edits: readonly (readonly [piece: string | RegExp, by: string])[]): Change =>
  (objects) =>
    withScript(objects, file, (text) => edits.reduce((done, [piece, by]) => replaced(done, piece, by), text));

/** Flower gets no log-ins, and nobody asks for them. */
const noLogIns: Change = async (objects, stack) => {
  const without = script(
    "log_in.py",
    ['"basic_auth": entries', '"basic_auth": []'],
    ['os.environ["FLOWER_BASIC_AUTH"] = ",".join(entries)', "pass"],
  );
  // What start.py says of them would end it.
  return script("start.py", ["if entries else", "if True else"])(await without(objects, stack), stack);
};

/** The admins' process gets the viewers' log-ins. */
const sharedUsers: Change = (objects) =>
  changed(objects, (copy) => {
    const volume = podSpecOf(copy).volumes.find(({ name }) => name === "admin-users") as {
      secret: { secretName: string };
    };
    volume.secret.secretName = "queues-viewer";
  });

/** One Secret stays what it was before the rotation. */
const keptSecret =
  (name: string): Change =>
  (objects, stack) =>
    objects.map((object): KubernetesObject =>
      object.kind === "Secret" && object.metadata.name === name ? objectNamed(stack.original, "Secret", name) : object,
    );

const openAddress: Change = (objects) => {
  const listening = withVariable(objects, "flower-viewer", "FLOWER_ADDRESS", "0.0.0.0");
  return withScript(listening, "start.py", (text) =>
    replaced(
      replaced(text, '"address": "127.0.0.1"', '"address": os.environ["FLOWER_ADDRESS"]'),
      'ALWAYS["address"], int',
      'os.environ["FLOWER_ADDRESS"], int',
    ),
  );
};

const anyFlower = script("flower_install.py", ["if not is_at_least(version, minimum):", "if False:"]);

/** What Flower, its log-ins and its scripts hold a control by. */
export const identityMutations: readonly Mutation[] = [
  {
    control: "authentication",
    without: "log-ins",
    caughtBy: "every route of the installed Flower",
    change: noLogIns,
  },
  {
    control: "authentication",
    without: "log-ins by role",
    caughtBy: "every route of the installed Flower",
    change: sharedUsers,
  },
  {
    control: "authentication",
    without: "passwords",
    caughtBy: "a log-in that is almost right",
    change: script("users.py", [
      'return [f"{name}:{password}" for name, password in sorted(users.items())]',
      'return [f"{name}:{part}" for name, password in sorted(users.items()) for part in (password, "")]',
    ]),
  },
  { control: "admin-route", without: "log-ins by role", caughtBy: "neither role's log-in works", change: sharedUsers },
  {
    control: "read-only",
    without: "an admin who may act",
    caughtBy: "an admin can do",
    change: (objects) => withVariable(objects, "flower-admin", "FLOWER_READ_ONLY", "true"),
  },
  {
    control: "read-only",
    without: "both locks",
    caughtBy: "none of Flower's 14",
    change: (objects) => withOpenList(withWritableFlower(objects)),
  },
  {
    control: "read-only",
    without: "Flower's read-only mode",
    caughtBy: "Flower alone refuses",
    change: withWritableFlower,
  },
  { control: "loopback", without: "an address on loopback", caughtBy: "Flower's ports refuse", change: openAddress },
  {
    control: "loopback",
    without: "an address on loopback, in the kernel's table",
    caughtBy: "nothing listens in the pod",
    change: openAddress,
  },
  {
    control: "version",
    without: "the check of the version",
    caughtBy: "a pod whose image has an old Flower",
    change: anyFlower,
  },
  {
    control: "version",
    without: "the check of the version in Flower's container",
    caughtBy: "Flower's container refuses",
    change: anyFlower,
  },
  {
    control: "secrets",
    without: "a filter of Flower's log",
    caughtBy: "no secret is in any log",
    change: script("start.py", ["    leave_queries_out()\n", ""]),
  },
  {
    control: "secrets",
    without: "a look at what workers answer",
    caughtBy: "no password is in what a page",
    change: script("start.py", ["    hide_passwords()\n", ""]),
  },
  {
    control: "secrets",
    without: "a look into lists and the options of a connection",
    caughtBy: "no password is in what a page",
    change: script("worker_settings.py", ['{"broker": clean(response["broker"])}', '{"broker": response["broker"]}']),
  },
  {
    control: "rotation",
    without: "new log-ins of the viewers",
    caughtBy: "after a rotation the new log-ins",
    change: keptSecret("queues-viewer"),
  },
  {
    control: "rotation",
    without: "new log-ins of the admins",
    caughtBy: "after a rotation the new log-ins",
    change: keptSecret("queues-admin"),
  },
  {
    control: "rotation",
    without: "a new authority",
    caughtBy: "after a rotation the old certificates",
    change: keptSecret("queues-server-tls"),
  },
  {
    control: "rotation",
    without: "new cookie secrets",
    caughtBy: "after a rotation the cookies'",
    change: keptSecret("queues-cookie"),
  },
];
