/** Text within lines in Markdown: code, links by their text, roles by what they name. */
export function rstText(text: string, substitutions: ReadonlyMap<string, string>): string {
  if (!/[`|_\\]/.test(text)) return text;
  return text
    .split(/(^ *```[\s\S]*?^ *```$|``[^`](?:[^`]|`(?!`))*``)/m)
    .map((part, i) => {
      if (i % 2 === 1 && /^ *```/.test(part)) return part;
      if (i % 2 === 1) return `\`${part.slice(2, -2)}\``;
      return part
        .replace(/:(?:[\w+.-]+:)*math:`([^`]+)`/g, '$$$1$$')
        .replace(/:((?:[\w+.-]+:)*[\w+.-]+):`([^`]+)`/g, (_, role: string, said: string) => {
          const text = said.replace(/(?<!_)\s*<[^<>]*>$/, '').replace(/^[~!]/, '');
          return /^sub(?:script)?$/.test(role) ? `<sub>${text}</sub>` : /^sup(?:erscript)?$/.test(role) ? `<sup>${text}</sup>` : text;
        })
        .replace(/`([^`<]+?)\s*<[^<>`]*>`__?/g, '$1')
        .replace(/`([^`]+)`(?:__?(?!\w))?/g, '$1')
        .replace(/\|([^|\s][^|]*?)\|_{0,2}/g, (whole, name: string) => substitutions.get(name) ?? whole)
        .replace(/(?<![\w.-])((?:[^\W_]+[-._+:])*[^\W_]+)__?(?=[\s.,;:!?)'"\]]|$)/g, '$1')
        .replace(/\[([#*]?[\w.-]*)\]_/g, '[$1]')
        .replace(/\\([^\s\w])/g, '$1')
        .replace(/\\(?:\s|$)/g, '');
    })
    .join('');
}

/** What names between bars stand for: a text, signs by their numbers, a picture what it shows. */
export function substitutionsIn(text: string): Map<string, string> {
  const found = text.matchAll(/^[ \t]*\.\. +\|([^|\n]+)\| +(replace|unicode|image):: *(.*(?:\n[ \t]+\S.*)*)$/gm);
  return new Map(
    Array.from(found, ([, name = '', kind, said = '']) => {
      if (kind === 'image') return [name, /^\s+:alt: *(.*)$/m.exec(said)?.[1] ?? ''];
      if (kind === 'replace') return [name, rstText(said.replace(/\s+/g, ' ').trim(), new Map())];
      const signs = said.replace(/\s+\.\. [\s\S]*|\n[\s\S]*/, '').split(/\s+/);
      return [name, signs.map(signOf).join('')];
    }),
  );
}

/** What a word of `unicode` stands for: the sign of a number, or itself. */
function signOf(word: string): string {
  const digits = /^(?:0x|x|\\x|U\+|\\?u|&#x)([0-9a-f]{1,6});?$/i.exec(word)?.[1];
  const code = digits === undefined && /^\d{1,7}$/.test(word) ? Number(word) : parseInt(digits ?? '', 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : word;
}
