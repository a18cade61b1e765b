import type { BlockResult } from './block-result.js';

/** A block of lines on its way to a worker. */
export interface TreatRequest {
  readonly bytes: Uint8Array;
  readonly isFirst: boolean;
}

/** What became of it: errors are plain data here, as classes do not travel. */
export type TreatReply =
  | {
      readonly bytes: Uint8Array;
      readonly result: Omit<BlockResult, 'bad'>;
      readonly bad: readonly { line: number; text: string; what: string; remedy: string | undefined; column: number | undefined }[];
    }
  | { readonly failure: string };
