const END_OF_DIRECTORY = 0x06054b50;
const ENTRY = 0x02014b50;

/** Bytes that a zip archive says it comes to when unpacked; undefined for what is no zip archive. */
export function unpackedSize(zip: Buffer): number | undefined {
  // The record stands at the end, before a comment of at most 64 KB.
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) !== END_OF_DIRECTORY) continue;
    const count = zip.readUInt16LE(at + 10);
    let entry = zip.readUInt32LE(at + 16);
    let sum = 0;
    for (let i = 0; i < count; i++) {
      if (entry + 46 > zip.length || zip.readUInt32LE(entry) !== ENTRY) return undefined;
      sum += zip.readUInt32LE(entry + 24);
      entry += 46 + zip.readUInt16LE(entry + 28) + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
    }
    return sum;
  }
  return undefined;
}
