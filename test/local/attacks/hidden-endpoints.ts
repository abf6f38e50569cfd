import { PodClient, PREFIX, type Ask } from "../client/client";
import { credentialOf, signsIn, ROLES } from "../client/logIns";
import type { Stack } from "../client/stack";
import { assertNone, type Attack } from "./attack";

/** What no page needs unless people sign in with an identity provider. */
const SIGN_IN = ["login", "logout"];
/** What Flower answers to everybody, or to everybody with a log-in, though no page needs it. */
const HIDDEN = [
  "metrics",
  "healthcheck",
  "login/",
  "static/",
  "static/swagger.json",
  "static/img/x.png",
  "favicon.ico",
  "robots.txt",
  ".well-known/security.txt",
];

function spellings(path: string): string[] {
  return [
    ...[
      path,
      `${path}/`,
      `${path}?x=1`,
      `/${path}`,
      `./${path}`,
      `x/../${path}`,
      `static/../${path}`,
      `${path};x`,
      `${path}%00`,
      `${path}%20`,
    ],
    ...[
      path.replace(/[a-z]/, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
      path.toUpperCase(),
      `${path}#x`,
      `tasks/../${path}`,
      `${path}/../${path}`,
    ],
  ].map((spelling) => `${PREFIX}/${spelling}`);
}

async function hidden(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    const callers: Pick<Ask, "as">[] = [{}, { as: credentialOf(stack.objects, role) }];
    for (const target of [
      ...[...HIDDEN, ...(signsIn(stack.objects) ? [] : SIGN_IN)].flatMap(spellings),
      "/",
      "/metrics",
      "/healthcheck",
      "/nginx_status",
      "/.git/config",
    ]) {
      for (const caller of callers) {
        const answer = await client.ask({ to: role, target, ...caller });
        if (![400, 403, 404].includes(answer.status)) found.push(`${role} ${target}: ${answer.status}`);
        if (/flower_|python_info|^OK$/m.test(answer.body)) found.push(`${role} ${target}: ${answer.body.slice(0, 80)}`);
      }
    }
  }
  client.close();
  assertNone("hidden endpoints that are served", found);
}

async function options(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  for (const role of ROLES) {
    for (const path of [
      "/",
      "/workers",
      "/api/workers",
      "/api/task/revoke/x",
      "/tasks/datatable",
      "/static/js/flower.js",
      "/metrics",
    ]) {
      for (const method of ["OPTIONS", "TRACE", "PROPFIND", "CONNECT"]) {
        const answer = await client.ask({
          to: role,
          as: credentialOf(stack.objects, role),
          method,
          target: `${PREFIX}${path}`,
        });
        if (![400, 403, 405].includes(answer.status)) found.push(`${role} ${method} ${path}: ${answer.status}`);
        if (answer.all("allow").length > 0) found.push(`${role} ${method} ${path}: Allow ${answer.header("allow")}`);
      }
    }
  }
  client.close();
  assertNone("methods that are answered", found);
}

/** Only what the pages load; not what else lies where the files are. */
async function files(stack: Stack): Promise<void> {
  const client = new PodClient(stack);
  const found: string[] = [];
  const paths = [
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "js/../../../etc/nginx/tls/tls.key",
    "js/..",
    "js/.",
    "css/..%5c..",
    "js/flower.js/..",
    "js",
    "js/",
    "../logins/viewer.map",
    "..%2f..%2frun%2flogins%2fviewer.map",
    "js//flower.js",
    "js/%2e%2e/favicon.ico",
  ];
  for (const role of ROLES) {
    for (const path of paths) {
      const answer = await client.ask({ to: role, target: `${PREFIX}/static/${path}` });
      if (![400, 403, 404].includes(answer.status)) found.push(`${role} ${path}: ${answer.status}`);
    }
  }
  client.close();
  assertNone("files that are served", found);
}

const control = "hidden-endpoints";

export const attacks: readonly Attack[] = [
  {
    control,
    title: "metrics, health and whatever no page needs are closed on both origins, with a log-in too",
    run: hidden,
  },
  { control, title: "OPTIONS and other unusual methods are refused, and no answer lists methods", run: options },
  { control, title: "nothing but the pages' own files is served as static", run: files },
];
