import { stat } from 'node:fs/promises';
import type { Place } from '@sdg/values';
import { openFile, type RowSource } from './open-source.js';

/** Whether a path is a pattern of several. */
export const isGlob = (path: string): boolean => /[*?[\]{}]/.test(path);

/** Opens a path: a file, a folder or a pattern of files. */
export async function openPath(
  { path, name, place }: { readonly path: string; readonly name: string; readonly place?: Place },
  note: (text: string) => void,
): Promise<RowSource> {
  const mayBeMore = isGlob(path) || (await stat(path).catch(() => undefined))?.isDirectory() === true;
  // Patterns and folders take a library each.
  const files = mayBeMore ? await (await import('./local-files.js')).openFiles(path, name, { note, ...(place && { place }) }) : undefined;
  return files ?? openFile(path, name, place);
}
