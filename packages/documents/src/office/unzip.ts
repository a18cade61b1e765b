import { DocumentError } from '../document-error.js';
import { zipEntries } from '../files/zip-entries.js';
import { refuseUnlessZip } from '../kind-of-file.js';

/** Most bytes that the parts of a document that are read may come to when they are unpacked. */
const MAX_UNPACKED = 400_000_000;
/** Text does not shrink to less than a thousandth. */
const MAX_RATIO = 1100;

/**
 * The parts of a zip archive whose names pass, by name. Fails with {@link DocumentError} for what is no zip archive, and
 * for what would fill the memory when it is unpacked.
 */
export function unzip(bytes: Uint8Array, wanted: (name: string) => boolean, what: string): ReadonlyMap<string, Uint8Array> {
  refuseUnlessZip(bytes, what);
  const entries = zipEntries(bytes)?.filter(({ name }) => wanted(name));
  if (!entries) throw new DocumentError(`it is not ${what}`, 'save it again');
  if (entries.some(({ isEncrypted }) => isEncrypted)) throw new DocumentError('it is encrypted', 'save it without a password');
  const sum = entries.reduce((size, entry) => size + entry.size, 0);
  const isBomb = entries.some(({ size, packedSize }) => size > 10_000_000 && size > packedSize * MAX_RATIO);
  if (sum > MAX_UNPACKED || isBomb) throw new DocumentError('it is too large when unpacked', 'split it');
  return new Map(entries.map((entry) => [entry.name, entry.read()]));
}

/** A part as text; undefined where there is none of that name. */
export const textOf = (parts: ReadonlyMap<string, Uint8Array>, name: string): string | undefined => {
  const bytes = parts.get(name);
  if (!bytes) return undefined;
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
};
