import { basename, extname } from 'node:path';
import { DocumentError } from './document-error.js';

const OLD_OFFICE = 'a document of an old Office program';

/** What begins a file of a kind that is no text, and what it is. */
const magic: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/^%PDF-/, 'a PDF'],
  [/^PK\x03\x04/, 'a zip archive'],
  [/^\x89PNG/, 'a PNG picture'],
  [/^\xff\xd8\xff/, 'a JPEG picture'],
  [/^GIF8[79]a/, 'a GIF picture'],
  [/^\x1f\x8b/, 'packed with gzip'],
  [/^\x28\xb5\x2f\xfd/, 'packed with zstd'],
  [/^BZh\d/, 'packed with bzip2'],
  [/^\xfd7zXZ/, 'packed with xz'],
  [/^7z\xbc\xaf/, 'a 7z archive'],
  [/^\x7fELF/, 'a program'],
  [/^MZ.{0,60}\x00\x00/s, 'a program'],
  [/^\xd0\xcf\x11\xe0/, OLD_OFFICE],
  [/^RIFF.{4}WEBP/s, 'a WebP picture'],
  [/^SQLite format 3/, 'a database'],
  [/^\{\\rtf/, 'a Rich Text file'],
  [/^ID3|^OggS|^RIFF.{4}WAVE/s, 'a sound'],
  [/^.{4}ftyp/s, 'a film'],
  [/^(?:II\*\0|MM\0\*)/, 'a TIFF picture'],
];

const headOf = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, length)).toString('latin1');

/** What a file is by its first bytes, where that is no text: `a PNG picture`. */
export const binaryKind = (bytes: Uint8Array): string | undefined => {
  const head = headOf(bytes, 64);
  return magic.find(([pattern]) => pattern.test(head))?.[1];
};

/** Fails with {@link DocumentError} for what is plainly no zip archive; files of Office are. `what` it should be: `an EPUB`. */
export function refuseUnlessZip(bytes: Uint8Array, what: string): void {
  const kind = binaryKind(bytes);
  if (kind === 'a zip archive') return;
  // Office puts an encrypted file into the container of its old kinds.
  const isLocked =
    kind === OLD_OFFICE && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('EncryptedPackage', 0, 'utf16le');
  if (isLocked) throw new DocumentError('it needs a password', 'save it without one');
  if (kind) throw new DocumentError(`it is ${kind}, not ${what}`, 'give it the ending of what it is, or save it again');
}

/** Fails with {@link DocumentError} for a pointer of Git LFS: what it points to was not fetched. */
export function refusePointer(bytes: Uint8Array): void {
  if (bytes.length < 1024 && /^version https:\/\/git-lfs\.github\.com\/spec\/|^version https:\/\/hawser\./.test(headOf(bytes, 100))) {
    throw new DocumentError('it is a pointer of Git LFS, not the document', 'run git lfs pull, or name a copy that has the document');
  }
  if (/^\/annex\/objects\//.test(headOf(bytes, 100))) {
    throw new DocumentError('it is a pointer of git-annex, not the document', 'run git annex get');
  }
}

/** Kinds of files that people have and that are not read, by what to do. */
const unread: readonly (readonly [remedy: string, endings: string])[] = [
  ['save it as .docx', 'doc dot pages wpd wps hwp hwpx abw fodt'],
  ['save it as .pptx', 'ppt pps key fodp'],
  ['save it as .xlsx', 'xls xlsb numbers fods'],
  ['save it as .epub', 'mobi azw azw3 fb2'],
  ['save it as PDF', 'djvu ps eps xps oxps'],
  ['save it as .html', 'mht mhtml webarchive eml msg mbox'],
  ['convert it to Markdown, as pandoc does', 'org textile wiki mediawiki creole dbk docbook typ muse t2t opml'],
  ['unpack it, and name its folder', '7z rar gz bz2 xz zst tbz tbz2 txz lzma lz4 cab iso dmg'],
];
const remedies = new Map<string, string>(unread.flatMap(([remedy, endings]) => endings.split(' ').map((ending) => [`.${ending}`, remedy])));

/** What to do with a document of a kind that is not read; undefined for what is none. */
export const remedyFor = (path: string): string | undefined => remedies.get(extname(path).toLowerCase());

/** Names of texts that have no ending. */
export const isNamedText = (path: string): boolean => /^readme$/i.test(basename(path));
