import { realpath, stat } from 'node:fs/promises';
import { sep } from 'node:path';

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/**
 * Links to folders outside of the one that is read: those inside it are read anyway, and one that holds it would lead
 * in a circle. Each is followed once.
 */
export class LinkedFolders {
  readonly #followed: string[] = [];

  private constructor(private readonly root: string) {}

  static async outside(folder: string): Promise<LinkedFolders> {
    return new LinkedFolders(await realpath(folder).catch(() => folder));
  }

  /** Whether a link leads to a folder that is still to be read. */
  async follow(link: string): Promise<boolean> {
    const isFolder = await stat(link).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) return false;
    const target = await realpath(link);
    if (isWithin(this.root, target) || [this.root, ...this.#followed].some((folder) => isWithin(target, folder))) return false;
    this.#followed.push(target);
    return true;
  }
}
