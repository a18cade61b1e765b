import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SdgError, type Teacher } from '@sdg/core';
import { createTeacher, tokenizerTemplate, type Budget, type ChatTemplate } from '@sdg/teacher';
import type { FlagValues } from '../command.js';
import type { teacherFlags } from '../teacher-flags.js';
import { budgetOf } from './prices.js';

export type TeacherFlags = FlagValues<typeof teacherFlags> & { readonly seed?: number };
type Environment = Readonly<Record<string, string | undefined>>;

const OFFLINE_NOTICE = [
  'the offline teacher answers: it is no model, it takes its words from the prompt; for trying out, testing and dry runs',
  'for training data pass --teacher URL or set SDG_TEACHER (vLLM, llama.cpp, Ollama, any OpenAI-compatible server)',
];

async function readFlagFile(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new SdgError('usage', `--${flag}: cannot read ${path}: ${(error as Error).message.split(',')[0]}`, { cause: error });
  }
}

/** The key, from the file named or else the environment; never from the command line. */
async function apiKey(flags: TeacherFlags, env: Environment): Promise<string | undefined> {
  const path = flags['api-key-file'];
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
export function concurrencyOf(text: string | undefined): 'auto' | number {
  if (text === undefined || text === 'auto') return 'auto';
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new SdgError('usage', `--concurrency takes auto or a whole number from 1 up; not "${text}"`);
  }
  return number;
}

/** Base URLs as given, `offline`, or `usage` for what is neither. */
function endpoints(text: string | undefined): 'offline' | readonly string[] {
  if (text === undefined || text === 'offline') return 'offline';
  const urls = text.split(',').map((url) => url.trim()).filter(Boolean);
  for (const url of urls) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      // Not even then may user, password and query be shown; a comma in a password splits it.
      throw new SdgError('usage', `--teacher${/[@?]/.test(text) ? ' names what' : ` "${url}"`} is no URL`, { remedy: 'give the base URL of the API, such as http://localhost:8000/v1, or offline' });
    }
  }
  if (urls.length === 0) throw new SdgError('usage', '--teacher names no URL');
  return urls;
}

/** Folder of the call cache: `--cache`, or the XDG cache folder. */
export function cacheFolder(flags: Pick<TeacherFlags, 'cache'>, env: Environment): string {
  return flags.cache ?? join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sdg', 'calls');
}

/** What a teacher tells whoever opened it, and what it shares. */
export interface TeacherEvents {
  /** What a user should know, a line at a time. */
  readonly note: (text: string) => void;
  /** It cannot go on: calls in flight end well, all others fail with `interrupted`. */
  readonly onStop?: (error: SdgError) => void;
  /** File that takes a line of NDJSON for every try of every call. */
  readonly callLog?: string | undefined;
  /** Shared with other teachers of the run. Default: one by the flags. */
  readonly budget?: Budget | undefined;
}

/** Makes the teacher that the flags and the environment name. */
export async function openTeacher(flags: TeacherFlags, env: Environment, { note, onStop, callLog, budget }: TeacherEvents): Promise<Teacher> {
  const teacher = endpoints(flags.teacher);
  if (teacher === 'offline') for (const line of OFFLINE_NOTICE) note(line);
  if (flags['tls-insecure']) note('TLS verification is off: anybody on the way can read and change what is sent');
  const pem = (flag: 'tls-ca' | 'tls-cert' | 'tls-key') =>
    flags[flag] === undefined ? undefined : readFlagFile(flag, flags[flag]);
  const [ca, cert, key] = await Promise.all([pem('tls-ca'), pem('tls-cert'), pem('tls-key')]);
  const seconds = (value: number | undefined): number | undefined => (value === undefined ? undefined : value * 1000);
  return createTeacher({
    teacher,
    model: flags.model,
    family: flags['model-family'],
    template: await chatTemplate(flags['chat-template']),
    api: flags.api,
    apiKey: teacher === 'offline' ? undefined : await apiKey(flags, env),
    thinking: flags.thinking,
    concurrency: concurrencyOf(flags.concurrency),
    maxConcurrency: flags['max-concurrency'],
    rpm: flags.rpm,
    tpm: flags.tpm,
    budget: budget ?? budgetOf(flags),
    cacheDir: flags['no-cache'] ? undefined : cacheFolder(flags, env),
    replay: flags.replay,
    redoTruncated: flags['redo-truncated'],
    timeoutMs: seconds(flags.timeout),
    giveUpAfterMs: seconds(flags['give-up-after']),
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(flags['tls-insecure'] && { insecure: true }),
    },
    seed: flags.seed,
    onNotice: note,
    onStop,
    callLog,
  });
}
