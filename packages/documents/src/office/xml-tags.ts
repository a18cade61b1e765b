/** A tag as it stands in XML, and the text behind it. */
export interface XmlTag {
  /** Without its prefix. */
  readonly name: string;
  readonly isEnd: boolean;
  /** It has no end of its own. */
  readonly isEmpty: boolean;
  /** The attributes as they are written. */
  readonly attributes: string;
  /** The characters up to the next tag. */
  readonly text: string;
}

const TAG = /<(\/?)(?:[\w.-]+:)?([\w.-]+)((?:[\s/][^>]*)?)>([^<]*)/g;

/** The tags of XML in order, in time that grows with its length whatever is wrong with it. For parts that are too large for a tree. */
export function* xmlTags(xml: string): Generator<XmlTag> {
  for (const [, slash, name = '', attributes = '', text = ''] of xml.matchAll(TAG)) {
    yield { name, isEnd: slash === '/', isEmpty: attributes.endsWith('/'), attributes, text: plain(text) };
  }
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

const characterOf = (code: number): string => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** Text of XML without its entities. What the file declares itself stays as it is. */
export const plain = (text: string): string =>
  text.includes('&')
    ? text.replace(
        /&(?:#x([\da-f]{1,8})|#(\d{1,8})|(lt|gt|amp|quot|apos));/gi,
        (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) =>
          name === undefined
            ? characterOf(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16))
            : (NAMED[name.toLowerCase()] ?? ''),
      )
    : text;

/** How attributes are found, by their names: made once, as a sheet asks for millions. */
const patterns = new Map<string, RegExp>();

/** The value of an attribute, by its name without a prefix. */
export function attributeOf({ attributes }: XmlTag, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) patterns.set(name, (pattern = new RegExp(`[\\s:]${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)));
  const found = pattern.exec(attributes);
  return found ? plain(found[1] ?? found[2] ?? '') : undefined;
}
