import { fstatSync, type BigIntStats } from 'node:fs';

/**
 * What stands behind a file descriptor. With big integers, because Node 20 keeps the plain form of the last answer and
 * takes it for that of the next path whose links it follows: after a look at a pipe, an import of a linked package came
 * out under its link, and the package was loaded twice.
 */
export const descriptor = (fd: number): BigIntStats => fstatSync(fd, { bigint: true });
