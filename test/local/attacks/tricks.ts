import { PREFIX } from "../client/client";
import type { HeaderLines } from "../client/http1";
import { CONTROL_BODY, targetOf, type ControlCall } from "./controlCalls";

/** A request that tries to reach a control endpoint though only others are allowed. */
export interface Trick {
  readonly name: string;
  readonly method: string;
  readonly target: string;
  readonly headers?: HeaderLines;
  readonly body?: string;
}

/** A path that a viewer may POST to. */
const ALLOWED = "tasks/datatable";

/** Every trick for one endpoint. */
export function tricksFor(call: ControlCall, authority: string, otherAuthority: string): Trick[] {
  return [
    ...methods(call),
    ...[...spellings(call), ...detours(call), ...disguises(call), ...forms(call, authority, otherAuthority)].map(
      ([name, target]): Trick => ({ name, method: "POST", target, body: CONTROL_BODY }),
    ),
    ...overrides(call),
  ];
}

function methods(call: ControlCall): Trick[] {
  const target = targetOf(call);
  const names = [
    "POST",
    "post",
    "PoSt",
    "POSTX",
    "XPOST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "GET",
  ];
  return [
    ...names.map((method) => ({ name: `method ${method}`, method, target, body: CONTROL_BODY })),
    { name: "a HEAD", method: "HEAD", target },
    { name: "a tab after the method", method: "POST\t", target, body: CONTROL_BODY },
    { name: "a space before the method", method: " POST", target, body: CONTROL_BODY },
    { name: "an empty line before", method: "\r\nPOST", target, body: CONTROL_BODY },
    { name: "a method with the allowed line inside", method: `POST ${PREFIX}/${ALLOWED}`, target, body: CONTROL_BODY },
  ];
}

type Named = readonly [name: string, target: string];

