import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { SdgError } from '@sdg/core';
import type { Headers } from './rate-limit-headers.js';

type Decode = (bytes: Buffer, limit: { readonly maxOutputLength: number }) => Promise<Buffer>;

const unzip: Decode = promisify(gunzip) as Decode;
const inflateEither: Decode = (bytes, limit) =>
  // "deflate" means zlib's form; servers that send it bare are as old as the name.
  (promisify(inflate) as Decode)(bytes, limit).catch(() => (promisify(inflateRaw) as Decode)(bytes, limit));

/** What `Content-Encoding` may name. Zstandard by a library: Node has it from version 22.15 on only. */
const DECODERS: Readonly<Record<string, Decode>> = {
  identity: (bytes) => Promise.resolve(bytes),
  gzip: unzip,
  'x-gzip': unzip,
  deflate: inflateEither,
  br: promisify(brotliDecompress) as Decode,
  async zstd(bytes, { maxOutputLength }) {
    const { Decompress } = await import('fzstd');
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stream = new Decompress((chunk) => {
      size += chunk.length;
      if (size > maxOutputLength) throw new RangeError('too long');
      chunks.push(chunk);
    });
    stream.push(bytes, true);
    return Buffer.concat(chunks, size);
  },
};

/** Bytes with which compressed data begins, for servers that forget to say so. */
const MAGIC: readonly (readonly [encoding: string, begin: string])[] = [
  ['gzip', '1f8b08'],
  ['zstd', '28b52ffd'],
];

interface BodyFacts {
  readonly headers: Headers;
  /** Most bytes when decoded. */
  readonly maxBytes: number;
  /** The server's name in messages. */
  readonly server: string;
}

/** Whether bytes are the text of a reply as they stand: proxies that decode leave the header that says otherwise. */
const isPlain = (bytes: Buffer): boolean => isUtf8(bytes) && /^\s*(?:[{[]|data:)/.test(bytes.toString('latin1', 0, 64));

/** Takes the encodings off, last applied first. */
async function decompressed(bytes: Buffer, { headers, maxBytes, server }: BodyFacts): Promise<Buffer> {
  const named = String(headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .reverse();
  const begin = bytes.subarray(0, 4).toString('hex');
  const guessed = named.length > 0 ? undefined : MAGIC.find(([, magic]) => begin.startsWith(magic))?.[0];
  let rest = bytes;
  for (const name of guessed === undefined ? named : [guessed]) {
    const decode = DECODERS[name];
    if (!decode && isPlain(rest)) continue;
    if (!decode) {
      throw new SdgError('teacher-reply', `the reply is encoded as "${name}", which cannot be read (${server})`, {
        remedy: 'have the server or the proxy before it send gzip, or nothing encoded',
      });
    }
    try {
      rest = await decode(rest, { maxOutputLength: maxBytes });
    } catch (error) {
      if (isPlain(rest)) continue;
      const isLong = error instanceof RangeError;
      throw new SdgError(
        'teacher-reply',
        isLong
          ? `the reply is longer than ${maxBytes} bytes (${server})`
          : `the reply is not whole ${name}: ${(error as Error).message} (${server})`,
        { cause: error },
      );
    }
  }
  return rest;
}

/** The encoding that a byte order mark or the zeros of JSON's first characters show, or the content type names. */
function charsetOf(bytes: Buffer, { 'content-type': contentType = '' }: Headers): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x7b && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x7b)) return 'utf-16be';
  return /charset\s*=\s*"?([\w.:-]+)/i.exec(String(contentType))?.[1]?.toLowerCase() ?? 'utf-8';
}

/**
 * The text of a body: decompressed, decoded by the encoding that it names (UTF-8 by default), without byte order marks.
 *
 * Throws, or fails with, `teacher-reply` for what cannot be read, by its name.
 */
export function decodeBody(bytes: Buffer, facts: BodyFacts): string | Promise<string> {
  // Nearly all replies are bare JSON, for which nothing has to wait.
  if (facts.headers['content-encoding'] === undefined && bytes[0] === 0x7b) return decoded(bytes, facts);
  return decompressed(bytes, facts).then((plain) => decoded(plain, facts));
}

function decoded(plain: Buffer, facts: BodyFacts): string {
  const charset = charsetOf(plain, facts.headers);
  let text: string;
  // Valid UTF-8 that says to be something else is not, but for UTF-16 of ASCII alone.
  if (isUtf8(plain) && !(charset.startsWith('utf-16') && plain.includes(0))) text = plain.toString('utf8');
  else {
    const unreadable = (): SdgError =>
      new SdgError(
        'teacher-reply',
        `the reply is not valid ${charset === 'utf-8' ? 'UTF-8' : charset}` +
          `${charset === 'utf-8' ? ', and names no other encoding' : ''} (${facts.server})`,
      );
    if (charset === 'utf-8' || charset === 'utf8') throw unreadable();
    try {
      text = new TextDecoder(charset, { fatal: true }).decode(plain);
    } catch {
      throw unreadable();
    }
  }
  return text.replace(/^(?:\ufeff|\u00ef\u00bb\u00bf)+/u, '');
}
