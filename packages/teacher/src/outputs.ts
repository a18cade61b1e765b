import {
  type CallOptions,
  type Choice,
  type Mutable,
  type OutputKey,
  promptChars,
  type Reply,
  type ReplyStore,
  SdgError,
  type StoredFacts,
  type StoredOutput,
  sumOf,
  type Teacher,
  type TeacherRequest,
  type Usage,
  NONE,
} from '@sdg/core';
import { apiOf } from './http/request-body.js';
import { outputKeys } from './cache/output-key.js';
import { isTruncated } from './cache/call-cache.js';
import type { KeepingOptions } from './keeping-options.js';
import { answerLogprobs } from './reply/split-thinking.js';
import type { SplitThinking } from './reply/split-text.js';
import { bound } from './retry.js';

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

/** Whether an output was declined, by the model or by a filter before or behind it. */
const isDeclined = ({ finishReason, refusal }: Choice): boolean =>
  refusal !== undefined || finishReason === 'content_filter' || finishReason === 'refusal';

/** Whether a model stopped without a word of an answer, or called a tool in place of one: a hiccup, most often. */
const isBlank = (choice: Choice): boolean =>
  choice.finishReason === 'tool_calls' ||
  (choice.finishReason !== 'length' && !isDeclined(choice) && !/[^\s\p{Cf}\p{Cc}]/u.test(choice.text));

/** The outputs of one reply, each with its share of the tokens: the prompt's count once, with the first. */
function shares({ choices, usage, model }: Reply): StoredOutput[] {
  const each = Math.floor(usage.completionTokens / choices.length);
  return choices.map((choice, i) => {
    const promptTokens = i === 0 ? usage.promptTokens : 0;
    const completionTokens = i === 0 ? usage.completionTokens - each * (choices.length - 1) : each;
    const output: StoredOutput = { choice, model, promptTokens, completionTokens };
    return usage.estimated ? { ...NONE, ...output, estimated: true } : output;
  });
}

const tokensOf = (all: readonly Pick<Usage, 'promptTokens' | 'completionTokens'>[]): Usage => ({
  promptTokens: sumOf(all, ({ promptTokens }) => promptTokens),
  completionTokens: sumOf(all, ({ completionTokens }) => completionTokens),
});

/** Fails where a store, or a teacher, is not what it says: it would be asked and paid for without end. */
function checkOutputs(outputs: readonly (StoredOutput | undefined)[], least: number): void {
  const fail = (what: string): never => {
    throw new SdgError('config', what, { remedy: 'a store of replies must keep the laws of replyStoreLaws in @sdg/testing' });
  };
  if (!Array.isArray(outputs) || outputs.length < least) fail('the store of replies has lost outputs that it was given or asked for');
  if (outputs.some((one) => one !== undefined && typeof one?.choice?.text !== 'string')) {
    fail('the store of replies gave what is no output');
  }
}

const promptText = ({ prompt, messages = [] }: TeacherRequest): string => prompt ?? messages.map(({ content }) => content).join('\n');

/**
 * Gives exactly as many outputs as were asked for. Those that are kept are not asked for again. The rest is asked for
 * in one request where the server can do that, and filled up by single ones where it returns fewer; whether it can is
 * found out once for each model. Every output is kept before it is used. Equal requests at the same time become one.
 *
 * What is no answer (empty, declined) is kept for a replay alone: the next run asks again, and so does the next request
 * of this run for an output that came empty once (the blocks ask once more).
 */
