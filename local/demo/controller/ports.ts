import { createServer, type Server } from "node:net";

/** A socket of this machine that listens, to be handed on to a program in the sandbox. */
export interface HostSocket {
  server: Server;
  port: number;
}

/** The address at which this machine's browser finds the demo. */
export const HOST_ADDRESS = "127.0.0.1";

/**
 * Makes a listening socket in this machine's own network. A socket stays in the network that it was made in, so the controller serves
 * it from inside the sandbox, and nothing of this machine's network has to be changed.
 *
 * @param port - 0 for any that is free
 */
export function listenOnHost(port: number, option: string): Promise<HostSocket> {
  // Nothing is meant to be accepted here; what slips in before the hand-over is told to try again.
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new Error(explain(error, port, option))));
    server.listen(port, HOST_ADDRESS, () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : port });
    });
  });
}

/** The descriptor of a listening socket. Node has no public name for it; the private one has been the same since its first versions. */
export function descriptorOf({ server, port }: HostSocket): number {
  const descriptor = (server as unknown as { _handle?: { fd?: number } | null })._handle?.fd;
  if (descriptor === undefined || descriptor < 0)
    throw new Error(`The socket of port ${port} cannot be handed on with this Node.`);
  return descriptor;
}

function explain(error: NodeJS.ErrnoException, port: number, option: string): string {
  const choose = `\`npm run demo -- ${option} PORT\``;
  if (error.code === "EADDRINUSE")
    return `Port ${port} is taken by another program: choose another one with ${choose}.`;
  if (error.code === "EACCES") return `Only root may listen on port ${port}: choose one from 1024 on with ${choose}.`;
  return `Cannot listen on port ${port}: ${error.message}`;
}
