import { type Input, output, type Output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "./args";
import { type Model, resolveModel, rotationOf } from "./model";
import type { Context } from "./resources/context";
import { check, secretAt, SECRETS, withSecret } from "./rules";
import { UNKNOWN } from "./rules/paths";

/**
 * The model, once the arguments are known; the only place where they are lifted. Credentials stay out of it: one secret in the bundle would make
 * everything that is built from it secret, nginx.conf too.
 *
 * The Output rejects with every broken rule, and with it everything that is built from it.
 */
function resolveAll(name: string, args: FlowerDashboardArgs): Output<Model> {
  const given = SECRETS.filter((path) => secretAt(args, path) !== undefined);
  const open = given.reduce((rest, path) => withSecret(rest, path, undefined), args);
  return output(open).apply((settings) => {
    check(
      name,
      given.reduce<unknown>((all, path) => withSecret(all, path, UNKNOWN), settings),
    );
    return resolveModel(name, settings);
  });
}

/** The arguments, decided: all of them at once, and the two that must be known even while another one is not. */
export function resolve(name: string, args: FlowerDashboardArgs): Pick<Context, "model" | "namespace" | "rotation"> {
  const model = resolveAll(name, args);
  const { namespace } = args;
  const rotation = output(args.rotation as Input<string | number | undefined>).apply(rotationOf);
  // A property of an Output rejects with the whole, and is known even if another one is not.
  const gated = output({ model, namespace, rotation });
  return { model, namespace: gated.namespace, rotation: gated.rotation };
}
