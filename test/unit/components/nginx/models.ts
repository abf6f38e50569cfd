import type { FlowerDashboardArgs } from "../../../../components/args";
import { changed, full, minimal, signIn, withAdmin } from "../arguments";

const label = (letter: string) => `${letter.repeat(62)}.`;

/** Dashboards whose nginx.conf is looked at as a whole. */
export const SHAPES: Readonly<Record<string, FlowerDashboardArgs>> = {
  "viewers only": minimal,
  "viewers and admins on another port": changed(withAdmin, { "ingress.httpsPort": 8443, urlPrefix: "tools/flower" }),
  "behind trusted proxies": changed(minimal, { trustedProxyRanges: ["192.0.2.0/24", "2001:db8::/32"] }),
  "sign-in with an identity provider": signIn,
  "IPv6 too": changed(minimal, { "nginx.ipv6": true, allowedSourceRanges: ["0.0.0.0/0", "::/0"] }),
};

/** Those, and the longest values that the rules let through. */
export const VALID: Readonly<Record<string, FlowerDashboardArgs>> = {
  ...SHAPES,
  "every member": full,
  "the longest host names and prefix": changed(withAdmin, {
    host: `${label("a").repeat(4)}a`,
    "admin.host": `${label("b").repeat(4)}b`,
    urlPrefix: "p".repeat(128),
    "ingress.httpsPort": 65_535,
  }),
  "hundreds of ranges": changed(minimal, {
    allowedSourceRanges: Array.from({ length: 500 }, (_, index) => `10.${index >> 8}.${index & 255}.0/24`),
    trustedProxyRanges: Array.from({ length: 200 }, (_, index) => `2001:db8:${index.toString(16)}::/48`),
  }),
};
