import {
  type Mutable,
  type OutputKey,
  type Reply,
  type ReplyStore,
  SdgError,
  type StoredFacts,
  type StoredOutput,
  type TeacherRequest,
} from '@sdg/core';
import { isTruncated } from '../cache/call-cache.js';
import { apiOf } from '../http/request-body.js';
import { shares } from './assemble.js';
import { isBlank, isDeclined, type ReadChoice } from './read-choice.js';

const promptText = ({ prompt, messages = [] }: TeacherRequest): string => prompt ?? messages.map(({ content }) => content).join('\n');

/** Fails where a store, or a teacher, is not what it says: it would be asked and paid for without end. */
export function checkOutputs(outputs: readonly (StoredOutput | undefined)[], least: number): void {
  const fail = (what: string): never => {
    throw new SdgError('config', what, { remedy: 'a store of replies must keep the laws of replyStoreLaws in @sdg/testing' });
  };
  if (!Array.isArray(outputs) || outputs.length < least) fail('the store of replies has lost outputs that it was given or asked for');
  if (outputs.some((one) => one !== undefined && typeof one?.choice?.text !== 'string')) {
    fail('the store of replies gave what is no output');
  }
}

interface KeptOutputsOptions {
  readonly read: ReadChoice;
  readonly replay: boolean;
  readonly redoTruncated: boolean;
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * What a store keeps of a run's outputs, and what of it may be used. What is no answer (empty, declined) is kept for a replay
 * alone: the next run asks again, and so does the next request of this run for an output that came empty once.
 */
export class KeptOutputs {
  readonly store: ReplyStore;
  readonly #options: KeptOutputsOptions;
  /** Keys of outputs that this run has asked for: cut off again, they are not asked for a third time. */
  readonly #redone = new Set<string>();
  /** Keys of outputs that were kept and are no answers: of an earlier run, or empty for the first time in this. */
  readonly #stale = new Set<string>();
  #isBlottedTold = false;

  constructor(store: ReplyStore, options: KeptOutputsOptions) {
    this.store = store;
    this.#options = options;
  }

  /** What may be used of what is kept. */
  async lookUp(request: TeacherRequest, keys: readonly OutputKey[]): Promise<(StoredOutput | undefined)[]> {
    const all = await this.store.get(keys.map(({ exact }) => exact));
    checkOutputs(all, keys.length);
    const usable = all.map((kept, i) => this.#usable(kept, keys[i]!.exact, request));
    if (!this.#options.redoTruncated) return usable;
    return Promise.all(usable.map((kept, i) => (kept === all[i] ? this.#orEnded(kept, keys[i]!, request) : undefined)));
  }

  #usable(kept: StoredOutput | undefined, exact: string, request: TeacherRequest): StoredOutput | undefined {
    if (kept?.blotted) this.#tellBlotted();
    else if (!kept || this.#options.replay || this.#redone.has(exact)) return kept;
    else {
      const choice = this.#options.read(kept.choice, request);
      if (!isBlank(choice) && !isDeclined(choice)) return kept;
    }
    this.#stale.add(exact);
    return undefined;
  }

  /** In the place of one that is not kept, or was cut off: one that ended by itself under another `max_tokens`, and fits. */
  async #orEnded(kept: StoredOutput | undefined, { exact, ending }: OutputKey, request: TeacherRequest): Promise<StoredOutput | undefined> {
    if (kept && (!isTruncated(kept) || this.#redone.has(exact))) return kept;
    const ended = await this.store.ended(ending);
    return ended && ended.completionTokens <= (request.parameters.max_tokens ?? Infinity) ? ended : undefined;
  }

  #tellBlotted(): void {
    if (this.#isBlottedTold) return;
    this.#isBlottedTold = true;
    this.#options.onNotice?.(
      'the call cache has replies in which an earlier version blotted words out for looking like the API key; ' +
        `${this.#options.replay ? 'they are not used' : 'they are asked for again'}`,
    );
  }

  /** Whether an output that comes for one of these takes the place of what is kept. */
  replaces(keys: readonly OutputKey[]): boolean {
    return this.#options.redoTruncated || keys.some(({ exact }) => this.#stale.has(exact));
  }

  /** Keeps the outputs of a reply; gives those that hold, which others may have kept before. */
  put(request: TeacherRequest, keys: readonly OutputKey[], reply: Reply, replace: boolean): Promise<readonly StoredOutput[]> {
    const facts: Mutable<StoredFacts> = { api: apiOf(request), prompt: promptText(request) };
    if (request.block !== undefined) facts.block = request.block;
    const outputs = shares(reply).slice(0, keys.length);
    return this.store.put(
      outputs.map((output, i) => [keys[i]!, output] as const),
      facts,
      replace,
    );
  }

  /** An output has come. */
  came(output: StoredOutput, exact: string, request: TeacherRequest): void {
    const choice = this.#options.read(output.choice, request);
    if (isBlank(choice) && !this.#stale.has(exact)) this.#stale.add(exact);
    else if (isBlank(choice) || isDeclined(choice) || (this.#options.redoTruncated && isTruncated(output))) this.#redone.add(exact);
  }
}
