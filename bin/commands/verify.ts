import { writeFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { Command, InvalidArgumentError } from "commander";
import {
  formatJson,
  formatJunit,
  formatTable,
  InputError,
  parseUsers,
  readConnection,
  readUsers,
  usersFromEnvironment,
  verify,
  type Report,
  type Target,
  type User,
} from "../../verify";
import { wantsColors } from "./colors";

interface Flags {
  connection?: string;
  adminUrl?: string;
  httpUrl?: string;
  http: boolean;
  caFile?: string;
  connectTo?: string;
  direct?: string;
  usersFile?: string;
  usersStdin?: boolean;
  timeout: number;
  totalTimeout: number;
  minDays: number;
  bruteForce?: boolean;
  json?: boolean;
  junit?: string | true;
}

const HELP = `
Log-ins are never arguments, which every user of the machine can read. They come from --users-file, --users-stdin or
--connection, as [{ "name": …, "password": …, "role": "viewer" or "admin" }], or from the environment:
SECURE_FLOWER_VIEWER=user:password, SECURE_FLOWER_ADMIN=user:password. Where people sign in with an identity provider there are no passwords: give
"session" in place of "password", or SECURE_FLOWER_VIEWER_SESSION, SECURE_FLOWER_ADMIN_SESSION, with the value of a browser's cookie __Host-user.

It changes nothing. It makes one control call, on a task id that cannot exist, which it expects to be refused; it says so
before.

Exit code: 0 every control is live; 1 one is not; 2 could not tell: unreachable, a log-in that is wrong or missing.`;

/** `secure-flower verify`: the verifier for people, CI systems and programs. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description("prove from outside that the controls of a live dashboard hold")
    .argument("[url]", "the dashboard, https://queues.example.com/flower/ (may come from --connection)")
    .option("--connection <file>", "read all of this from a file such as the demo's .demo/connection.json")
    .option("--admin-url <url>", "the admin origin")
    .option("--http-url <url>", "where plain HTTP is redirected (default: port 80 of the dashboard's host)")
    .option("--no-http", "plain HTTP is closed on purpose: expect no connection")
    .option("--ca-file <file>", "PEM certificate of the authority that signed the dashboard's certificate")
    .option("--connect-to <address>", "dial this address in place of what DNS says")
    .option("--direct <address[:port]>", "the pod's or Service's own address: try it as a neighbour pod would")
    .option("--users-file <file>", "log-ins, a JSON list")
    .option("--users-stdin", "log-ins, a JSON list on standard input")
    .option("--timeout <seconds>", "limit for each check", positive, 10)
    .option("--total-timeout <seconds>", "limit for all checks together", positive, 120)
    .option("--min-days <days>", "how long the certificate must be good for at least", positive, 14)
    .option("--brute-force", "also send a burst of wrong log-ins; slows this address for a while")
    .option("--json", "print the report as JSON")
    .option("--junit [file]", "write the report as JUnit XML, to standard output if no file is named")
    .addHelpText("after", HELP)
    .action(run);
}

async function run(url: string | undefined, flags: Flags): Promise<void> {
  if (flags.json && flags.junit === true) throw new InputError("--json and --junit both want standard output");
  const report = await verify(await targetFrom(url, flags), {
    timeoutMs: flags.timeout * 1000,
    totalTimeoutMs: flags.totalTimeout * 1000,
    minCertificateDays: flags.minDays,
    bruteForce: flags.bruteForce,
    // Not standard output: that is for the report alone.
    onNotice: (notice) => process.stderr.write(`${notice}\n`),
  });
  print(report, flags);
  process.exitCode = report.exitCode;
}

/** What is said on the command line wins over the connection file. */
async function targetFrom(url: string | undefined, flags: Flags): Promise<Target> {
  const connection = flags.connection === undefined ? undefined : readConnection(flags.connection);
  const address = url ?? connection?.url;
  if (address === undefined) throw new InputError("give the dashboard's URL, or --connection FILE");
  return {
    url: address,
    adminUrl: flags.adminUrl ?? connection?.adminUrl,
    httpUrl: flags.http ? (flags.httpUrl ?? connection?.httpUrl) : false,
    caFile: flags.caFile ?? connection?.caFile,
    address: flags.connectTo ?? connection?.address,
    direct: flags.direct ?? connection?.direct,
    users: [...(await givenUsers(flags)), ...(connection?.users ?? [])],
  };
}

/** Log-ins in the order in which they are preferred. */
async function givenUsers({ usersFile, usersStdin }: Flags): Promise<User[]> {
  if (usersFile !== undefined && usersStdin) throw new InputError("give --users-file or --users-stdin, not both");
  const file = usersFile === undefined ? [] : readUsers(usersFile);
  const stdin = usersStdin ? parseUsers(await text(process.stdin), "standard input") : [];
  return [...file, ...stdin, ...usersFromEnvironment(process.env)];
}

function print(report: Report, { json, junit }: Flags): void {
  if (typeof junit === "string") writeFileSync(junit, formatJunit(report));
  if (json) process.stdout.write(formatJson(report));
  else if (junit === true) process.stdout.write(formatJunit(report));
  else process.stdout.write(formatTable(report, { colors: wantsColors(), width: process.stdout.columns }));
}

function positive(value: string): number {
  const number = Number(value);
  if (Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("It must be a number above 0.");
}