/** The same path, written otherwise. */
function spellings(call: ControlCall): Named[] {
  const { path, query } = call;
  const at = (text: string): string => `${PREFIX}/${text}${query}`;
  const [first = "", ...others] = path.split("/");
  return [
    ["encoded slashes", at(path.replaceAll("/", "%2F"))],
    ["encoded slashes, lower case", at(path.replaceAll("/", "%2f"))],
    ["one encoded slash", at(path.replace("/", "%2f"))],
    ["doubly encoded slashes", at(path.replaceAll("/", "%252f"))],
    ["an encoded letter", at(path.replace("a", "%61"))],
    ["all letters encoded", at(path.replace(/[a-z]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`))],
    ["a doubly encoded letter", at(path.replace("a", "%2561"))],
    ["mixed case", at(path.replace("api", "Api"))],
    ["upper case", at(path.toUpperCase())],
    ["prefix in upper case", `${PREFIX.toUpperCase()}/${path}${query}`],
    ["an encoded prefix", `/%66lower/${path}${query}`],
    ["no prefix", `/${path}${query}`],
    ["twice the prefix", `${PREFIX}${PREFIX}/${path}${query}`],
    ["a longer prefix", `${PREFIX}s/${path}${query}`],
    ["double slashes", at(path.replaceAll("/", "//"))],
    ["a double slash after the prefix", `${PREFIX}//${path}${query}`],
    ["a double slash before the prefix", `/${PREFIX}/${path}${query}`],
    ["backslashes", at(path.replaceAll("/", "\\"))],
    ["encoded backslashes", at(path.replaceAll("/", "%5c"))],
    ["overlong slashes", at(path.replaceAll("/", "%c0%af"))],
    ["overlong slashes of three bytes", at(path.replaceAll("/", "%e0%80%af"))],
    ["full-width slashes", at(path.replaceAll("/", "%ef%bc%8f"))],
    ["parameters after each segment", at([first, ...others].map((segment) => `${segment};v=1`).join("/"))],
    ["parameters after the prefix", `${PREFIX};v=1/${path}${query}`],
    ["a trailing slash", at(`${path}/`)],
    ["a trailing dot", at(`${path}.`)],
    ["a trailing encoded space", at(`${path}%20`)],
    ["a trailing null", at(`${path}%00`)],
    ["a trailing line break", at(`${path}%0d%0a`)],
    ["a raw line break", `${PREFIX}/${path}\n${query}`],
    ["a raw null", `${PREFIX}/${path}\0${query}`],
  ];
}

/** Paths that resolve to the endpoint, or whose normal form is one that is allowed. */
function detours(call: ControlCall): Named[] {
  const { path, query } = call;
  const up = (step: string): string =>
    path
      .split("/")
      .map(() => step)
      .join("/");
  const ways: [string, string][] = [
    ["a dot", `./${path}`],
    ["an encoded dot", `%2e/${path}`],
    ["down and up", `x/../${path}`],
    ["out of the prefix and in again", `..${PREFIX}/${path}`],
    ["out of the root and in again", `../../..${PREFIX}/${path}`],
    ["from static files", `static/../${path}`],
    ["from static files, encoded", `static/%2e%2e/${path}`],
    ["from a static file", `static/js/flower.js/../../../${path}`],
    ["from static files with an encoded slash", `static/js/..%2f..%2f${path}`],
    ["from the allowed path", `${ALLOWED}/../../${path}`],
    ["from the allowed path, encoded", `${ALLOWED}/%2e%2e/%2e%2e/${path}`],
    ["from the allowed path, half encoded", `${ALLOWED}/.%2e/%2e./${path}`],
    ["from the allowed path, slashes encoded", `${ALLOWED}%2f..%2f..%2f${path}`],
    ["from the allowed path, doubly encoded", `${ALLOWED}/%252e%252e/%252e%252e/${path}`],
    ["from the allowed path, with parameters", `${ALLOWED}/..;/..;/${path}`],
    ["to the allowed path", `${path}/${up("..")}/${ALLOWED}`],
    ["to the allowed path, encoded", `${path}/${up("%2e%2e")}/${ALLOWED}`],
    ["to the allowed path, half encoded", `${path}/${up(".%2E")}/${ALLOWED}`],
    ["to the allowed path, slashes encoded", `${path}%2f${up("..").replaceAll("/", "%2f")}%2f${ALLOWED}`],
    ["to the prefix", `${path}/${up("..")}/`],
    ["to a static file", `${path}/${up("..")}/static/js/flower.js`],
    ["a very long way", `${"x/../".repeat(300)}${path}`],
    ["a too long way", `${"x/../".repeat(4000)}${path}`],
  ];
  return ways.map(([name, way]) => [`by way of: ${name}`, `${PREFIX}/${way}${query}`]);
}

/** The allowed path with the endpoint somewhere in it. */
function disguises({ path, query }: ControlCall): Named[] {
  const separators = [
    "?",
    "?/../../",
    "#",
    "#/../../",
    "%3f/../../",
    "%23/../../",
    "%00/../../",
    "%0a/../../",
    ";/../../",
    "/",
    ",",
    "&",
    "\\..\\..\\",
  ];
  return [
    ...separators.map((separator): Named => [`behind ${separator}`, `${PREFIX}/${ALLOWED}${separator}${path}${query}`]),
    ["the allowed path as a query", `${PREFIX}/${path}?${PREFIX}/${ALLOWED}`],
    ["the allowed path as a fragment", `${PREFIX}/${path}#${PREFIX}/${ALLOWED}`],
    ["the allowed path behind an encoded question mark", `${PREFIX}/${path}%3f${PREFIX}/${ALLOWED}`],
    ["the allowed path behind a parameter", `${PREFIX}/${path};${PREFIX}/${ALLOWED}`],
    ["the allowed path after a line break", `${PREFIX}/${path}%0aPOST%20${PREFIX}/${ALLOWED}`],
    ["a method by query", `${PREFIX}/${path}?_method=POST`],
  ];
}

/** Request targets that are no plain path. */
function forms(call: ControlCall, authority: string, otherAuthority: string): Named[] {
  const target = targetOf(call);
  return [
    ["an absolute target", `https://${authority}${target}`],
    ["an absolute target in plain http", `http://${authority}${target}`],
    ["an absolute target at the other host", `https://${otherAuthority}${target}`],
    ["an absolute target with a user", `https://x@${authority}${target}`],
    [
      "an absolute target with the allowed path as user",
      `https://${authority}${PREFIX}/${ALLOWED}@${authority}${target}`,
    ],
    ["an absolute target without a host", `https://${target}`],
    ["an absolute target of another scheme", `ftp://${authority}${target}`],
    ["a relative target", target.slice(1)],
    ["a target with only a host", authority],
    ["an asterisk", "*"],
    ["an asterisk before", `*${target}`],
    ["two targets", `${PREFIX}/${ALLOWED} ${target}`],
    ["two targets, the other way", `${target} ${PREFIX}/${ALLOWED}`],
    ["a tab between two targets", `${PREFIX}/${ALLOWED}\t${target}`],
    ["an older protocol inside", `${PREFIX}/${ALLOWED} HTTP/1.1\r\nX: ${target}`],
  ];
}

/** Headers by which some servers take another path than the request line's. */
const PATH_HEADERS = [
  ...["X-Original-URL", "X-Rewrite-URL", "X-Original-URI", "X-Forwarded-URI", "X-Forwarded-Path", "X-Forwarded-Prefix"],
  ...["X-Accel-Redirect", "Content-Location", "Destination"],
];
/** And another method. */
const METHOD_HEADERS = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];
const PROTOCOLS = ["websocket", "h2c", "HTTP/2.0", "TLS/1.3"];

function overrides(call: ControlCall): Trick[] {
  const target = targetOf(call);
  const allowed = { method: "POST", target: `${PREFIX}/${ALLOWED}`, body: CONTROL_BODY };
  const upgrade = (protocol: string): HeaderLines => [
    ["Upgrade", protocol],
    ["Connection", "Upgrade, HTTP2-Settings"],
    ["HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA"],
  ];
  return [
    ...PATH_HEADERS.map((header) => ({
      ...allowed,
      name: `${header} on the allowed path`,
      headers: [[header, target]] as const,
    })),
    ...METHOD_HEADERS.map((header) => ({
      name: `${header} on a GET`,
      method: "GET",
      target,
      headers: [[header, "POST"]] as const,
    })),
    ...PROTOCOLS.map((protocol) => ({
      ...allowed,
      name: `an upgrade to ${protocol}`,
      target,
      headers: upgrade(protocol),
    })),
  ];
}
