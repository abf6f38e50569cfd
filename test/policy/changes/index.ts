import type { RuleId } from "../../../policy/index";
import type { Change } from "./change";
import * as starts from "./starts";
import { POD_SECURITY, HARDENING, VERSION, PINNED, PERSISTENCE } from "./pods";
import { CONTROLLER_LABELS, EMPTY_DOMAINS, POLICY_DEFAULTS, PROFILES, SELECTORS } from "./objects";
import { ROUTE_CREDENTIALS, ROUTE_TLS } from "./routes";
import {
  LOOPBACK,
  CLUSTER_IP,
  AUTHENTICATION,
  PATTERN,
  PATTERNS_KEPT,
  SECRETS,
  CONFIG_MAP,
  TLS,
  READ_ONLY,
  ISOLATION,
} from "./traffic";

export type { Change } from "./change";

/** By rule: what breaks it, and what looks like it and does not. */
export const CHANGES: Readonly<Record<RuleId, readonly Change[]>> = {
  loopback: [...LOOPBACK, ...starts.LOOPBACK],
  "cluster-ip": [...CLUSTER_IP, ...CONTROLLER_LABELS],
  authentication: [...AUTHENTICATION, ...starts.AUTHENTICATION],
  "authentication-pattern": [...PATTERN, ...PATTERNS_KEPT, ...EMPTY_DOMAINS],
  secrets: [...SECRETS, ...starts.SECRETS],
  "secrets-config-map": [...CONFIG_MAP, ...ROUTE_CREDENTIALS, ...starts.CONFIG_MAP],
  tls: [...TLS, ...ROUTE_TLS],
  "read-only": [...READ_ONLY, ...starts.READ_ONLY],
  isolation: [...ISOLATION, ...SELECTORS, ...POLICY_DEFAULTS],
  pod: [...POD_SECURITY, ...PROFILES],
  "pod-hardening": HARDENING,
  version: VERSION,
  "version-digest": PINNED,
  persistence: PERSISTENCE,
};
