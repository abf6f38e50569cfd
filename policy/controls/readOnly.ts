import { isTrue } from "../flower/booleans";
import { mountOf, mountsOf } from "../flower/mounts";
import { settingOf } from "../flower/settings";
import { variableOf } from "../flower/variables";
import type { FlowerPod } from "../inventory";
import type { Part } from "../objects/part";
import { each, podRule, type Context } from "../rule";

/**
 * The guide's step 4. An admin's Flower is told by what it is, not by a name: it stands beside a read-only one in the same pod, both on loopback, and has
 * log-ins of its own.
 */
export const readOnly = podRule({
  id: "read-only",
  control: "read-only",
  title: "Flower is read-only, or an admin's beside a read-only one with log-ins of its own",
  remediation:
    "Set FLOWER_READ_ONLY=true (Flower 2.1 and newer). For admins run a second Flower process in the same pod, on another loopback port, with its own Secret of log-ins",
  level: "mandatory",
  scope: "stack",
  *judgePod(pod, context) {
    yield* each(pod.containers, function* (container) {
      if (isReadOnly(pod, container, context)) return;
      const viewers = pod.containers.filter((other) => isReadOnly(pod, other, context));
      if (viewers.length === 0) {
        yield {
          message: "whoever logs in can revoke tasks and shut workers down (FLOWER_READ_ONLY is not true)",
          at: container,
        };
        return;
      }
      const logIns = logInsOf(pod, container, context);
      if (viewers.some((viewer) => logInsOf(pod, viewer, context) === logIns)) {
        yield { message: "the Flower with full control has the same log-ins as the read-only one", at: container };
      }
    });
  },
});

function isReadOnly(pod: FlowerPod, container: Part, { inventory }: Context): boolean {
  return isTrue(settingOf({ inventory, pod, container }, "read_only"), "read_only");
}

/** Where a process takes its log-ins from, as a text to compare. */
function logInsOf(pod: FlowerPod, container: Part, { inventory }: Context): string {
  const around = { inventory, pod, container };
  const folder = variableOf(around, "BASIC_AUTH_USERS_DIR")?.text;
  const volume = folder === undefined ? undefined : mountOf(mountsOf(pod, container), folder)?.volume;
  if (volume !== undefined) return `volume ${volume.at("secret", "secretName").text ?? volume.at("name").text ?? ""}`;
  const settings = ["basic_auth", "auth"].map((option) => settingOf(around, option));
  return settings
    .map(
      (setting) =>
        setting?.text ??
        (setting && `${setting.at.at("name").text ?? ""}/${setting.at.at("key").text ?? ""}`) ??
        "none",
    )
    .join(" ");
}
