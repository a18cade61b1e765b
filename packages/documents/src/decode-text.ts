import { isUtf8 } from 'node:buffer';
import { DocumentError } from './document-error.js';

/** Bytes of text that one document may have: a hundred novels. */
export const MAX_TEXT = 64_000_000;

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

const decoderOf = (label: string): InstanceType<typeof TextDecoder> | undefined => {
  try {
    return new TextDecoder(label);
  } catch {
    return undefined;
  }
};

export interface DecodedText {
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

/**
 * The text of a file: by its byte order mark, by what it declares, as UTF-8, and where it is none of these as
 * Windows-1252, with a note. Line breaks become line feeds. Fails with {@link DocumentError} for what is no text.
 */
export function decodeText(bytes: Uint8Array): DecodedText {
  if (bytes.length > MAX_TEXT) {
    const most = MAX_TEXT / 1_000_000;
    throw new DocumentError(`it has ${Math.ceil(bytes.length / 1_000_000)} MB, more than the ${most} MB that a text may have`, 'split it');
  }
  const mark = marks[Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(2, bytes.length)).toString('hex')] ?? withoutMark(bytes);
  if (mark === undefined && bytes.subarray(0, 8192).includes(0)) {
    throw new DocumentError('it is not text: it has bytes that no text has', 'leave it out, or give it the ending of what it is');
  }
  const normal = (text: string): string => (text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text);
  if (mark === undefined && isUtf8(bytes)) return { text: normal(new TextDecoder('utf-8').decode(bytes)), notes: [] };
  const named = mark ?? declared(bytes);
  const decoder = named === undefined || /^utf-?8$/i.test(named) ? undefined : decoderOf(named);
  if (decoder) return { text: normal(decoder.decode(bytes)), notes: [] };
  const text = normal(new TextDecoder('windows-1252').decode(bytes));
  if ((text.slice(0, 8192).match(/[\x00-\x08\x0e-\x1f\x7f-\x9f]/g)?.length ?? 0) > Math.min(text.length, 8192) / 50) {
    throw new DocumentError('it is not text: it is neither UTF-8 nor any encoding that it names', 'save it as UTF-8, or leave it out');
  }
  return { text, notes: ['it is not UTF-8 and names no encoding: read as Windows-1252'] };
}
