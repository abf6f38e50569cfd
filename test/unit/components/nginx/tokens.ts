/** A directive of nginx: its words, and its block if it has one. */
export interface Directive {
  readonly words: readonly string[];
  readonly block: readonly Directive[] | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "'": "'", "\\": "\\", t: "\t", r: "\r", n: "\n" };

/**
 * Reads nginx.conf as nginx does (`ngx_conf_read_token`): words end at white space, `;`, `{` or `}`, and a quote or `#` means something only
 * where a word begins. Throws on what nginx refuses.
 */
export function parseNginx(text: string): Directive[] {
  const reader = new Reader(text);
  const directives = reader.block();
  if (!reader.atEnd()) {
    throw new Error("unexpected }");
  }
  return directives;
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Directives up to the brace that closes the block, or to the end. */
  block(): Directive[] {
    const directives: Directive[] = [];
    for (this.skip(); !this.atEnd() && this.text[this.at] !== "}"; this.skip()) {
      directives.push(this.directive());
    }
    return directives;
  }

  private directive(): Directive {
    const words: string[] = [];
    for (;;) {
      this.skip();
      const next = this.text[this.at];
      if (next === undefined || next === "}" || (next === "{" && words.length === 0)) {
        throw new Error(`unexpected ${next ?? "end of file"} after "${words.join(" ")}"`);
      }
      if (next === ";") {
        this.at++;
        return { words, block: undefined };
      }
      if (next === "{") {
        this.at++;
        const block = this.block();
        if (this.text[this.at++] !== "}") {
          throw new Error('unexpected end of file, expecting "}"');
        }
        return { words, block };
      }
      words.push(next === '"' || next === "'" ? this.quoted(next) : this.bare());
    }
  }

  private skip(): void {
    this.at += (/^(?:\s|#[^\n]*)*/.exec(this.text.slice(this.at))?.[0] ?? "").length;
  }

  private quoted(quote: string): string {
    let word = "";
    for (this.at++; this.text[this.at] !== quote; this.at++) {
      word += this.character();
    }
    this.at++;
    if (!/[\s;{)]/.test(this.text[this.at] ?? "")) {
      throw new Error(`unexpected "${this.text[this.at] ?? ""}" after a quoted word`);
    }
    return word;
  }

  private bare(): string {
    let word = "";
    for (; !this.atEnd() && !/[\s;{}]/.test(this.text[this.at] ?? ""); this.at++) {
      word += this.character();
    }
    return word;
  }

  /** The character here; a backslash takes the next one along, and stays unless nginx knows the pair. */
  private character(): string {
    const character = this.text[this.at];
    if (character === undefined) {
      throw new Error("unexpected end of file in a quoted word");
    }
    if (character !== "\\" || this.text[this.at + 1] === undefined) {
      return character;
    }
    const next = this.text[++this.at] ?? "";
    return ESCAPES[next] ?? `\\${next}`;
  }
}

/** Every directive of a name, wherever it is. */
export function directivesOf(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((directive) => [
    ...(directive.words[0] === name ? [directive] : []),
    ...directivesOf(directive.block ?? [], name),
  ]);
}
