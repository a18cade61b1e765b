/** A file of a repository or folder. */
export interface FoundFile {
  /** Its path there, with `/` between the parts. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  read(): Promise<Buffer>;
}
