import { fstatSync, statSync, type BigIntStats } from 'node:fs';

/**
 * What stands behind a file descriptor. With big integers, because Node 20 keeps the plain form of the last answer and
 * takes it for that of the next path whose links it follows: after a look at a pipe, an import of a linked package came
 * out under its link, and the package was loaded twice.
 */
export const descriptor = (fd: number): BigIntStats => fstatSync(fd, { bigint: true });

/** Whether a descriptor is of this very file, as that of stdout after `>>`. */
export function isOf(fd: number, path: string): boolean {
  try {
    const found = statSync(path, { bigint: true });
    const { dev, ino } = descriptor(fd);
    return found.isFile() && found.dev === dev && found.ino === ino;
  } catch {
    // Whoever opens the file says what is wrong with it.
    return false;
  }
}
