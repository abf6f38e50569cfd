import { output, type Output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "./args";
import { type Model, resolveModel } from "./model";
import { check, secretAt, SECRETS, withSecret } from "./rules";
import { UNKNOWN } from "./rules/paths";

/**
 * The model, once the arguments are known; the only place where they are lifted. Credentials stay out of it: one secret in the bundle would make
 * everything that is built from it secret, nginx.conf too.
 *
 * The Output rejects with every broken rule, and with it everything that is built from it.
 */
export function resolve(name: string, args: FlowerDashboardArgs): Output<Model> {
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
