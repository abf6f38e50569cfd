import type { Check } from "../check";
import { adminRoute } from "./adminRoute";
import { allowList } from "./allowList";
import { authentication } from "./authentication";
import { bruteForce } from "./bruteForce";
import { csrf } from "./csrf";
import { headers } from "./headers";
import { hiddenEndpoints } from "./hiddenEndpoints";
import { limits } from "./limits";
import { liveUpdates } from "./liveUpdates";
import { loopback } from "./loopback";
import { mutualTls } from "./mutualTls";
import { readOnly } from "./readOnly";
import { signIn } from "./signIn";
import { tls } from "./tls";

/** Every check, the guide's five first and in its order. Brute force comes last: what follows it would be slowed. */
export const CHECKS: readonly Check[] = guideFirst([
  ...authentication,
  ...signIn,
  ...tls,
  ...headers,
  ...readOnly,
  ...adminRoute,
  ...csrf,
  ...hiddenEndpoints,
  ...allowList,
  ...limits,
  ...liveUpdates,
  ...loopback,
  ...mutualTls,
  ...bruteForce,
]);

function guideFirst(checks: readonly Check[]): Check[] {
  const rank = (check: Check) => check.guide ?? Number.MAX_SAFE_INTEGER;
  return [...checks].sort((a, b) => rank(a) - rank(b));
}
