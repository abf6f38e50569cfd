import type { Rule } from "../rule";
import { authentication } from "./authentication";
import { authenticationPattern } from "./authenticationPattern";
import { clusterIp } from "./clusterIp";
import { isolation } from "./isolation";
import { loopback } from "./loopback";
import { persistence } from "./persistence";
import { pod, podHardening } from "./pod";
import { readOnly } from "./readOnly";
import { secrets } from "./secrets";
import { secretsConfigMap } from "./secretsConfigMap";
import { tls } from "./tls";
import { version, versionDigest } from "./version";

/** Every rule, in the order of the guide's steps. */
export const RULES: readonly Rule[] = [
  loopback,
  clusterIp,
  authentication,
  authenticationPattern,
  secrets,
  secretsConfigMap,
  tls,
  readOnly,
  isolation,
  pod,
  podHardening,
  version,
  versionDigest,
  persistence,
];
