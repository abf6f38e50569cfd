import { createServer, type Server } from "node:net";
import { kubectl } from "./kubectl";

/** Where a probe runs: a container of a pod. */
export interface Place {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
}

/** What a TCP connection came to. Some enforcers reject and others drop: both are `closed`. */
export type Reach = "open" | "closed";

/** Connects to every address at once, each with three seconds. */
const CONNECT = `
import concurrent.futures, json, socket, sys
def reach(target):
    host, port = target.rsplit(":", 1)
    try:
        socket.create_connection((host, int(port)), timeout=3).close()
        return "open"
    except OSError:
        return "closed"
targets = json.loads(sys.argv[1])
with concurrent.futures.ThreadPoolExecutor(len(targets)) as pool:
    print(json.dumps(dict(zip(targets, pool.map(reach, targets)))))
`;

/** What is answered to a TLS client, whatever certificate it has. It knows the server by an authority and a name if there is one, and else believes it. */
const GREET = `
import json, socket, ssl, sys, tempfile
host, port, path, certificate, authority, name = json.loads(sys.argv[1])
context = ssl.create_default_context(cadata=authority or None)
if not authority:
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
if certificate:
    with tempfile.NamedTemporaryFile("w", dir="/tmp") as file:
        file.write(certificate)
        file.flush()
        context.load_cert_chain(file.name)
try:
    with context.wrap_socket(socket.create_connection((host, port), timeout=5), server_hostname=name or host) as channel:
        channel.sendall(f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n".encode())
        answer = b""
        while chunk := channel.recv(65536):
            answer += chunk
    print(answer.decode("latin-1"))
except OSError as error:
    print(f"refused: {error}")
`;

/** Which of the addresses, as `HOST:PORT`, accept a connection from there. */
export async function reachFrom(place: Place, targets: readonly string[]): Promise<Record<string, Reach>> {
  return JSON.parse(await python(place, CONNECT, JSON.stringify(targets))) as Record<string, Reach>;
}

/** What a client gets that lacks the right certificate: an alert of TLS, or a connection that is closed without a word. */
export const REFUSED = /^(refused: .*)?\s*$/;

/** By what a client knows a server. */
export interface Trust {
  /** PEM. */
  readonly authority: string;
  readonly name: string;
}

/**
 * The whole answer to one request by TLS from there, or `refused: …`.
 *
 * @param certificate PEM of key and certificate
 * @param trust by default any server is believed
 */
export function greetFrom(
  place: Place,
  host: string,
  port: number,
  path: string,
  certificate = "",
  trust: Trust = { authority: "", name: "" },
): Promise<string> {
  return python(place, GREET, JSON.stringify([host, port, path, certificate, trust.authority, trust.name]));
}

/** Runs a Python program in a container. */
export function python({ namespace, pod, container }: Place, program: string, ...args: string[]): Promise<string> {
  const where = container === undefined ? [] : [`--container=${container}`];
  return kubectl([`--namespace=${namespace}`, "exec", pod, ...where, "--", "python3", "-I", "-c", program, ...args]);
}

/** Listens on an address of this machine, and hangs up on whoever comes. */
export function listen(address: string, port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.on("error", reject);
    server.listen(port, address, () => resolve(server));
  });
}
