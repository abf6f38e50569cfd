import { UnknownValue } from "../objects/part";

/** A comment, a text in quotes of either kind, a continued line, or one character. */
const TOKEN =
  /#[^\n]*|"""(?:\\[^]|[^\\])*?"""|'''(?:\\[^]|[^\\])*?'''|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*'|\\\n|[^]/g;
const QUOTED = /^(?:"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*')$/;

/** What can set any name. */
const UNSEEN = /\bimport\s*\*|\b(?:exec|globals|locals|vars|setattr|import_module)\s*\(/;

/**
 * What a Python file assigns to a name, as a text: a list's items joined by commas, None as "". Undefined if it does not speak of it. Throws {@link UnknownValue} where only
 * running the file would tell: an assignment in a block, or of anything but a plain literal.
 */
export function assignedIn(file: string, name: string): string | undefined {
  const assignment = new RegExp(`^${name}\\s*(?::[^=]*)?=(?!=)\\s*([^]*)$`);
  const mention = new RegExp(`(?<!\\w)${name}(?!\\w)`);
  let found: string | undefined;
  for (const statement of statementsOf(file)) {
    const code = (statement.match(TOKEN) ?? []).map((token) => (/^["']./.test(token) ? '""' : token)).join("");
    const [, value] = assignment.exec(statement) ?? [];
    if (value !== undefined) {
      found = literal(value);
      if (found === undefined) throw new UnknownValue(`${name} is set to something that only Python can work out`);
    } else if (mention.test(code) || UNSEEN.test(code)) {
      throw new UnknownValue(`the configuration file may set ${name} in a way that only Python can work out`);
    }
  }
  return found;
}

/** Logical lines without their comments: one that is within brackets goes on. */
function statementsOf(file: string): readonly string[] {
  const statements = [""];
  let depth = 0;
  for (const token of file.replace(/\r\n?/g, "\n").match(TOKEN) ?? []) {
    if (token.startsWith("#")) continue;
    if (token === "\n" && depth === 0) {
      statements.push("");
      continue;
    }
    if (/^[([{]$/.test(token)) depth += 1;
    if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
    statements.push((statements.pop() ?? "") + (/^\\?\n$/.test(token) ? " " : token));
  }
  return statements.map((each) => each.trimEnd()).filter((each) => each !== "");
}

/** The text of a literal; undefined if it is none, or one with more to it: an f-string, an escape for a letter. */
function literal(value: string): string | undefined {
  if (/^(True|False)$/.test(value)) return value.toLowerCase();
  if (value === "None") return "";
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  const [, items] = /^[[(]([^]*)[\])]$/.exec(value) ?? [];
  return items === undefined ? quoted(value) : joined(items);
}

function quoted(value: string): string | undefined {
  const [, raw, , long, short] = /^([rRuU]?)(?:("""|''')([^]*)\2|(["'][^]*["']))$/.exec(value) ?? [];
  const inner = long ?? short?.slice(1, -1);
  if (inner === undefined) return undefined;
  const isWhole = long !== undefined ? !/"""|'''/.test(long) : QUOTED.test(short ?? "");
  const hasEscape = !/^r$/i.test(raw ?? "") && /\\[a-zA-Z0-9\n]/.test(inner);
  return isWhole && !hasEscape ? inner : undefined;
}

/** The items of a list or a tuple, which are all plain texts. */
function joined(items: string): string | undefined {
  const pattern = /\s*([rRuU]?(?:"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'))\s*(?:,|$)/y;
  const texts: string[] = [];
  while (items.slice(pattern.lastIndex).trim() !== "") {
    const text = quoted(pattern.exec(items)?.[1] ?? "");
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return texts.join(",");
}
