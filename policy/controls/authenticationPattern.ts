import { isPublicMailDomain } from "../../components/rules/publicMail";
import { settingOf } from "../flower/settings";
import { each, podRule, textList } from "../rule";

/**
 * The guide's own pattern locks everybody out of Flower 1.2 and newer, which reads an address, a list of them, or one `.*` before the `@`; older
 * ones read a regular expression (CVE-2022-30034). https://flower.readthedocs.io/en/latest/auth.html
 */
export const authenticationPattern = podRule({
  id: "authentication-pattern",
  control: "authentication",
  title: "The auth pattern lets in whom it should, and not everybody",
  remediation:
    "Write FLOWER_AUTH as addresses joined by | (ana@example.com|ben@example.com), or as one .* before the @ of a domain that is yours (.*@example.com)",
  level: "mandatory",
  scope: "stack",
  parameters: {
    publicDomains: {
      type: "array",
      items: { type: "string" },
      description: "Mail domains in which anybody can have an address, besides the ones that are known.",
      default: [],
    },
  },
  *judgePod(pod, { inventory, parameters }) {
    yield* each(pod.containers, function* (container) {
      const pattern = settingOf({ inventory, pod, container }, "auth");
      const wrong =
        pattern?.text === undefined ? undefined : fault(pattern.text, textList(parameters, "publicDomains"));
      if (pattern !== undefined && wrong !== undefined) yield { message: `auth ${wrong}`, at: pattern.at };
    });
  },
});

/** What is wrong with a pattern; undefined if nothing is. */
function fault(pattern: string, publicDomains: readonly string[]): string | undefined {
  if (pattern.trim() === "") return undefined;
  const end = pattern.slice(pattern.lastIndexOf("@") + 1);
  const domain = end.replace(/\\/g, "").replace(/\$$/, "").toLowerCase();
  if (pattern.includes("*") && (!pattern.includes("@") || domain.includes("*"))) {
    return "lets in every account of the provider (Flower 1.2 and newer refuse to start with it)";
  }
  if (pattern.includes("*") && /^(\.|$)/.test(domain)) {
    return "names no domain after the @: Flower before 1.2 lets every account in, and newer ones nobody";
  }
  if (pattern.includes("*") && (isPublicMailDomain(domain) || publicDomains.includes(domain))) {
    return `lets in every account of ${domain}, where anybody can have one`;
  }
  if (/[\\^$()[\]{}?]/.test(pattern)) {
    return "is a regular expression, which Flower 1.2 and newer take literally: nobody gets in";
  }
  if (pattern.split("*").length > 2 || (pattern.includes("*") && pattern.includes("|"))) {
    return "has more than one *, or a * in a list: Flower refuses to start with it";
  }
  return undefined;
}