export function outputs(
  inner: Teacher,
  { store, scope, replay = false, redoTruncated = false, split, oneByOne = false, onNotice }: OutputsOptions = {},
): Teacher {
  /** Whether one request may bring several outputs, by model, where that is known. */
  const severalAtOnce = new Map<string, boolean>();
  const underWay = new Map<string, Promise<unknown>>();
  /** Keys of outputs that this run has asked for: cut off again, they are not asked for a third time. */
  const redone = new Set<string>();
  /** Keys of outputs that were kept and are no answers: of an earlier run, or empty for the first time in this. */
  const stale = new Set<string>();
  /** What was asked for last was kept: so may be the next. Where others claim too, a look costs as much as a claim, which finds it too. */
  let wasKept = replay || redoTruncated;

  let isBlottedTold = false;
  const tellBlotted = (): void => {
    if (isBlottedTold) return;
    isBlottedTold = true;
    onNotice?.(
      'the call cache has replies in which an earlier version blotted words out for looking like the API key; ' +
        `${replay ? 'they are not used' : 'they are asked for again'}`,
    );
  };

  /** An output as it was kept, with its parts apart. */
  const read = (choice: Choice, request: TeacherRequest): Choice => {
    if (!split) return choice;
    const { answer, reasoning } = split(choice.text, request);
    if (reasoning === undefined && !choice.reasoning && answer === choice.text) return choice;
    // Some servers set thoughts apart and leave them in the text too.
    const thoughts = [...new Set([choice.reasoning?.trim() === reasoning ? reasoning : choice.reasoning, reasoning])]
      .filter(Boolean)
      .join('\n');
    if (thoughts === '') return answer === choice.text ? choice : { ...choice, text: answer };
    return { ...choice, text: answer, reasoning: thoughts, ...(choice.logprobs && { logprobs: answerLogprobs(choice.logprobs, answer) }) };
  };

  /** Asks for outputs from `first` on, as a server with seeds would number them. */
  const ask = (request: TeacherRequest, first: number, n: number, options: KeepingOptions): Promise<Reply> => {
    const asked: Mutable<TeacherRequest> = { ...request, n };
    if (oneByOne) asked.first = first;
    const { seed } = request.parameters;
    if (seed !== undefined) asked.parameters = { ...request.parameters, seed: seed + first };
    return inner.complete(asked, options);
  };

  /** What may be used of what is kept. */
  const lookUp = async (store: ReplyStore, request: TeacherRequest, keys: readonly OutputKey[]): Promise<(StoredOutput | undefined)[]> => {
    const { max_tokens: most = Infinity } = request.parameters;
    const all = await store.get(keys.map(({ exact }) => exact));
    checkOutputs(all, keys.length);
    return Promise.all(
      all.map(async (kept, i) => {
        const { exact, ending } = keys[i]!;
        if (kept?.blotted) {
          tellBlotted();
          stale.add(exact);
          return undefined;
        }
        if (kept && !replay && !redone.has(exact)) {
          const choice = read(kept.choice, request);
          if (isBlank(choice) || isDeclined(choice)) {
            stale.add(exact);
            return undefined;
          }
        }
        if (!redoTruncated || (kept && (kept.choice.finishReason !== 'length' || redone.has(exact)))) return kept;
        const ended = await store.ended(ending);
        return ended && ended.completionTokens <= most ? ended : undefined;
      }),
    );
  };

  async function fetch(
    request: TeacherRequest,
    keys: readonly OutputKey[],
    found: (StoredOutput | undefined)[],
    options: CallOptions,
    replies: Reply[],
  ): Promise<void> {
    /** What is kept beside the outputs of this request. */
    const facts = (): StoredFacts => ({
      ...{ api: apiOf(request), prompt: promptText(request) },
      ...(request.block !== undefined && { block: request.block }),
    });
    /** In one request. What comes is kept before it is used, and before the slot of the call is free again. */
    const take = async (ordinals: readonly number[]): Promise<void> => {
      let keeping: Promise<readonly StoredOutput[]> | undefined;
      const replace = redoTruncated || ordinals.some((i) => stale.has(keys[i]?.exact ?? ''));
      const keep = (reply: Reply) =>
        (keeping ??= store!.put(
          shares(reply)
            .slice(0, ordinals.length)
            .map((output, i) => [keys[ordinals[i]!]!, output] as const),
          facts(),
          replace,
        ));
      const reply = await ask(request, ordinals[0]!, ordinals.length, store ? { ...NONE, ...options, keep } : options);
      if (reply.choices.length === 0) throw new SdgError('internal', `the teacher ${inner.name} gave a reply without an output`);
      const kept = store ? await keep(reply) : shares(reply);
      checkOutputs(kept, Math.min(reply.choices.length, ordinals.length));
      replies.push(reply);
      for (const [i, ordinal] of ordinals.entries()) {
        const output = kept[i];
        if (!output) break;
        found[ordinal] = output;
        if (!store) continue;
        const choice = read(output.choice, request);
        const { exact } = keys[ordinal]!;
        if (isBlank(choice) && !stale.has(exact)) stale.add(exact);
        else if (isBlank(choice) || isDeclined(choice) || (redoTruncated && isTruncated(output))) redone.add(exact);
      }
    };
    const missing = (): number[] => found.map((_, i) => i).filter((i) => found[i] === undefined);

    /** In one request, or in halves where the most that all could use is more than the budget has left. */
    const several = async (ordinals: readonly number[]): Promise<void> => {
      try {
        return await take(ordinals);
      } catch (error) {
        if (!(error instanceof SdgError) || error.code !== 'budget' || ordinals.length === 1) throw error;
      }
      const half = ordinals.length >> 1;
      // One after the other: what the first half did not use the second may.
      await several(ordinals.slice(0, half));
      await several(ordinals.slice(half));
    };

    /** All in one request, where the server can do that; finds out whether it can. */
    const together = async (wanted: readonly number[], model: string): Promise<void> => {
      try {
        await several(wanted);
        const isWhole = missing().length === 0 && replies.length < wanted.length;
        if (isWhole) severalAtOnce.set(model, true);
        else if (replies.length === 1 && replies[0]!.choices.length === 1 && !severalAtOnce.get(model)) severalAtOnce.set(model, false);
      } catch (error) {
        // Some servers refuse n > 1 instead of ignoring it: if one output is given, that was the reason.
        if (!(error instanceof SdgError) || error.code !== 'teacher-refused' || severalAtOnce.get(model)) throw error;
        await take(wanted.slice(0, 1));
        severalAtOnce.set(model, false);
      }
    };
    const wanted = missing();
    const model = request.model ?? '';
    const inARow = wanted.at(-1)! - wanted[0]! === wanted.length - 1;
    const seeded = request.parameters.seed !== undefined;
    if (wanted.length > 1 && !oneByOne && severalAtOnce.get(model) !== false && (inARow || !seeded)) await together(wanted, model);
    for (let rest = missing(); rest.length > 0; rest = missing()) {
      if (rest.length === 1) {
        await take(rest);
        continue;
      }
      const ends = await Promise.allSettled(rest.map((ordinal) => take([ordinal])));
      const failed = ends.find((result) => result.status === 'rejected');
      if (failed) throw failed.reason;
    }
  }

  /** Outputs that were found, or some of them, and the replies that brought those of them that were paid for. */
  const assemble = (
    request: TeacherRequest,
    keys: readonly OutputKey[],
    found: readonly (StoredOutput | undefined)[],
    replies: readonly Reply[],
  ): Reply => {
    const all = found.filter((output) => output !== undefined);
    const usage: Mutable<Usage> = tokensOf(all);
    if (all.some(({ estimated }) => estimated)) usage.estimated = true;
    const choices = all.map(({ choice }) => read(choice, request));
    const reply: Mutable<Reply> = { choices, model: (all[0] ?? replies[0]!).model, usage };
    if (keys.length > 0) reply.keys = keys.filter((_, i) => found[i] !== undefined).map(({ exact }) => exact);
    if (replies.length === 0) return { ...NONE, ...reply, cached: true };
    const paid = tokensOf(replies.map((one) => one.usage));
    if (paid.promptTokens !== usage.promptTokens || paid.completionTokens !== usage.completionTokens) reply.paid = paid;
    const timing = replies.map((one) => one.timing).filter((one) => one !== undefined);
    if (timing.length > 0) {
      reply.timing = {
        queuedMs: timing.reduce((most, { queuedMs }) => Math.max(most, queuedMs), 0),
        serviceMs: sumOf(timing, ({ serviceMs }) => serviceMs),
      };
    }
    return reply;
  };

  /** Asks for what is not found. Where that fails in the end, tells what was paid for until then. */
  async function fetched(
    request: TeacherRequest,
    keys: readonly OutputKey[],
    found: (StoredOutput | undefined)[],
    options: CallOptions,
  ): Promise<Reply> {
    const wanted = found.map((_, i) => i).filter((i) => found[i] === undefined);
    const replies: Reply[] = [];
    try {
      await fetch(request, keys, found, options, replies);
    } catch (error) {
      const came = wanted.map((i) => found[i]);
      if (replies.length > 0) options.onSpent?.(assemble(request, [], came, replies));
      throw error;
    }
    return assemble(request, keys, found, replies);
  }

  return {
    ...bound(inner),
    async complete(request: TeacherRequest, options: CallOptions = {}): Promise<Reply> {
      const n = Math.max(1, request.n ?? 1);
      if (!store) {
        return fetched(
          request,
          [],
          Array.from({ length: n }, () => undefined),
          options,
        );
      }
      const keys = outputKeys(request, n, scope);
      const name = keys[0]!.exact;
      for (let same = underWay.get(name); same; same = underWay.get(name)) {
        // Whatever becomes of it, the next look into the store shows.
        await same.catch(() => undefined);
      }
      const work = (async () => {
        for (let looks = wasKept || !store.claim; ; looks = true) {
          const found = looks ? await lookUp(store, request, keys) : keys.map(() => undefined);
          const missing = keys.filter((_, i) => found[i] === undefined).map(({ exact }) => exact);
          wasKept = missing.length === 0 || replay || redoTruncated;
          if (missing.length === 0) return assemble(request, keys, found, []);
          if (replay) throw replayMiss(request, missing.length);
          if (!store.claim) return fetched(request, keys, found, options);
          if (!(await store.claim(missing))) {
            // A store that says so at once must leave a turn to whoever stops the run.
            await new Promise((resolve) => setImmediate(resolve));
            if (options.draining?.aborted) throw new SdgError('interrupted', 'the run was stopped before this call');
            continue;
          }
          try {
            return await fetched(request, keys, found, options);
          } finally {
            await store.release?.(missing);
          }
        }
      })();
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
