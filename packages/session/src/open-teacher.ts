import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  defined,
  fileError,
  type Observer,
  openAddress,
  type ReplyStore,
  schemeOf,
  SdgError,
  type Teacher,
  type TeacherProvider,
} from '@sdg/core';
import {
  aroundTeacher,
  CallCache,
  compileChatTemplate,
  httpProvider,
  tokenizerTemplate,
  type Allowance,
  type Budget,
  type ChatTemplate,
  type TeacherOptions,
} from '@sdg/teacher';
import { checkedTeacher } from './checked-teacher.js';
import { budgetOf } from './prices.js';
import { flagName, type TeacherSpec } from './run-spec.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const OFFLINE_NOTICE = [
  'the offline teacher answers: it is no model, it takes its words from the prompt; for trying out, testing and dry runs',
  'for training data pass --teacher URL or set SDG_TEACHER (vLLM, llama.cpp, Ollama, any OpenAI-compatible server)',
];

const readFlagFile = (flag: string, path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError('read', path, error, `--${flag}`);
  });

/** The key, from the file named or else the environment; never from the command line. */
export async function apiKey({ apiKeyFile: path }: TeacherSpec, env: Environment): Promise<string | undefined> {
  if (path === undefined) return env['SDG_API_KEY']?.trim() || env['OPENAI_API_KEY']?.trim() || undefined;
  const key = (await readFlagFile('api-key-file', path)).split(/\r?\n/)[0]!.trim();
  if (key === '') throw new SdgError('usage', `--api-key-file: the first line of ${path} is empty`);
  return key;
}

/** The model's own template, from its `tokenizer_config.json`. */
async function chatTemplate(path: string | undefined): Promise<ChatTemplate | undefined> {
  return path === undefined ? undefined : tokenizerTemplate(await readFlagFile('chat-template', path), path);
}

/** `--concurrency` as it is meant; `usage` for what is neither `auto` nor a whole number. */
export function concurrencyOf(given: number | string | undefined): 'auto' | number {
  if (given === undefined || given === 'auto') return 'auto';
  const number = Number(given);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new SdgError('usage', `--concurrency takes auto or a whole number from 1 up; not "${given}"`);
  }
  return number;
}

const notUrl = (address: string): SdgError =>
  new SdgError('usage', `--teacher${/[@?]/.test(address) ? ' names what' : ` "${address}"`} is no URL`, {
    remedy: 'give the base URL of the API, such as http://localhost:8000/v1, or offline',
  });

/** Fails when it is first asked: a pipeline that asks an embedder alone replays its vectors without a teacher. */
const nothingToReplay: Teacher = {
  name: 'offline',
  complete: () =>
    Promise.reject(
      new SdgError('usage', 'the offline teacher has nothing to replay', {
        remedy: 'pass the --teacher of the run to be replayed; it is not asked',
      }),
    ),
};

/** The offline teacher, which obeys a budget, so that one can be tried out. */
const offlineProvider: TeacherProvider = {
  schemes: ['offline'],
  async open(_address, options: Omit<TeacherOptions, 'teacher'>) {
    const { concurrency, model, seed = 42, replay, budget, allowances, store, onStop, observer } = options;
    if (replay) return nothingToReplay;
    const { offlineTeacher } = await import('@sdg/offline');
    const offline = offlineTeacher({
      seed,
      ...(typeof concurrency === 'number' && { concurrency }),
      ...(model !== undefined && { model }),
    });
    const surrounded = budget ?? allowances ?? store;
    const scope = `offline ${seed}`;
    return surrounded ? aroundTeacher(offline, { budget, allowances, store, scope, onStop, observer, thinking: 'off' }) : offline;
  },
};

/** A model in this process, with the cache, budget and retries that a server has. */
const llamaProvider: TeacherProvider = {
  schemes: ['llama'],
  async open(address, options: Omit<TeacherOptions, 'teacher'> & Pick<TeacherSurroundings, 'signal'>) {
    const { observer, template, concurrency, seed, signal } = options;
    const onNotice = observer?.notice && ((text: string): void => observer.notice?.(text));
    const { llamaTeacher } = await import('@sdg/local');
    const own = { concurrency, seed, template, onNotice, signal };
    const local = await llamaTeacher(address, { ...own, lazy: true, compileTemplate: compileChatTemplate });
    const around = aroundTeacher(local, { ...options, oneByOne: true });
    return {
      ...around,
      // Whatever model a pipeline names, this one answers: its replies are kept under its own name.
      complete: (request, callOptions) => around.complete({ ...request, model: local.model }, callOptions),
      // What it has written, beside the calls that wait for it.
      state: () => ({ ...local.state!(), ...around.state?.(), ...phaseOf(local) }),
    };
  },
};

