import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { isDocument } from '../read-document.js';
import { remedyFor } from '../kind-of-file.js';
import type { FoundFile } from './found-file.js';
import { tarEntries } from './tar-entries.js';
import { zipEntries } from './zip-entries.js';

/** A document found under a path that a person named. */
export interface NamedDocument extends FoundFile {
  /** The path that was named, and that led to it: its folder, its archive, or the document itself. */
  readonly root: string;
  /** The document as a person would write it: `docs/pumps/p1.pdf`, `manuals.zip/p1.pdf`. */
  readonly file: string;
}

export interface NamedDocumentsOptions {
  /** Told of a file that is passed over: with a remedy where it is, or could be saved as, a document; and why, if not for its kind. */
  readonly onOther?: (file: string, remedy: string | undefined, why?: string) => void;
  /** Told of a path or an archive that cannot be read. */
  readonly onError?: (file: string, message: string, remedy: string) => void;
}

const archive = /\.(?:zip|tar|tar\.gz|tgz)$/i;

/** Whether a path names an archive of documents, by its ending. */
export const isArchive = (path: string): boolean => archive.test(path);

/** What no folder of documents means: tools' own files. */
export const isPassedOver = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === 'node_modules' || part === '__MACOSX');

/** Most bytes of one file of an archive. */
const MAX_ENTRY = 400_000_000;

/** An archive, and what its documents are called. */
interface Archive {
  /** Its file. */
  readonly disk: string | Buffer;
  /** As a person would write it. */
  readonly shown: string;
  /** The path that was named and that led to it. */
  readonly root: string;
  /** Its path below that; '' where it was named itself. */
  readonly below: string;
}

/** Whether a file of an archive is read; told of where it cannot be. */
function isRead(file: string, name: string, size: number, isEncrypted: boolean, { onOther, onError }: NamedDocumentsOptions): boolean {
  if (/^(?:\/|[a-z]:)/i.test(name) || name.split('/').includes('..')) {
    onError?.(file, 'its name leads out of the archive, so it is left out', 'unpack the archive with care, and name its folder');
    return false;
  }
  if (isPassedOver(name)) return false;
  if (!isDocument(name)) {
    onOther?.(file, isArchive(name) ? 'unpack it: archives within archives are not opened' : remedyFor(name));
    return false;
  }
  if (isEncrypted) onError?.(file, 'it is encrypted', 'unpack the archive with its password, and name its folder');
  else if (size > MAX_ENTRY) onError?.(file, `it has ${Math.ceil(size / 1_000_000)} MB`, 'unpack the archive, and split it');
  return !isEncrypted && size <= MAX_ENTRY;
}

const documentOf = ({ shown, root, below }: Archive, name: string, size: number, read: () => Uint8Array): NamedDocument => ({
  path: below === '' ? name : `${below}/${name}`,
  file: `${shown}/${name}`,
  root,
  size,
  read: () => Promise.resolve(Buffer.from(read())),
});

async function* inZip(archive: Archive, options: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const { disk, shown } = archive;
  const entries = await readFile(disk).then(zipEntries, (error: unknown) => error as Error);
  if (entries instanceof Error) return options.onError?.(shown, `it cannot be read (${entries.message})`, 'unpack it, and name its folder');
  if (!entries) return options.onError?.(shown, 'it is no zip archive, or it is damaged', 'pack it again');
  for (const { name, size, isEncrypted, read } of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (isRead(`${shown}/${name}`, name, size, isEncrypted, options)) yield documentOf(archive, name, size, read);
  }
}

async function* inTar(archive: Archive, options: NamedDocumentsOptions): AsyncGenerator<NamedDocument> {
  const { disk, shown } = archive;
  const stream = createReadStream(disk);
  const bytes = /z$/i.test(shown) ? stream.pipe(createGunzip()) : stream;
  stream.on('error', (error) => bytes.destroy(error));
  const clean = (name: string): string => name.replace(/^\.\//, '');
  const wanted = (name: string, size: number): boolean => isRead(`${shown}/${clean(name)}`, clean(name), size, false, options);
  try {
    for await (const { name, bytes: content } of tarEntries(bytes, wanted)) {
      yield documentOf(archive, clean(name), content.length, () => content);
    }
  } catch (error) {
    options.onError?.(shown, `the archive cannot be read (${(error as Error).message})`, 'pack it again');
  } finally {
    stream.destroy();
  }
}

/** The documents of an archive: of a zip archive by name, of a tar archive as they stand in it. */
export const inArchive = (archive: Archive, options: NamedDocumentsOptions): AsyncGenerator<NamedDocument> =>
  /\.zip$/i.test(archive.shown) ? inZip(archive, options) : inTar(archive, options);
