import { inflateRawSync } from 'node:zlib';
import { DocumentError } from '../document-error.js';
import { nameFrom } from './found-file.js';

/** A file in a zip archive. */
interface ZipEntry {
  readonly name: string;
  /** Bytes when it is unpacked, as the archive says; it is never unpacked to more. */
  readonly size: number;
  readonly packedSize: number;
  /** Whether it needs a password, so that `read` gives nothing of use. */
  readonly isEncrypted: boolean;
  read(): Uint8Array;
}

const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const WIDE = 0xffffffff;

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const wide = (zip: Buffer, at: number): number => Number(zip.readBigUInt64LE(at));

/** Number of entries and where their list begins; the record of it stands at the end, before a comment of at most 64 KB. */
function directoryOf(zip: Buffer): { count: number; start: number } | undefined {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) !== END_OF_DIRECTORY) continue;
    const start = zip.readUInt32LE(at + 16);
    if (start !== WIDE || at < 20) return { count: zip.readUInt16LE(at + 10), start };
    const record = wide(zip, at - 20 + 8);
    if (record + 56 > zip.length || zip.readUInt32LE(record) !== END_OF_DIRECTORY_64) return undefined;
    return { count: wide(zip, record + 32), start: wide(zip, record + 48) };
  }
  return undefined;
}

/** Sizes and place that need more than 32 bits stand in an extra field of their own. */
function wideFields(extra: Buffer, fields: readonly number[]): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== WIDE || from + 8 > extra.length) return field;
      from += 8;
      return wide(extra, from - 8);
    });
  }
  return [...fields];
}

function contentOf(
  zip: Buffer,
  { name, method, packed, size, place }: { name: string; method: number; packed: number; size: number; place: number },
): Uint8Array {
  if (place + 30 > zip.length || zip.readUInt32LE(place) !== LOCAL) {
    throw new DocumentError(`the archive is damaged at ${name}`, 'pack it again');
  }
  const from = place + 30 + zip.readUInt16LE(place + 26) + zip.readUInt16LE(place + 28);
  const content = zip.subarray(from, from + packed);
  if (method === 0) return content;
  if (method !== 8) throw new DocumentError(`${name} is packed in a way that is not known`, 'pack it again as a common zip archive');
  // Not one byte more than it says: an archive that lies about its sizes fails here.
  return size === 0 ? new Uint8Array() : inflateRawSync(content, { maxOutputLength: size });
}

/** The files in a zip archive, in its own order; undefined for what is no zip archive. */
export function zipEntries(bytes: Uint8Array): ZipEntry[] | undefined {
  const zip = bufferOf(bytes);
  const directory = directoryOf(zip);
  if (!directory) return undefined;
  const entries: ZipEntry[] = [];
  let at = directory.start;
  for (let i = 0; i < directory.count; i++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== ENTRY) return undefined;
    const [nameLength, extraLength, commentLength] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    const flags = zip.readUInt16LE(at + 8);
    const method = zip.readUInt16LE(at + 10);
    // Some programs of Windows write its own separator.
    const name = nameFrom(zip.subarray(at + 46, at + 46 + nameLength)).replaceAll('\\', '/');
    const extra = zip.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength);
    const [size = 0, packed = 0, place = 0] = wideFields(extra, [
      zip.readUInt32LE(at + 24),
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ]);
    at += 46 + nameLength + extraLength + commentLength;
    if (name.endsWith('/')) continue;
    const isEncrypted = (flags & 1) !== 0;
    entries.push({ name, size, packedSize: packed, isEncrypted, read: () => contentOf(zip, { name, method, packed, size, place }) });
  }
  return entries;
}