const phaseOf = ({ state }: Pick<Teacher, 'state'>): { readonly phase?: string } => {
  const phase = state?.().phase;
  return phase === undefined ? {} : { phase };
};

/** The schemes that need no plugin. */
const ownProviders: readonly TeacherProvider[] = [httpProvider, offlineProvider, llamaProvider];

/** Folder of the call cache: `cache`, or the XDG cache folder. */
export function cacheFolder({ cache }: Pick<TeacherSpec, 'cache'>, env: Environment): string {
  return cache ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sdg', 'calls');
}

/** The folder in which the replies of a spec are kept; undefined where none are. */
export const openReplies = (spec: TeacherSpec, env: Environment): ReplyStore | undefined =>
  spec.noCache ? undefined : CallCache.open(cacheFolder(spec, env));

/** What a teacher shares with the run that opened it. */
export interface TeacherSurroundings {
  readonly env: Environment;
  readonly observer?: Observer | undefined;
  /** It cannot go on: calls in flight end well, all others fail with `interrupted`. */
  readonly onStop?: ((error: SdgError) => void) | undefined;
  /** Shared with other teachers of the run. Default: one by the spec. */
  readonly budget?: Budget | undefined;
  /** What else a call needs before it may start. */
  readonly allowances?: readonly Allowance[] | undefined;
  /** Where replies are kept in place of the folder of the spec. Closed with the teacher. */
  readonly store?: ReplyStore | undefined;
  /** Aborted: opening is given up where it takes long. */
  readonly signal?: AbortSignal | undefined;
  /** Bring further schemes, and go before our own. */
  readonly providers?: readonly TeacherProvider[] | undefined;
}

/** Headers written `NAME: VALUE`; `${VARIABLE}` in a value stands for the variable, so that no key need stand in a command line. */
function headersOf(lines: readonly string[] = [], env: Environment): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
      if (name === undefined || !value) {
        throw new SdgError('usage', `--header${name === undefined ? '' : ` ${name}`} has no value`, {
          remedy: "write --header 'NAME: VALUE', or 'NAME: ${VARIABLE}' for what is in the environment",
        });
      }
      const filled = value.replace(/\$\{(\w+)\}/g, (_whole, variable: string) => {
        const found = env[variable];
        if (!found) {
          throw new SdgError('usage', `--header ${name}: the environment has no variable ${variable}`, { remedy: 'set and export it' });
        }
        return found;
      });
      return [name, filled];
    }),
  );
}

/** Fails with `usage` for an empty name, and where a model is named and nobody to ask for it: the offline teacher is no model. */
function checkModel({ teacher, model }: TeacherSpec): void {
  if (model?.trim() === '') throw new SdgError('usage', '--model names no model', { remedy: 'leave it out where the server has but one' });
  if (teacher !== undefined || model === undefined) return;
  throw new SdgError('usage', `model "${model}" is named, but no teacher that serves it`, {
    remedy: 'pass --teacher URL or set SDG_TEACHER; or --teacher offline, to try things out without a model',
  });
}

/** Fails with `usage` for an address that none of the providers can open. */
function checkAddress(address: string, providers: readonly TeacherProvider[]): void {
  if ([...providers, ...ownProviders].some(({ schemes }) => schemes.includes(schemeOf(address)))) return;
  if (address.replaceAll(/[\s,]/g, '') === '') throw new SdgError('usage', '--teacher names no URL');
  if (providers.length === 0) throw notUrl(address);
}

/** Certificates and keys from their files. */
export async function tlsOf(spec: TeacherSpec): Promise<TeacherOptions['tls']> {
  const pem = (option: 'tlsCa' | 'tlsCert' | 'tlsKey') =>
    spec[option] === undefined ? undefined : readFlagFile(flagName(option), spec[option]);
  const [ca, cert, key] = await Promise.all([pem('tlsCa'), pem('tlsCert'), pem('tlsKey')]);
  return {
    ...defined({ ca, cert, key }),
    ...(spec.tlsInsecure && { insecure: true }),
  };
}

