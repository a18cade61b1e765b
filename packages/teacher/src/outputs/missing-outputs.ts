import {
  type CallOptions,
  type Mutable,
  NONE,
  type OutputKey,
  type Reply,
  SdgError,
  type StoredOutput,
  type Teacher,
  type TeacherRequest,
} from '@sdg/core';
import type { KeepingOptions } from '../keeping-options.js';
import { assemble, shares } from './assemble.js';
import { checkOutputs, type KeptOutputs } from './kept-outputs.js';
import type { ReadChoice } from './read-choice.js';

/** Who is asked, and how. */
export interface Asking {
  readonly inner: Teacher;
  readonly kept: KeptOutputs | undefined;
  readonly read: ReadChoice;
  readonly oneByOne: boolean;
  /** Whether one request may bring several outputs, by model, where that is known. */
  readonly severalAtOnce: Map<string, boolean>;
}

/** The outputs of one request that are not there yet: asked for until all are. */
export class MissingOutputs {
  readonly #replies: Reply[] = [];

  /** @param found by ordinal; filled up in place */
  constructor(
    private readonly how: Asking,
    private readonly request: TeacherRequest,
    private readonly keys: readonly OutputKey[],
    private readonly found: (StoredOutput | undefined)[],
    private readonly options: CallOptions,
  ) {}

  /** The whole reply. Where that fails in the end, tells what was paid for until then. */
  async fetch(): Promise<Reply> {
    const { request, keys, found, options, how } = this;
    const wanted = this.#missing();
    try {
      if (this.#mayComeTogether(wanted)) await this.#together(wanted);
      for (let rest = this.#missing(); rest.length > 0; rest = this.#missing()) {
        if (rest.length === 1) await this.#take(rest);
        else await this.#eachAlone(rest);
      }
    } catch (error) {
      const came = wanted.map((i) => found[i]);
      if (this.#replies.length > 0) options.onSpent?.(assemble(request, [], came, this.#replies, how.read));
      throw error;
    }
    return assemble(request, keys, found, this.#replies, how.read);
  }

  #missing(): number[] {
    const missing: number[] = [];
    for (const [i, output] of this.found.entries()) if (output === undefined) missing.push(i);
    return missing;
  }

  get #model(): string {
    return this.request.model ?? '';
  }

  #mayComeTogether(wanted: readonly number[]): boolean {
    if (wanted.length < 2 || this.how.oneByOne || this.how.severalAtOnce.get(this.#model) === false) return false;
    // A server with seeds numbers those of one request in a row.
    return this.request.parameters.seed === undefined || wanted.at(-1)! - wanted[0]! === wanted.length - 1;
  }

  /** All in one request, where the server can do that; finds out whether it can. */
  async #together(wanted: readonly number[]): Promise<void> {
    const { severalAtOnce } = this.how;
    const model = this.#model;
    try {
      await this.#several(wanted);
      const replies = this.#replies;
      const isWhole = this.#missing().length === 0 && replies.length < wanted.length;
      if (isWhole) severalAtOnce.set(model, true);
      else if (replies.length === 1 && replies[0]!.choices.length === 1 && !severalAtOnce.get(model)) severalAtOnce.set(model, false);
    } catch (error) {
      // Some servers refuse n > 1 instead of ignoring it: if one output is given, that was the reason.
      if (!(error instanceof SdgError) || error.code !== 'teacher-refused' || severalAtOnce.get(model)) throw error;
      await this.#take(wanted.slice(0, 1));
      severalAtOnce.set(model, false);
    }
  }

  /** In one request, or in halves where the most that all could use is more than the budget has left. */
  async #several(ordinals: readonly number[]): Promise<void> {
    try {
      return await this.#take(ordinals);
    } catch (error) {
      if (!(error instanceof SdgError) || error.code !== 'budget' || ordinals.length === 1) throw error;
    }
    const half = ordinals.length >> 1;
    // One after the other: what the first half did not use the second may.
    await this.#several(ordinals.slice(0, half));
    await this.#several(ordinals.slice(half));
  }

  async #eachAlone(ordinals: readonly number[]): Promise<void> {
    const ends = await Promise.allSettled(ordinals.map((ordinal) => this.#take([ordinal])));
    const failed = ends.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** In one request. What comes is kept before it is used, and before the slot of the call is free again. */
  async #take(ordinals: readonly number[]): Promise<void> {
    const { request, found, options, how } = this;
    const { inner, kept } = how;
    let reply: Reply;
    let outputs: readonly StoredOutput[];
    if (kept) {
      const keys = ordinals.map((i) => this.keys[i]!);
      const replace = kept.replaces(keys);
      let keeping: Promise<readonly StoredOutput[]> | undefined;
      const keep = (came: Reply) => (keeping ??= kept.put(request, keys, came, replace));
      reply = await this.#ask(ordinals, { ...NONE, ...options, keep });
      outputs = reply.choices.length === 0 ? [] : await keep(reply);
    } else {
      reply = await this.#ask(ordinals, options);
      outputs = shares(reply);
    }
    if (reply.choices.length === 0) throw new SdgError('internal', `the teacher ${inner.name} gave a reply without an output`);
    checkOutputs(outputs, Math.min(reply.choices.length, ordinals.length));
    this.#replies.push(reply);
    for (const [i, ordinal] of ordinals.entries()) {
      const output = outputs[i];
      if (!output) break;
      found[ordinal] = output;
      kept?.came(output, this.keys[ordinal]!.exact, request);
    }
  }

  /** Asks for outputs from the first of these on, as a server with seeds would number them. */
  #ask(ordinals: readonly number[], options: KeepingOptions): Promise<Reply> {
    const first = ordinals[0]!;
    const asked: Mutable<TeacherRequest> = { ...this.request, n: ordinals.length };
    if (this.how.oneByOne) asked.first = first;
    const { seed } = this.request.parameters;
    if (seed !== undefined) asked.parameters = { ...this.request.parameters, seed: seed + first };
    return this.how.inner.complete(asked, options);
  }
}
