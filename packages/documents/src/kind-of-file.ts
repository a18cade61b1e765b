import { basename, extname } from 'node:path';
import { DocumentError } from './document-error.js';

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
  [/^\xd0\xcf\x11\xe0/, 'a document of an old Office program'],
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

/** Fails with {@link DocumentError} for a pointer of Git LFS: what it points to was not fetched. */
export function refusePointer(bytes: Uint8Array): void {
  if (bytes.length < 1024 && /^version https:\/\/git-lfs\.github\.com\/spec\/|^version https:\/\/hawser\./.test(headOf(bytes, 100))) {
    throw new DocumentError('it is a pointer of Git LFS, not the document', 'run git lfs pull, or name a copy that has the document');
  }
  if (/^\/annex\/objects\//.test(headOf(bytes, 100))) {
    throw new DocumentError('it is a pointer of git-annex, not the document', 'run git annex get');
  }
}

/** Kinds of files that people have and that are not read, with what to do. */
const unread: Readonly<Record<string, string>> = {
  '.doc': 'save it as .docx',
  '.ppt': 'save it as .pptx',
  '.xls': 'save it as .xlsx',
  '.pages': 'save it as .docx',
  '.key': 'save it as .pptx',
  '.numbers': 'save it as .xlsx',
  '.mobi': 'save it as .epub',
  '.azw3': 'save it as .epub',
  '.djvu': 'save it as PDF',
  '.ps': 'save it as PDF',
  '.xps': 'save it as PDF',
  '.wpd': 'save it as .docx',
};

/** What to do with a document of a kind that is not read; undefined for what is none. */
export const remedyFor = (path: string): string | undefined => unread[extname(path).toLowerCase()];

/** Names of texts that have no ending. */
export const isNamedText = (path: string): boolean => /^readme$/i.test(basename(path));
