import ipaddr from "ipaddr.js";
import { type Directive, directivesOf } from "./tokens";

/** What nginx knows of a request, by variable name without the `$`, such as `request_uri` or `http_x_forwarded_for`. */
export type Request = Readonly<Record<string, string>>;

/**
 * The value of a variable for a request, by the `map` and `geo` blocks of the configuration: an exact text first (whatever its case), then the patterns in
 * order, then the default. What it cannot prove: that PCRE and JavaScript agree on the patterns; the local tests ask nginx.
 */
export function valueOfVariable(config: readonly Directive[], name: string, request: Request): string {
  const block = [...directivesOf(config, "map"), ...directivesOf(config, "geo")].find(
    ({ words }) => words[2] === `$${name}`,
  );
  if (block === undefined) {
    return request[name] ?? "";
  }
  const source = expand(config, block.words[1] ?? "", request);
  const entries = (block.block ?? []).map(({ words: [key = "", value = ""] }) => [key, value] as const);
  return block.words[0] === "geo" ? byAddress(entries, source) : byText(config, entries, source, request);
}

type Entries = readonly (readonly [key: string, value: string])[];

function expand(config: readonly Directive[], text: string, request: Request): string {
  return text.replace(/\$([a-z_0-9]+)/g, (_, name: string) => valueOfVariable(config, name, request));
}

function byText(config: readonly Directive[], entries: Entries, source: string, request: Request): string {
  const exact = entries.find(
    ([key]) => key !== "default" && !key.startsWith("~") && key.toLowerCase() === source.toLowerCase(),
  );
  if (exact) {
    return expand(config, exact[1], request);
  }
  for (const [key, value] of entries.filter(([text]) => text.startsWith("~"))) {
    const found = pattern(key).exec(source);
    if (found) {
      return expand(config, value, { ...request, ...found.groups });
    }
  }
  return expand(config, entries.find(([key]) => key === "default")?.[1] ?? "", request);
}

/** In PCRE a final `$` also matches before a line end at the end. */
function pattern(key: string): RegExp {
  const [text, flags] = key.startsWith("~*") ? [key.slice(2), "i"] : [key.slice(1), ""];
  return new RegExp(text.replace(/\$$/, "\\n?$"), flags);
}

function byAddress(entries: Entries, source: string): string {
  // What is no address counts as this one: https://nginx.org/en/docs/http/ngx_http_geo_module.html
  const address = ipaddr.parse(ipaddr.isValid(source) ? source : "255.255.255.255");
  const [best] = entries
    .filter(([key]) => key !== "default")
    .map(([key, value]) => [ipaddr.parseCIDR(key), value] as const)
    .filter(([[network, bits]]) => network.kind() === address.kind() && address.match([network, bits]))
    .sort(([[, left]], [[, right]]) => right - left);
  return best?.[1] ?? entries.find(([key]) => key === "default")?.[1] ?? "";
}
