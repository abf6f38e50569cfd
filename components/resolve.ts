import { output, type Output } from "@pulumi/pulumi";
import type { FlowerDashboardArgs } from "./args";
import { type Model, resolveModel } from "./model";
import { check } from "./rules";
import { UNKNOWN } from "./rules/paths";

/**
 * The model, once the arguments are known; the only place where they are lifted. The broker's credentials stay out of it: one secret in the bundle would make
 * everything that is built from it secret, nginx.conf too.
 *
 * The Output rejects with every broken rule, and with it everything that is built from it.
 */
export function resolve(name: string, args: FlowerDashboardArgs): Output<Model> {
  const { url, managementApiUrl, ...broker } = args.broker;
  return output({ ...args, broker }).apply((settings) => {
    const credentials = {
      ...(url !== undefined ? { url: UNKNOWN } : {}),
      ...(managementApiUrl !== undefined ? { managementApiUrl: UNKNOWN } : {}),
    };
    check(name, { ...settings, broker: { ...settings.broker, ...credentials } });
    return resolveModel(name, settings);
  });
}
