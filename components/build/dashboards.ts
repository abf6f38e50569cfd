import type { Dashboard, Model, Role } from "../model";

/** The model's dashboards: the viewers', and the admins' if there are any. */
export function dashboards({ viewer, admin }: Model): readonly Dashboard[] {
  return admin ? [viewer, admin] : [viewer];
}

/** The dashboard of a role; throws if there is none. */
export function dashboardOf(model: Model, role: Role): Dashboard {
  const found = dashboards(model).find((dashboard) => dashboard.role === role);
  if (found === undefined) throw new Error(`there is no dashboard of the ${role}s`);
  return found;
}
