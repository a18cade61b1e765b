import { SdgError, type CallOptions, type Observer, type Reply, type ReplyStore, type Teacher, type TeacherRequest } from '@sdg/core';
import type { HttpTeacher } from '../http/http-teacher.js';
import type { Health } from '../pool/health.js';
import { bound } from '../retry.js';
import { tellQuestion } from '../tell-try.js';
import { unlessAborted, wait } from '../wait.js';
import { chooseApi, translate, type DialectOptions, type Spoken } from './dialect.js';

interface WithDialectOptions extends DialectOptions {
  readonly servers: readonly HttpTeacher[];
  /** How long to wait for a server that is down. */
  readonly health: Health;
  readonly model?: string | undefined;
  /** Where facts about servers are kept for runs that cannot ask. */
  readonly notes?: Pick<ReplyStore, 'note' | 'setNote'> | undefined;
  /** Ask no server. */
  readonly replay?: boolean | undefined;
  /** Told of questions to the servers, and of what was found out. */
  readonly observer?: Observer | undefined;
}

/** Servers that pass prompts on as they are, by what they say owns their models. */
const RAW = /^(vllm|sglang|llamacpp|lmdeploy|aphrodite|pygmalionai|tabbyapi)$/i;

/** Milliseconds between two tries to reach a server for the first time. */
const FIRST_MS = 250;
const LONGEST_MS = 15_000;

function isSpoken(value: unknown): value is Spoken {
  const { model, completions } = (value ?? {}) as Partial<Spoken>;
  return (model === undefined || typeof model === 'string') && typeof completions === 'boolean';
}

/** Whether asking again may help. A name that nobody knows is a slip of the pen, at the first contact. */
const passes = (error: unknown): error is SdgError =>
  error instanceof SdgError && error.isRetryable && !/name of the teacher is not known/.test(error.what);

/**
 * Whether a failure is all that a server will say: not every key may list models, and some hang on a question without a
 * prompt. One that is not up yet, or cannot be reached, may say more.
 */
const isWord = (error: unknown): boolean =>
  error instanceof SdgError &&
  (error.code === 'teacher-timeout' || (error.status !== undefined && error.status !== 429 && error.status <= 501));

/**
 * Puts requests into the dialect of the servers, which are asked once what they speak. What they said is noted: a
 * replay asks none, and a run whose server is away can still use the cache.
 */
export function withDialect(inner: Teacher, options: WithDialectOptions): Teacher {
  const { servers, model, api, notes, replay, health, observer } = options;
  const closing = new AbortController();
  const name = `spoken ${servers.map((server) => server.name).join(',')} ${model ?? ''} ${api}`;
  const said = new Set<string>();
  let spoken: Promise<Spoken> | undefined;
  /** What came of it: no later call waits. */
  let heard: Spoken | undefined;

  /** Whether servers that do not say are taken at their best: no list of models, chat alone. */
  let isLenient = false;
  const question = async <T>(server: HttpTeacher, what: string, put: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await tellQuestion(observer, server.name, what, put);
    } catch (error) {
      if (isLenient && isWord(error)) return otherwise;
      throw error;
    }
  };
  const ask = async (server: HttpTeacher): Promise<Spoken> => {
    const models = await question(server, 'which models?', () => server.models(), []);
    const served = models.map(({ id }) => id);
    // Several names of one model are no choice.
    const differ = new Set(models.map(({ id, root }) => root ?? id)).size > 1;
    const only = differ ? undefined : served[0];
    const raw = models.length > 0 && models.every(({ ownedBy }) => RAW.test(ownedBy ?? ''));
    const completions =
      api === 'completions' || (api === 'auto' && (await question(server, 'which API?', () => server.hasCompletions(), false)));
    const asked = model ?? only;
    const mayChat =
      asked !== undefined || served.length > 0 || completions || (await question(server, 'which API?', () => server.hasChat(), true));
    if (!mayChat) {
      throw new SdgError('teacher-not-found', `no API of a teacher is there (${server.name})`, {
        remedy: 'check that --teacher is the base URL of an OpenAI-compatible API, most often ending in /v1',
      });
    }
    // Whoever has completions may have nothing else; those that pass prompts on as they are have both.
    const isChatSure = api !== 'auto' || !completions || raw;
    const chat = isChatSure || (await question(server, 'which API?', () => server.hasChat(), true));
    return { ...(asked !== undefined && { model: asked }), served, completions, raw, ...(!chat && { chat }) };
  };
  /** What was noted of servers that shall not be asked. */
  const recall = (noted: unknown): Spoken => {
    if (isSpoken(noted)) return noted;
    throw new SdgError('replay-miss', 'the cache does not know what this server speaks', {
      remedy: 'pass --model and --api as in the run to be replayed, or run once without --replay',
    });
  };
  /** Asks the servers in turn until one has answered. */
  const askInTurn = async (noted: unknown): Promise<Spoken> => {
    const failed: unknown[] = [];
    for (let attempt = 0; ; attempt++) {
      try {
        return await ask(servers[attempt % servers.length]!);
      } catch (error) {
        const mayDoWithout = model !== undefined && isWord(error);
        if (!passes(error) || mayDoWithout) {
          // One bad server of several is left out.
          if (failed.push(error) < servers.length) continue;
          if (isLenient || !mayDoWithout) throw failed[0];
          isLenient = true;
          continue;
        }
        health.failed(error);
        if (health.hopeless) throw health.verdict(inner.name);
        const round = attempt - servers.length + 1;
        if (round < 0) continue;
        if (isSpoken(noted)) return noted;
        if (round === 0) observer?.notice?.(`${error.message}; waiting until it is there`);
        await wait(Math.min(LONGEST_MS, FIRST_MS * 2 ** round), [closing.signal]);
      }
    }
  };
  const listen = async (): Promise<Spoken> => {
    if (model !== undefined && api !== 'auto') return { model, completions: api === 'completions' };
    const noted = await notes?.note(name);
    if (replay) return recall(noted);
    const told = await askInTurn(noted);
    if (told !== noted && !isLenient) await notes?.setNote(name, told);
    return told;
  };
  const announce = (translated: TeacherRequest, request: TeacherRequest, known: Spoken): void => {
    const asked = translated.model!;
    if (request.messages === undefined || said.has(asked)) return;
    said.add(asked);
    const choice = chooseApi(asked, request.family, options, known);
    observer?.notice?.(
      `asking ${asked} by the ${choice.api} API${choice.family === undefined ? '' : ` with the chat template of ${choice.family}`}`,
    );
  };

  return {
    ...bound(inner),
    async complete(request: TeacherRequest, callOptions?: CallOptions): Promise<Reply> {
      heard ??= await unlessAborted((spoken ??= listen()), [callOptions?.signal, callOptions?.draining]);
      const translated = translate(request, options, heard);
      announce(translated, request, heard);
      return inner.complete(translated, callOptions);
    },
    async close() {
      closing.abort();
      await inner.close?.();
    },
  };
}
