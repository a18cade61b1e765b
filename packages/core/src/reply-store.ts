import type { Choice } from './teacher.js';

/** One output of a reply as it is kept, with its share of the tokens. */
export interface StoredOutput {
  /** As the server sent it: thoughts in tags are still in the text. */
  readonly choice: Choice;
  readonly model: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly estimated?: boolean;
  /** Words in it were blotted out by an earlier version of the program: not what the model said. */
  readonly blotted?: boolean;
}

/** What a person may want to know of a stored call. */
export interface StoredFacts {
  readonly block?: string;
  readonly api: string;
  /** The prompt, or the messages' contents. */
  readonly prompt: string;
}

/** The names of an output: hashes, in hex digits, of everything that can change it. */
export interface OutputKey {
  readonly exact: string;
  /** Beginning of `exact`, the same for every `max_tokens`. */
  readonly ending: string;
}

/**
 * Where replies are kept: the call cache, which makes runs resume and replay. One machine has a folder, several share a
 * store on the network; any store keeps the laws of `replyStoreLaws` in `@sdg/testing`.
 */
export interface ReplyStore {
  /** The outputs kept under these exact keys, in their order; undefined where there is none. */
  get(keys: readonly string[]): Promise<readonly (StoredOutput | undefined)[]>;
  /** An output for any `max_tokens` that ended by itself. */
  ended(endingKey: string): Promise<StoredOutput | undefined>;
  /**
   * Keeps outputs that belong together, all or none, and resolves when they are safe. Gives back what is kept: if
   * somebody else was first, theirs, so that everybody uses the same, unless `replace` is set.
   */
  put(outputs: readonly (readonly [OutputKey, StoredOutput])[], facts: StoredFacts, replace?: boolean): Promise<readonly StoredOutput[]>;
  /**
   * Asks to be the only one who pays for these outputs, where several machines share the store. True: nobody else has them
   * under way, and whoever asks for them now waits until they are put, or `release` is called. False: something is kept, or
   * somebody had them under way and has ended; look again. `looked`: `get` was asked for all of them right before, and what it gave
   * will not do, so it is to be replaced; default false. Absent: nobody else asks at the same time.
   */
  claim?(keys: readonly string[], looked?: boolean): Promise<boolean>;
  /** The claimed outputs will not be put by this claim. Put ones are released already. */
  release?(keys: readonly string[]): Promise<void>;
  /** A small fact that a later run may need where no server can be asked. */
  note(name: string): Promise<unknown>;
  setNote(name: string, value: unknown): Promise<void>;
  close(): Promise<void>;
}
