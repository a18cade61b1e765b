/** What stands before a document's text and is about it. */
interface FrontMatter {
  readonly text: string;
  /** Characters that it takes up. */
  readonly length: number;
  readonly title?: string;
}

/** Front matter between marks, by what its lines look like: a rule above a paragraph is none. */
const forms: readonly { readonly whole: RegExp; readonly content: RegExp; readonly title: RegExp }[] = [
  {
    whole: /^---[ \t]*\n((?:.*\n){0,2000}?)(?:---|\.\.\.)[ \t]*(?:\n|$)/,
    content: /^(?:\s*(?:#.*)?\n)*(?:["']?[\p{L}_$][^:\n]*["']?[ \t]*:(?:\s|$)|- |\{|$)/u,
    title: /^title[ \t]*:[ \t]*(.+)$/m,
  },
  {
    whole: /^\+\+\+[ \t]*\n((?:.*\n){0,2000}?)\+\+\+[ \t]*(?:\n|$)/,
    content: /^(?:\s*(?:#.*)?\n)*(?:["']?[\w.-]+["']?[ \t]*=|\[|$)/,
    title: /^title[ \t]*=[ \t]*(.+)$/m,
  },
  { whole: /^;;;[ \t]*\n((?:.*\n){0,2000}?);;;[ \t]*(?:\n|$)/, content: /^\s*(?:["{]|$)/, title: /"title"[ \t]*:[ \t]*(".+?"),?[ \t]*$/m },
  {
    whole: /^(\{[ \t]*\n\s*"(?:.*\n){0,2000}?\})[ \t]*(?:\n|$)/,
    content: /^\{\s*"[^"\n]*"\s*:/,
    title: /"title"[ \t]*:[ \t]*(".+?"),?[ \t]*$/m,
  },
  // A title block of pandoc.
  { whole: /^((?:%[ \t].*\n){1,3})(?=\n|$)/, content: /^%/, title: /^%[ \t]+(.+)/ },
];

const unquoted = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');

/** Front matter of YAML (Jekyll), TOML (Hugo), JSON or pandoc at the beginning of a text; undefined: there is none. */
export function frontMatter(text: string): FrontMatter | undefined {
  for (const { whole, content, title } of forms) {
    const [found, inside = ''] = whole.exec(text) ?? [];
    if (found === undefined || !content.test(inside)) continue;
    const [, titled] = title.exec(inside) ?? [];
    return { text: found.trimEnd(), length: found.length, ...(titled !== undefined && { title: unquoted(titled) }) };
  }
  return undefined;
}
