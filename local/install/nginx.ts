import { run } from "./run";

/** The oldest nginx that the component's configuration is made for. */
const OLDEST: readonly [number, number] = [1, 22];

/** What is wrong with an nginx, by what its `-V` prints; undefined when nothing is. */
export function nginxProblem(description: string): string | undefined {
  const [, version = "unknown", major, minor] = /nginx\/((\d+)\.(\d+)[.\d]*)/.exec(description) ?? [];
  const isNewEnough = Number(major) > OLDEST[0] || (Number(major) === OLDEST[0] && Number(minor) >= OLDEST[1]);
  if (!isNewEnough)
    return `nginx ${version} is too old: the demo needs ${OLDEST.join(".")} or newer (Debian 12, Ubuntu 24.04)`;
  const lacking = ["http_ssl", "http_v2", "http_gzip_static"].filter((name) => !description.includes(`${name}_module`));
  return lacking.length === 0 ? undefined : `nginx ${version} was built without ${lacking.join(", ")}`;
}

/** Throws if the nginx that is there cannot run what is rendered. */
export async function checkNginx(nginx: string): Promise<void> {
  const { output } = await run([nginx, "-V"]);
  const problem = nginxProblem(output);
  if (problem !== undefined) throw new Error(`The demo cannot use ${nginx}: ${problem}.`);
}
