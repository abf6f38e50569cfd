import type { Change } from "../attacks/attack";
import { replaced, withNginxConf } from "../client/objects";

/** Replaces pieces of nginx.conf, each of which must be there. */
export const edit =
  (...edits: readonly (readonly [piece: string | RegExp, by: string])[]): Change =>
  (objects) =>
    withNginxConf(objects, (text) => edits.reduce((done, [piece, by]) => replaced(done, piece, by), text));

/** A further route of both roles. */
export const route = (pattern: string): Change =>
  edit([/(\$(?:viewer|admin)_route \{\n\s+default "";)/g, `$1\n    "~${pattern}" page;`]);
