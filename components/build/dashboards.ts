import type { Dashboard, Model } from "../model";

/** The model's dashboards: the viewers', and the admins' if there are any. */
export function dashboards({ viewer, admin }: Model): readonly Dashboard[] {
  return admin ? [viewer, admin] : [viewer];
}
