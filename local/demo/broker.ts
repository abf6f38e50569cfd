import { ADDRESSES, Container, readRootEntries, writeDirectory, type Sandbox } from "../pod";
import { redisRecipe } from "./recipes";

const PORT = 6379;

/** The URL of the demo's broker. */
export function brokerUrl(password: string): string {
  return `redis://:${password}@${ADDRESSES.node}:${PORT}/0`;
}

/** Starts a Redis that keeps everything in memory and asks for a password, which it reads from a file. */
export async function startBroker(sandbox: Sandbox, password: string): Promise<Container> {
  const config = [
    `bind ${ADDRESSES.node}`,
    `port ${PORT}`,
    `requirepass ${password}`,
    'save ""',
    "appendonly no",
    "dir /tmp",
    "",
  ].join("\n");
  const source = writeDirectory(sandbox, "redis", { "redis.conf": config });
  const container = await Container.create(sandbox, {
    ...redisRecipe,
    name: "broker.redis",
    hostname: "redis",
    root: readRootEntries(),
    binds: [...redisRecipe.binds, { source, target: "/etc/redis", readOnly: true }],
    argv: ["redis-server", "/etc/redis/redis.conf"],
    workingDirectory: "/",
    readOnlyRoot: false,
    groups: [],
    network: "cluster",
  });
  void container.start();
  await container.untilLogged(/Ready to accept connections/, 20);
  return container;
}
