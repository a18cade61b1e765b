import type { CallOptions, Reply } from '@sdg/core';

/** Options of a call whose reply is to be kept before its slot is free again: a call that starts then repeats none. */
export interface KeepingOptions extends CallOptions {
  /**
   * Takes the reply of a server; the slot is held until the promise ends. If it fails so does the call, and all that follow: nothing more
   * is paid for that cannot be kept.
   */
  readonly keep?: (reply: Reply) => Promise<unknown>;
}
