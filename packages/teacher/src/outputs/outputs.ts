import {
  type CallOptions,
  type OutputKey,
  promptChars,
  type Reply,
  type ReplyStore,
  SdgError,
  type StoredOutput,
  type Teacher,
  type TeacherRequest,
} from '@sdg/core';
import { outputKeys } from '../cache/output-key.js';
import type { SplitThinking } from '../reply/split-text.js';
import { bound } from '../retry.js';
import { assemble } from './assemble.js';
import { KeptOutputs } from './kept-outputs.js';
import { type Asking, MissingOutputs } from './missing-outputs.js';
import { readerOf } from './read-choice.js';

interface OutputsOptions {
  /** Kept outputs. Absent: nothing is kept. */
  readonly store?: ReplyStore | undefined;
  readonly scope?: string | undefined;
  /** Fail on an output that is not kept. */
  readonly replay?: boolean | undefined;
  /**
   * Ask again for kept outputs that were cut off by their length. Those that ended by themselves under another
   * `max_tokens`, and fit, are taken: raising the limit pays only for what it cut off.
   */
  readonly redoTruncated?: boolean | undefined;
  /**
   * Takes what a model thought out of what it wrote. Kept is the whole: another rule pays for no call again. Default: texts are answers.
   */
  readonly split?: SplitThinking | undefined;
  /**
   * Ask for every output by itself, whatever comes back: a teacher that writes one after the other loses none that is written when
   * the run ends. Default false.
   */
  readonly oneByOne?: boolean | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
}

/**
 * Gives exactly as many outputs as were asked for. Those that are kept are not asked for again. The rest is asked for
 * in one request where the server can do that, and filled up by single ones where it returns fewer; whether it can is
 * found out once for each model. Every output is kept before it is used. Equal requests at the same time become one.
 */
export function outputs(
  inner: Teacher,
  { store, scope, replay = false, redoTruncated = false, split, oneByOne = false, onNotice }: OutputsOptions = {},
): Teacher {
  const read = readerOf(split);
  const kept = store && new KeptOutputs(store, { read, replay, redoTruncated, onNotice });
  const asking: Asking = { inner, kept, read, oneByOne, severalAtOnce: new Map() };
  const underWay = new Map<string, Promise<unknown>>();
  /** What was asked for last was kept: so may be the next. Where others claim too, a look costs as much as a claim, which finds it too. */
  let wasKept = replay || redoTruncated;

  const fetch = (request: TeacherRequest, keys: readonly OutputKey[], found: (StoredOutput | undefined)[], options: CallOptions) =>
    new MissingOutputs(asking, request, keys, found, options).fetch();

  /** What is kept, and the rest from the teacher, unless somebody else is asking for it. */
  async function fill(kept: KeptOutputs, request: TeacherRequest, keys: readonly OutputKey[], options: CallOptions): Promise<Reply> {
    const { store } = kept;
    for (let looks = wasKept || !store.claim; ; looks = true) {
      const found = looks ? await kept.lookUp(request, keys) : keys.map(() => undefined);
      const missing = keys.filter((_, i) => found[i] === undefined).map(({ exact }) => exact);
      wasKept = missing.length === 0 || replay || redoTruncated;
      if (missing.length === 0) return assemble(request, keys, found, [], read);
      if (replay) throw replayMiss(request, missing.length);
      if (!store.claim) return fetch(request, keys, found, options);
      if (await store.claim(missing, looks)) {
        try {
          return await fetch(request, keys, found, options);
        } finally {
          await store.release?.(missing);
        }
      }
      // A store that says so at once must leave a turn to whoever stops the run.
      await new Promise((resolve) => setImmediate(resolve));
      if (options.draining?.aborted) throw new SdgError('interrupted', 'the run was stopped before this call');
    }
  }

  return {
    ...bound(inner),
    async complete(request: TeacherRequest, options: CallOptions = {}): Promise<Reply> {
      const n = Math.max(1, request.n ?? 1);
      if (!kept) return fetch(request, [], new Array<undefined>(n).fill(undefined), options);
      const keys = outputKeys(request, n, scope);
      const name = keys[0]!.exact;
      for (let same = underWay.get(name); same; same = underWay.get(name)) {
        // Whatever becomes of it, the next look into the store shows.
        await same.catch(() => undefined);
      }
      const work = fill(kept, request, keys, options);
      underWay.set(name, work);
      try {
        return await work;
      } finally {
        underWay.delete(name);
      }
    },
  };
}

function replayMiss(request: TeacherRequest, missing: number): SdgError {
  const who = request.block === undefined ? 'a call' : `a call of block ${request.block}`;
  return new SdgError(
    'replay-miss',
    `${who} (${promptChars(request)} characters of prompt) has ${missing} output(s) that are not in the cache`,
    {
      remedy: 'run once without --replay, with the same pipeline, model and seed',
    },
  );
}
