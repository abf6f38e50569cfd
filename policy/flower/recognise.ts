import { ifKnown, type Part } from "../objects/part";
import { runningContainersOf, type PodTemplate } from "../objects/pods";
import { callOf } from "./calls";
import { commandLineOf } from "./commandLine";

/** Flower's port, if it is not told another: https://flower.readthedocs.io/en/latest/config.html#port */
export const FLOWER_PORT = 5555;

/** Options that only Flower has, as variables; not FLOWER_PORT and FLOWER_HOST, which Service links and other programs set too. */
const FLOWER_VARIABLE =
  /^FLOWER_(ADDRESS|AUTH|AUTH_PROVIDER|BASIC_AUTH|BROKER_API|CONF|COOKIE_SECRET|ENABLE_EVENTS|INSPECT_TIMEOUT|MAX_TASKS|MAX_WORKERS|PERSISTENT|PURGE_OFFLINE_WORKERS|READ_ONLY|TASKS_COLUMNS|UNAUTHENTICATED_API|URL_PREFIX|XHEADERS)$/;

/** The containers of a pod that run Flower. */
export function flowerContainersOf({ spec }: PodTemplate): readonly Part[] {
  const containers = runningContainersOf(spec);
  const sure = containers.filter((container) => runsFlower(container));
  return sure.length > 0 ? sure : containers.filter((container) => listensLikeFlower(container));
}

/** By command first: Celery's image and Flower's run other things as well. */
function runsFlower(container: Part): boolean {
  const call = ifKnown(() => callOf(commandLineOf(container)), undefined);
  if (call?.subcommand !== undefined) return call.subcommand === "flower";
  return hasFlowerImage(container) || hasFlowerEnvironment(container);
}

function hasFlowerImage(container: Part): boolean {
  return isFlowerImage(ifKnown(() => container.at("image").text, undefined) ?? "");
}

/** `mher/flower`, `registry.example.com/tools/celery-flower:2`: the last part of the name is flower, or ends with it. */
export function isFlowerImage(image: string): boolean {
  return /(^|[-_.])flower$/.test(imageName(image));
}

/** The last part of an image's name, without tag and digest. */
export function imageName(image: string): string {
  const [name = ""] = image.split("@");
  return name.slice(name.lastIndexOf("/") + 1).split(":")[0] ?? "";
}

function hasFlowerEnvironment(container: Part): boolean {
  const names = ifKnown(() => container.at("env").items.map((each) => ifKnown(() => each.at("name").text, "")), []);
  return names.filter((name) => FLOWER_VARIABLE.test(name ?? "")).length >= 2;
}

/** The weakest sign, so it counts only in a pod without a better one, and never for another Celery program. */
function listensLikeFlower(container: Part): boolean {
  const other = ifKnown(() => callOf(commandLineOf(container)), undefined)?.subcommand;
  const ports = ifKnown(() => container.at("ports").items, []);
  return other === undefined && ports.some((port) => ifKnown(() => isFlowerPort(port), false));
}

function isFlowerPort(port: Part): boolean {
  return port.at("containerPort").number === FLOWER_PORT || /(^|-)flower(-|$)/.test(port.at("name").text ?? "");
}
