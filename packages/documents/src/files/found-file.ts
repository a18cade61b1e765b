import { isUtf8 } from 'node:buffer';

/** A file of a repository or folder. */
export interface FoundFile {
  /** Its path there, with `/` between the parts. */
  readonly path: string;
  /** Where it is on the disk, links followed; bytes where its name is no UTF-8. Absent for files of archives and commits. */
  readonly real?: string | Buffer;
  /** Bytes. */
  readonly size: number;
  read(): Promise<Buffer>;
}

/** A name as text; bytes that are no UTF-8, as other systems write them, as `%ff`. */
export const nameFrom = (bytes: Buffer): string =>
  isUtf8(bytes) ? bytes.toString() : bytes.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `%${byte.charCodeAt(0).toString(16)}`);
