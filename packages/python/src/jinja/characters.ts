/** The characters of a text: code points, as Python counts them. */
export const characters = (text: string): readonly string[] => (/[\uD800-\uDFFF]/.test(text) ? Array.from(text) : text.split(''));
export const lengthOf = (text: string): number => characters(text).length;

/** Letters that are two in one, as the first of a word. */
const DIGRAPHS: ReadonlyMap<string, string> = new Map(
  ['ǅǄǆ', 'ǈǇǉ', 'ǋǊǌ', 'ǲǱǳ'].flatMap((forms) => [...forms].map((form) => [form, forms[0]!])),
);

/** A character in upper case as the first of a word: `ß` as `Ss`. */
function titled(char: string): string {
  const digraph = DIGRAPHS.get(char);
  if (digraph) return digraph;
  const upper = char.toUpperCase();
  return upper.length > char.length ? upper[0]! + upper.slice(1).toLowerCase() : upper;
}

/** The first character in upper case, the others in lower. */
export function capitalized(text: string): string {
  const [first = ''] = characters(text);
  return titled(first) + text.slice(first.length).toLowerCase();
}

/** Every letter behind none in upper case, the others in lower: Python's `str.title()`. */
export const titleCased = (text: string): string =>
  text.replace(/\p{Cased}[\p{Cased}\p{Case_Ignorable}]*/gu, (word) => {
    // Marks such as the apostrophe stand between letters without being any: the next letter begins anew.
    const parts = word.split(/((?!\p{Cased})\p{Case_Ignorable})/u);
    return parts.map(capitalized).join('');
  });
