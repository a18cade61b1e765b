import { isUtf8 } from 'node:buffer';
import { DocumentError } from './document-error.js';

/** Bytes of text that one document may have: a hundred novels. */
const MAX_TEXT = 64_000_000;

const marks: Readonly<Record<string, string>> = { fffe: 'utf-16le', feff: 'utf-16be' };

/** What a page or an XML file says of its own encoding, within its first kilobytes. */
function declared(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  const [, xml] = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([\w-]+)["']/i.exec(head) ?? [];
  const [, meta] = /<meta\b[^>]*\bcharset\s*=\s*["']?\s*([\w-]+)/i.exec(head) ?? [];
  // PEP 263 and editors' modelines say it in text.
  const [, line] = /^.{0,200}?(?:coding|fileencoding)[:=]\s*([\w.-]+)/m.exec(head.split('\n', 2).join('\n')) ?? [];
  return xml ?? meta ?? line;
}

/** What decodes bytes that are not UTF-8, by the name of an encoding; undefined for one that is not known, and for UTF-8. */
const decoderOf = (label = ''): InstanceType<typeof TextDecoder> | undefined => {
  try {
    return /^utf-?8$/i.test(label) ? undefined : new TextDecoder(label);
  } catch {
    return undefined;
  }
};

interface DecodedText {
  readonly text: string;
  /** What had to be guessed. */
  readonly notes: readonly string[];
}

/** UTF-16 without a mark: every other byte of Latin text is zero. */
function withoutMark(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, 400);
  if (sample.length < 4) return undefined;
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2]!++;
  const half = sample.length / 2;
  return zeros[1]! > half * 0.7 && zeros[0]! < half * 0.1
    ? 'utf-16le'
    : zeros[0]! > half * 0.7 && zeros[1]! < half * 0.1
      ? 'utf-16be'
      : undefined;
}

/** Whether it writes Japanese in ASCII: with shifts to it (a terminal's reset is none) that decode, a letter cut at the end apart. */
function isShiftedJapanese(bytes: Uint8Array): boolean {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isShifted = source.includes('\x1b$B') || source.includes('\x1b$@');
  if (!isShifted || source.some((byte) => byte >= 0x80)) return false;
  return !/\ufffd./su.test(new TextDecoder('iso-2022-jp').decode(source));
}

/** What Windows-1252 has where Latin-1 has control characters. Node 20 decodes the one as the other. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Decodes bytes, by any encoding that the standard of the web knows. */
export function decode(bytes: Uint8Array, decoder = new TextDecoder('windows-1252')): string {
  const text = decoder.decode(bytes);
  if (decoder.encoding !== 'windows-1252') return text;
  return text.replace(/[\x80-\x9f]/g, (sign) => WINDOWS_1252[sign.charCodeAt(0) - 0x80]!);
}

/** Bytes that are no UTF-8, as they are written into the text. */
const WRONG = '\ufffd';
/** Letters of UTF-8 that speak for it against each place that is none: few in a short text, many where it names another encoding. */
const MOST_ARE_UTF8 = { unnamed: 2, named: 10 };

/** Text of UTF-8 with a few wrong bytes: cut within a letter, or put together of several files. Undefined where it is something else. */
function damagedUtf8(bytes: Uint8Array, letters: number): DecodedText | undefined {
  const text = new TextDecoder('utf-8').decode(bytes);
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const marked = source.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0;
  const written = source.toString('latin1').split('\xef\xbf\xbd').length - 1;
  const places = text.split(WRONG).length - 1 - written;
  const right = (text.match(/[^\x00-\x7f\ufffd]/gu)?.length ?? 0) + written;
  const wrong = source.length - marked - (Buffer.byteLength(text) - 3 * places);
  // In text of ASCII these two are slips, not letters.
  const isSlip = right === 0 && source.every((byte) => byte < 0x80 || byte >= 0xfe) && places * 50 <= text.length;
  if (right < letters * places && !isSlip) return undefined;
  const note = wrong === 1 ? 'a byte that is not UTF-8, read as U+FFFD' : `${wrong} bytes that are not UTF-8, read as U+FFFD`;
  return isNoise(text.replaceAll(WRONG, '')) ? undefined : { text: normal(text), notes: [note] };
}

