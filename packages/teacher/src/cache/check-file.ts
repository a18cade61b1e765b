import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where the facts of an LMDB file stand in its first two pages (the format of lmdb 3, 64 bits, little-endian). */
const MAGIC = 0xbeefc0de;
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const META_BYTES = 160;
/** Bytes of pages at the end that a transaction may have taken and not written. */
const SLACK = 2 ** 18;

/**
 * What is wrong with the file of a cache, as far as can be seen at once; undefined where nothing is, or no file is there
 * yet. LMDB maps it into memory: what is not one, or was cut off in a copy, would take the process down without a word.
 */
export function faultOf(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { size } = fstatSync(file);
    if (size === 0) return undefined;
    const meta = Buffer.alloc(META_BYTES);
    if (readSync(file, meta, 0, META_BYTES, 0) < META_BYTES || meta.readUInt32LE(MAGIC_AT) !== MAGIC) return 'data.mdb is not a cache';
    const pageSize = meta.readUInt32LE(PAGE_SIZE_AT);
    const first = meta.readBigUInt64LE(LAST_PAGE_AT);
    const second = readSync(file, meta, 0, META_BYTES, pageSize) === META_BYTES ? meta.readBigUInt64LE(LAST_PAGE_AT) : 0n;
    const pages = Number(first > second ? first : second) + 1;
    return size + SLACK < pages * pageSize ? `data.mdb is cut off: ${size} bytes of ${pages * pageSize}` : undefined;
  } finally {
    closeSync(file);
  }
}
