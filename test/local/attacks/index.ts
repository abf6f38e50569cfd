import { attacks as adminRoute } from "./admin-route";
import { attacks as allowList } from "./allow-list";
import type { Attack } from "./attack";
import { attacks as authentication } from "./authentication";
import { attacks as bruteForce } from "./brute-force";
import { attacks as clusterIp } from "./cluster-ip";
import { attacks as csrf } from "./csrf";
import { attacks as headers } from "./headers";
import { attacks as hiddenEndpoints } from "./hidden-endpoints";
import { attacks as isolation } from "./isolation";
import { attacks as limits } from "./limits";
import { attacks as liveUpdates } from "./live-updates";
import { attacks as loopback } from "./loopback";
import { attacks as metrics } from "./metrics";
import { attacks as mutualTls } from "./mutual-tls";
import { attacks as persistence } from "./persistence";
import { attacks as pod } from "./pod";
import { attacks as readOnly } from "./read-only";
import { attacks as redaction } from "./redaction";
import { attacks as rotation } from "./rotation";
import { attacks as secrets } from "./secrets";
import { attacks as tls } from "./tls";
import { attacks as version } from "./version";

/** Every attack: a file for each control, in the order of the README's table. */
export const ATTACKS: readonly Attack[] = [
  ...loopback,
  ...clusterIp,
  ...authentication,
  ...secrets,
  ...tls,
  ...mutualTls,
  ...headers,
  ...allowList,
  ...readOnly,
  ...adminRoute,
  ...csrf,
  ...hiddenEndpoints,
  ...bruteForce,
  ...limits,
  ...isolation,
  ...pod,
  ...version,
  ...liveUpdates,
  ...persistence,
  ...metrics,
  ...redaction,
  ...rotation,
];