/** Bytes that are looked at to guess an encoding, from shortly before the first one that is not ASCII. */
const SAMPLE = 65_536;
/** Least trust in a guess, of 100: below it are texts of a few words. */
const LEAST_TRUST = 25;
/** Standards that Windows extends, by what has all their letters and more. */
const EXTENDED: Readonly<Record<string, string>> = { 'iso-8859-8': 'windows-1255', 'iso-8859-7': 'windows-1253' };

/** The most likely encoding of a text that says nothing of it: by its bytes and by the letters of languages. */
async function guess(bytes: Uint8Array): Promise<InstanceType<typeof TextDecoder> | undefined> {
  const { analyse } = await import('chardet');
  const start = bytes.findIndex((byte) => byte >= 0x80);
  const from = bytes.subarray(0, start).lastIndexOf(0x0a) + 1;
  const sample = bytes.subarray(Math.max(from, start - SAMPLE / 8), start + SAMPLE);
  for (const { name, confidence } of analyse(sample)) {
    if (confidence < LEAST_TRUST) return undefined;
    const label = name.toLowerCase();
    const decoder = decoderOf(EXTENDED[label] ?? label);
    // A single wrong byte does not make it another encoding; many do.
    if (decoder && (decoder.decode(sample).match(/\ufffd/g)?.length ?? 0) * 100 <= sample.length) return decoder;
  }
  return undefined;
}

const normal = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);

/** Whether text has more signs than a slip of control characters and of what could not be decoded. */
const isNoise = (text: string): boolean => {
  const beginning = text.slice(0, 8192);
  return (beginning.match(/[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]/g)?.length ?? 0) * 50 > beginning.length;
};

/** How encodings are called by people. */
const shown: Readonly<Record<string, string>> = {
  'windows-1252': 'Windows-1252',
  gb18030: 'GB18030',
  big5: 'Big5',
  shift_jis: 'Shift_JIS',
};

/** The encoding of UTF-16 or Japanese in ASCII, which are known by their form; fails for what cannot be text. */
function formOf(bytes: Uint8Array): string | undefined {
  if (bytes.length > MAX_TEXT) {
    const most = MAX_TEXT / 1_000_000;
    throw new DocumentError(`it has ${Math.ceil(bytes.length / 1_000_000)} MB, more than the ${most} MB that a text may have`, 'split it');
  }
  const mark = marks[Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(2, bytes.length)).toString('hex')] ?? withoutMark(bytes);
  if (mark === undefined && bytes.subarray(0, 8192).includes(0)) {
    throw new DocumentError('it is not text: it has bytes that no text has', 'leave it out, or give it the ending of what it is');
  }
  return mark ?? (isShiftedJapanese(bytes) ? 'iso-2022-jp' : undefined);
}

/**
 * The text of a file: by its byte order mark, by what it declares, as UTF-8, and where it is none of these by the most likely
 * encoding, in doubt Windows-1252, with a note. Line breaks become line feeds. Fails with {@link DocumentError} for what is no text.
 */
export async function decodeText(bytes: Uint8Array): Promise<DecodedText> {
  const known = formOf(bytes);
  if (known === undefined && isUtf8(bytes)) return { text: normal(new TextDecoder('utf-8').decode(bytes)), notes: [] };
  const decoder = decoderOf(known ?? declared(bytes));
  const damaged = known === undefined && damagedUtf8(bytes, decoder ? MOST_ARE_UTF8.named : MOST_ARE_UTF8.unnamed);
  if (damaged) return damaged;
  if (decoder) return { text: normal(decode(bytes, decoder)), notes: [] };
  const guessed = (await guess(bytes)) ?? new TextDecoder('windows-1252');
  const text = normal(decode(bytes, guessed));
  if (isNoise(text)) {
    throw new DocumentError('it is not text: it is neither UTF-8 nor any encoding that it names', 'save it as UTF-8, or leave it out');
  }
  return { text, notes: [`it is not UTF-8 and names no encoding: read as ${shown[guessed.encoding] ?? guessed.encoding}`] };
}
