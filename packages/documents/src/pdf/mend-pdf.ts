import { sumOf } from '@sdg/values';
import { constants, inflateSync } from 'node:zlib';

/** Bytes of a file that is mended, and of all objects that are unpacked for it. */
const [MAX_FILE, MAX_UNPACKED] = [200_000_000, 50_000_000];
/** Bytes of an object that are looked at for what it is. */
const HEAD = 4_000;
const MAX_PAGES = 20_000;
/** Steps from a page to what its letters are made of; real ones need four. */
const DEEPEST = 50;

interface Found {
  readonly number: number;
  readonly text: string;
}

/** A file with a table of contents of its own, and what is known of its pages. */
export interface Mended {
  readonly bytes: Uint8Array;
  readonly pages: number;
  /** How many there were, where the file still says it. */
  readonly of?: number;
}

/** The objects that are packed into one; none where it cannot be unpacked. */
function unpacked(bytes: Buffer, from: number, head: string, room: number): Found[] {
  const [, count] = /\/N (\d+)/.exec(head) ?? [];
  const [, first] = /\/First (\d+)/.exec(head) ?? [];
  const start = /stream\r?\n/.exec(head);
  if (!start || !count || !first || !/\/FlateDecode/.test(head) || /\/Predictor/.test(head)) return [];
  let text: string;
  try {
    // What stands behind its end is no more of it.
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: room };
    text = inflateSync(bytes.subarray(from + start.index + start[0].length), options).toString('latin1');
  } catch {
    return [];
  }
  const numbers = text.slice(0, Number(first)).trim().split(/\s+/).map(Number);
  const placeOf = (i: number): number => Number(first) + (numbers[2 * i + 1] ?? Number.POSITIVE_INFINITY);
  const end = bytes.indexOf('endstream', from);
  // Of a stream that breaks off the last objects are not all there.
  const isThere = (i: number): boolean => (end === -1 ? placeOf(i + 1) <= text.length : placeOf(i) < text.length);
  return Array.from({ length: Math.min(Number(count), numbers.length >> 1) }, (_, i) => i)
    .filter(isThere)
    .map((i) => ({ number: numbers[2 * i]!, text: text.slice(placeOf(i), placeOf(i + 1)) }));
}

/** The objects of a file, those that are packed too, by what they begin with. */
function objectsIn(bytes: Buffer, file: string): { readonly plain: Found[]; readonly packed: Found[] } {
  const [plain, packed]: Found[][] = [[], []];
  let room = MAX_UNPACKED;
  for (const match of file.matchAll(/(?<![\d.])(\d{1,10}) \d{1,5} obj\b/g)) {
    const from = match.index + match[0].length;
    const head = /^[\s\S]*?(?:\bendobj\b|\bstream\r?\n)/.exec(file.slice(from, from + HEAD))?.[0] ?? file.slice(from, from + HEAD);
    plain!.push({ number: Number(match[1]), text: head });
    if (!/\/Type\s*\/ObjStm\b/.test(head) || room <= 0) continue;
    const found = unpacked(bytes, from, head, room);
    room -= sumOf(found, ({ text }) => text.length);
    packed!.push(...found);
  }
  return { plain: plain!, packed: packed! };
}

/** What a page names and its text does not need: what is around it, how it looks. */
const ASIDE = new RegExp(
  '/(?:Parent|Annots|B|Metadata|Thumb|PieceInfo|StructParents?|Dest|P|K|SMask|Group|OC|Properties' +
    '|(?:XObject|ExtGState|ColorSpace|Shading|Pattern)(?=\\s*<<[^<>]*>>|\\s*\\d))\\s*(?:\\[[^\\]]*\\]|<<[^<>]*>>|\\d+ \\d+ R|\\d+)',
  'g',
);

/** What a font does not need that says itself what its letters are; of others the font's own program does. */
const PROGRAM = /\/FontDescriptor\s+\d+ \d+ R/g;
const needed = (text: string): string => (/\/ToUnicode\b/.test(text) ? text.replace(PROGRAM, '') : text).replace(ASIDE, '');

/** Whether all is there that a page is made of: letters without their font are others. */
function isWhole(page: Found, known: ReadonlyMap<number, string>, seen: Map<number, boolean>, depth = 0): boolean {
  if (depth > DEEPEST) return true;
  return Array.from(needed(page.text).matchAll(/(\d+) \d+ R\b/g)).every(([, reference]) => {
    const number = Number(reference);
    const text = known.get(number);
    if (text === undefined) return false;
    const answer = seen.get(number);
    if (answer !== undefined) return answer;
    seen.set(number, true);
    const whole = isWhole({ number, text }, known, seen, depth + 1);
    seen.set(number, whole);
    return whole;
  });
}

/**
 * A file that lost its end, and with it the table of its objects, with a page tree made of the pages that are still there, in the order in
 * which they stand; those without their fonts are none. Undefined where there are none, and for what is encrypted: its key is lost.
 */
export function mendPdf(bytes: Uint8Array): Mended | undefined {
  if (bytes.length > MAX_FILE) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const file = buffer.toString('latin1');
  if (/\/Encrypt\b/.test(file)) return undefined;
  const { plain, packed } = objectsIn(buffer, file);
  // What the file breaks off in is not all there.
  const all = [...(/endobj\s*(?:xref[\s\S]*)?$/.test(file.slice(-HEAD)) ? plain : plain.slice(0, -1)), ...packed];
  const known = new Map(all.map(({ number, text }) => [number, text]));
  const seen = new Map<number, boolean>();
  const pages = all
    .filter(({ text }) => /\/Type\s*\/Page\b/.test(text))
    .filter((page) => isWhole(page, known, seen))
    .slice(0, MAX_PAGES);
  if (pages.length === 0) return undefined;
  const kids = [...new Set(pages.map(({ number }) => number))];
  const counts = all.flatMap(({ text }) => (/\/Type\s*\/Pages\b/.test(text) ? Number(/\/Count (\d+)/.exec(text)?.[1] ?? 0) : []));
  const next = [...known.keys()].reduce((most, number) => Math.max(most, number), 0) + 1;
  const tree = `<< /Type /Pages /Kids [${kids.map((kid) => `${kid} 0 R`).join(' ')}] /Count ${kids.length} /MediaBox [0 0 612 792] >>`;
  // Pages ask the one above them for what they do not say themselves.
  const parents = new Set(pages.map(({ text }) => Number(/\/Parent (\d+)/.exec(text)?.[1] ?? next)));
  const made: Found[] = [
    ...packed,
    ...[...parents, next].filter((number) => !known.has(number)).map((number) => ({ number, text: tree })),
    { number: next + 1, text: `<< /Type /Catalog /Pages ${next} 0 R >>` },
  ];
  const end =
    `\nendstream\nendobj\n${made.map(({ number, text }) => `${number} 0 obj\n${text}\nendobj\n`).join('')}` +
    `trailer\n<< /Root ${next + 1} 0 R /Size ${next + 2} >>\nstartxref\n0\n%%EOF\n`;
  const of = Math.max(0, ...counts);
  return { bytes: Buffer.concat([bytes, Buffer.from(end, 'latin1')]), pages: kids.length, ...(of > kids.length && { of }) };
}
