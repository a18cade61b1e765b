import { nameFrom } from './found-file.js';

/** A file in a tar archive. */
interface TarEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const BLOCK = 512;

const CUT_OFF = 'it ends in the middle of a file';

const textAt = (header: Buffer, from: number, length: number): string => {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return nameFrom(field.subarray(0, end === -1 ? length : end));
};

/** Octal in text, or binary where the first bit is set. */
const numberAt = (header: Buffer, from: number, length: number): number =>
  header[from]! & 0x80
    ? Number(BigInt(`0x${header.subarray(from + 1, from + length).toString('hex')}`))
    : Number.parseInt(textAt(header, from, length).trim() || '0', 8);

/** `27 path=docs/a.md` lines of an extended header. */
const paxPath = (bytes: Buffer): string | undefined => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(bytes.toString('utf8'))?.[1];

/** Blocks of a stream, as many bytes at once as are asked for. */
class ByteReader {
  #chunks: Buffer[] = [];
  #length = 0;
  constructor(private readonly source: AsyncIterator<Buffer>) {}

  /** So many bytes, fewer at the end; nothing is kept of them where `keep` is false. */
  async take(count: number, keep = true): Promise<Buffer> {
    const taken: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      if (this.#length === 0) {
        const next = await this.source.next();
        if (next.done) break;
        this.#chunks.push(next.value);
        this.#length += next.value.length;
        continue;
      }
      const first = this.#chunks[0]!;
      const part = first.subarray(0, missing);
      if (keep) taken.push(part);
      missing -= part.length;
      this.#length -= part.length;
      if (part.length === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(part.length);
    }
    return Buffer.concat(taken);
  }
}

/** The size of what follows a header; fails where it is none. */
function sizeAt(header: Buffer): number {
  if (header.length < BLOCK) throw new Error(CUT_OFF);
  const size = numberAt(header, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0 || textAt(header, 257, 5) !== 'ustar') throw new Error('it is not a tar archive');
  return size;
}

/** The name that a header has room for. */
function nameAt(header: Buffer): string {
  const prefix = textAt(header, 345, 155);
  return (prefix ? `${prefix}/` : '') + textAt(header, 0, 100);
}

/**
 * The regular files of a tar archive (ustar, pax and GNU names), one after the other as they stream by. Those that
 * `wanted` does not name, by path and size, are passed over.
 */
export async function* tarEntries(
  source: AsyncIterable<Buffer>,
  wanted: (name: string, size: number) => boolean,
): AsyncGenerator<TarEntry, void, undefined> {
  const reader = new ByteReader(source[Symbol.asyncIterator]());
  let longName: string | undefined;
  for (;;) {
    const header = await reader.take(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const size = sizeAt(header);
    const type = String.fromCharCode(header[156]!);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x') {
      const bytes = (await reader.take(Math.min(padded, 1 << 20))).subarray(0, size);
      longName = type === 'L' ? textAt(bytes, 0, bytes.length) : (paxPath(bytes) ?? longName);
      continue;
    }
    const name = longName ?? nameAt(header);
    longName = undefined;
    const isWanted = (type === '0' || type === '\0') && wanted(name, size);
    const bytes = await reader.take(padded, isWanted);
    if (isWanted && bytes.length < size) throw new Error(CUT_OFF);
    if (isWanted) yield { name, bytes: bytes.subarray(0, size) };
  }
}
