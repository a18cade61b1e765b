import { isUtf8 } from 'node:buffer';
import type { BigIntStats } from 'node:fs';

/** A file of a repository or folder. */
export interface FoundFile {
  /** Its path there, with `/` between the parts. */
  readonly path: string;
  /** Where it is on the disk, links followed; bytes where its name is no UTF-8. Absent for files of archives and commits. */
  readonly real?: string | Buffer;
  /** What the disk knows the file by, whatever it is called: links of both kinds are one file. Absent as `real` is. */
  readonly identity?: string;
  /** Bytes. */
  readonly size: number;
  read(): Promise<Buffer>;
}

/** See `identity`. File systems that do not number their files are asked for the path. */
export const identityOf = ({ dev, ino }: Pick<BigIntStats, 'dev' | 'ino'>, real: string | Buffer): string =>
  ino === 0n ? Buffer.from(real as string).toString('latin1') : `${dev}:${ino}`;

/** A name as text; bytes that are no UTF-8, as other systems write them, as `%ff`. */
export const nameFrom = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