/** A teacher that says what it is before its first answer: whoever asks nobody need not know. */
function introduced(teacher: Teacher, notices: readonly string[], observer: Observer | undefined): Teacher {
  let isTold = false;
  return {
    ...teacher,
    complete(request, options) {
      if (!isTold) for (const text of notices) observer?.notice?.(text);
      isTold = true;
      return teacher.complete(request, options);
    },
  };
}

const inMs = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

/**
 * What a spec says of the teacher to open, with the files that it names read.
 *
 * @throws SdgError `usage` for a file that cannot be read, a header without a value
 */
export async function teacherOptions(
  spec: TeacherSpec,
  { env, observer, onStop, budget, allowances, store }: Omit<TeacherSurroundings, 'providers'>,
): Promise<Omit<TeacherOptions, 'teacher'>> {
  const isOffline = schemeOf(spec.teacher ?? 'offline') === 'offline';
  return {
    tls: await tlsOf(spec),
    model: spec.model,
    family: spec.modelFamily,
    template: await chatTemplate(spec.chatTemplate),
    api: spec.api,
    apiKey: isOffline ? undefined : await apiKey(spec, env),
    headers: headersOf(spec.header, env),
    env,
    thinking: spec.thinking,
    concurrency: concurrencyOf(spec.concurrency),
    maxConcurrency: spec.maxConcurrency,
    rpm: spec.rpm,
    tpm: spec.tpm,
    budget: budget ?? budgetOf(spec),
    ...(allowances && { allowances }),
    // The folder also holds what is known of servers, whoever keeps the replies.
    cacheDir: spec.noCache ? undefined : cacheFolder(spec, env),
    ...(store && { store }),
    replay: spec.replay,
    redoTruncated: spec.redoTruncated,
    timeoutMs: inMs(spec.timeout),
    giveUpAfterMs: inMs(spec.giveUpAfter),
    seed: spec.seed,
    observer,
    onStop,
  };
}

/** Milliseconds that a teacher has to open once the run is to stop: what is there by then is drained as any other. */
const GRACE_MS = 1000;

/** A teacher that is being opened. Aborted, it is not waited for long: not every provider listens. What comes too late is closed. */
async function openedInTime(opening: Promise<Teacher>, signal: AbortSignal | undefined): Promise<Teacher> {
  if (!signal) return opening;
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => {
      reject(new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' }));
      void opening.then((teacher) => teacher?.close?.()).catch(() => undefined);
    };
    leave = () => (timer ??= setTimeout(giveUp, GRACE_MS));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
  try {
    return await Promise.race([opening, aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}

/**
 * Opens the teacher that a spec names, by the scheme of its address.
 *
 * @throws SdgError `usage` for an address that nobody knows, a file that cannot be read, a model without a teacher
 */
export async function openTeacher(
  spec: TeacherSpec,
  { env, observer, onStop, budget, allowances, store, signal, providers = [] }: TeacherSurroundings,
): Promise<Teacher> {
  checkModel(spec);
  const address = spec.teacher ?? 'offline';
  checkAddress(address, providers);
  if (spec.tlsInsecure) observer?.notice?.('TLS verification is off: anybody on the way can read and change what is sent');
  const options = await teacherOptions(spec, { env, observer, onStop, budget, allowances, store });
  const opening = openAddress(address, [...providers, ...ownProviders], { ...options, signal });
  const teacher = (await openedInTime(opening, signal)) as Partial<Teacher> | undefined;
  if (typeof teacher?.complete === 'function') {
    if (providers.some(({ schemes }) => schemes.includes(schemeOf(address)))) return checkedTeacher(teacher as Teacher);
    return schemeOf(address) === 'offline' && !spec.replay
      ? introduced(teacher as Teacher, OFFLINE_NOTICE, observer)
      : (teacher as Teacher);
  }
  throw new SdgError('config', `what the provider of "${schemeOf(address)}:" opened is no teacher`, {
    remedy: 'open must give one: name and complete',
  });
}
