// The identity providers of the tests: a real OpenID Connect server behind each provider's documented paths and host names, and what each adds to
// the protocol of its own. Runs inside the sandbox; what is to be served comes as JSON on its standard input.
import { createServer } from "node:https";
import process from "node:process";
import { text } from "node:stream/consumers";
import { ACCOUNTS } from "./accounts.mjs";
import { makeProvider } from "./protocol.mjs";

const { address, port, cert, key, clients } = JSON.parse(await text(process.stdin));

const handlers = new Map();
for (const client of clients) {
  const handle = makeProvider(client, ACCOUNTS[client.provider]);
  for (const host of client.hosts) handlers.set(host, handle);
}

const server = createServer({ cert, key }, (request, response) => {
  const handle = handlers.get(request.headers.host ?? "");
  if (handle === undefined) response.writeHead(421).end("no such provider\n");
  else void handle(request, response);
});
server.listen(port, address, () => process.stdout.write("ready\n"));
