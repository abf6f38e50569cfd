import { isTrue } from "../flower/booleans";
import type { Surroundings } from "../flower/environment";
import { hasOwnLauncher } from "../flower/launcher";
import { mountOf, mountsOf } from "../flower/mounts";
import { settingOf } from "../flower/settings";
import { variableOf } from "../flower/variables";
import type { Part } from "../objects/part";
import { each, podRule, type Violation } from "../rule";

/** The guide's step 2. https://flower.readthedocs.io/en/latest/auth.html */
export const authentication = podRule({
  id: "authentication",
  control: "authentication",
  title: "Flower asks for a log-in",
  remediation:
    "Set FLOWER_BASIC_AUTH (or FLOWER_AUTH with FLOWER_AUTH_PROVIDER, FLOWER_OAUTH2_KEY and FLOWER_OAUTH2_SECRET) from a Secret by secretKeyRef, without `optional`, and leave FLOWER_UNAUTHENTICATED_API unset",
  level: "mandatory",
  scope: "stack",
  *judgePod(pod, { inventory }) {
    yield* each(pod.containers, function* (container) {
      const around = { inventory, pod, container };
      const open = variableOf(around, "FLOWER_UNAUTHENTICATED_API");
      // Flower takes an empty one for unset.
      if (
        open !== undefined &&
        open.text !== "" &&
        isTrue({ ...open, from: "variable" }, "FLOWER_UNAUTHENTICATED_API")
      ) {
        yield { message: "FLOWER_UNAUTHENTICATED_API opens the API to everybody", at: open.at };
      }
      const reason = hasOwnLauncher(around) ? withoutUsers(around) : withoutLogIn(around);
      if (reason !== undefined) yield reason;
    });
  },
});

/** Our own script takes users from a folder or from an identity provider, and does not start without either. */
function withoutUsers(around: Surroundings): Violation | undefined {
  const folder = variableOf(around, "BASIC_AUTH_USERS_DIR");
  if (folder?.text === undefined) return withoutLogIn(around);
  const mount = mountOf(mountsOf(around.pod, around.container), folder.text);
  if (mount?.volume?.at("secret").exists) return undefined;
  return { message: `the users in ${folder.text} do not come from a Secret`, at: folder.at };
}

function withoutLogIn(around: Surroundings): Violation | undefined {
  const basic = settingOf(around, "basic_auth");
  if (basic !== undefined) return complaint(basic, "basic_auth");
  const pattern = settingOf(around, "auth");
  const provider = settingOf(around, "auth_provider");
  if (pattern === undefined)
    return { message: "Flower has neither basic_auth nor auth: everybody gets in", at: around.container };
  if (provider !== undefined && provider.text !== "") return complaint(pattern, "auth");
  return { message: "Flower has auth but no auth_provider, so nobody is asked to log in", at: pattern.at };
}

function complaint(
  setting: { text: string | undefined; optional: boolean; at: Part },
  name: string,
): Violation | undefined {
  if (setting.optional)
    return { message: `${name} comes from a Secret that is optional: without it Flower starts open`, at: setting.at };
  return setting.text?.trim() === "" ? { message: `${name} is empty, so Flower is open`, at: setting.at } : undefined;
}
