import { open } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import { basename } from 'node:path';
import {
  type CallOptions,
  contentHash,
  counted,
  DEFAULT_SEED,
  defined,
  type Message,
  type Reply,
  SdgError,
  sumOf,
  type Teacher,
  type TeacherRequest,
} from '@sdg/core';
import { fit, generate, type Generation } from './generate.js';
import { GrowingContext } from './growing-context.js';
import { parseLlamaAddress } from './llama-address.js';
import { loadLlamaLibrary, threadsFor, type LlamaLibrary, type LlamaModel } from './llama-library.js';
import { resolveModel } from './resolve-model.js';

/** Puts messages into the form that a model was trained on. */
export type ApplyTemplate = (messages: readonly Message[]) => string;

export interface LlamaTeacherOptions {
  /** Calls at once. Default: 1 on the processor, which gains nothing by more, and 4 on a GPU; fewer where sequences disagree. */
  readonly concurrency?: 'auto' | number | undefined;
  /** Seed of requests that bring none. Default 42. */
  readonly seed?: number | undefined;
  /** Puts messages into the model's form, from the template in the file. */
  readonly compileTemplate: (source: string, tokens: { readonly bos: string; readonly eos: string }) => ApplyTemplate;
  /** In place of the template in the file. */
  readonly template?: ApplyTemplate | undefined;
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Aborted: a model that is being fetched is not waited for. */
  readonly signal?: AbortSignal | undefined;
  /** Load the model when it is first asked, not before: what the call cache answers, or a replay, needs none. Default false. */
  readonly lazy?: boolean | undefined;
  /** Bytes of memory that are free. Default: as the system says. */
  readonly freeMemory?: (() => number) | undefined;
  /** Default: node-llama-cpp, as it is installed. */
  readonly library?: LlamaLibrary | undefined;
}

/** A llama teacher knows which model it is: the name goes into the keys of the call cache. */
export interface LlamaTeacher extends Teacher {
  readonly model: string;
}

/** Sequences at once on a GPU. */
const ON_GPU = 4;
const SAMPLE_BYTES = 65_536;
/** A mark, a version, how many tensors, how many facts. */
const HEADER_BYTES = 24;
/** Versions of the form of files that are read; version 1 is read by none. */
const VERSIONS = [2, 3];
/** Seeds between an output and the one that is given when it is asked for again: more than a request has outputs. */
const AGAIN = 65_537;

const unusable = (file: string, what: string, error: unknown): SdgError =>
  new SdgError('config', `${file}: ${what}: ${(error as Error).message.split('\n')[0]}`, { cause: error });

/** A name for the very file, and its bytes: another one of the same name, of other weights, has another. */
async function identify(file: string): Promise<{ readonly id: string; readonly size: number }> {
  try {
    const handle = await open(file);
    try {
      const { size } = await handle.stat();
      const read = async (at: number): Promise<string> => {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, at);
        return buffer.subarray(0, bytesRead).toString('latin1');
      };
      const parts = [String(size), await read(0), await read(size >> 1), await read(Math.max(0, size - SAMPLE_BYTES))];
      if (!parts[1]!.startsWith('GGUF')) throw new Error('it does not begin as a GGUF file does');
      if (size < HEADER_BYTES) throw new Error('it is cut short; fetch it again');
      const version = Buffer.from(parts[1]!.slice(4, 8), 'latin1').readUInt32LE(0);
      if (!VERSIONS.includes(version)) throw new Error(`it is a GGUF file of version ${version}, and ${VERSIONS.join(' and ')} are known`);
      return { id: `${basename(file)}@${contentHash(...parts).slice(0, 8)}`, size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw unusable(file, 'no model can be read', error);
  }
}

/** What a process may still take; a Mac counts what it keeps of files as taken, so there all is counted. */
const memoryLeft = (): number => (process.platform === 'darwin' ? totalmem() : (process.availableMemory?.() ?? freemem()));
const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);

interface LoadOptions extends Pick<LlamaTeacherOptions, 'freeMemory' | 'onNotice'> {
  readonly threads: number | undefined;
}

/** Why a model did not load, in a line: what llama.cpp said of it tells more than the error of the library around it. */
function whyNot(error: unknown, said: readonly string[]): Error {
  const words = said.find((text) => text.includes('error')) ?? said[0];
  if (words !== undefined) return new Error(words.replace(/^.*?error[^:]*: /, '').trim(), { cause: error });
  return error instanceof TypeError ? new Error('it is cut short or damaged; fetch it again', { cause: error }) : (error as Error);
}

/** Loads the model, where it fits into the memory that is free. */
async function load(library: LlamaLibrary, file: string, size: number, { threads, freeMemory = memoryLeft, onNotice }: LoadOptions) {
  const said: string[] = [];
  let isLoaded = false;
  const llama = await library.getLlama({
    // Never compiled on the way: that takes minutes and tools that most do not have.
    build: 'never',
    skipDownload: true,
    gpu: 'auto',
    logLevel: 'error',
    // Else it writes to the terminal by itself.
    logger: (_level: string, text: string) => (isLoaded ? onNotice?.(`llama.cpp: ${text.trim()}`) : said.push(text)),
    progressLogs: false,
    ...(threads !== undefined && { maxThreads: threads }),
  });
  try {
    // On a GPU the library looks by itself; a processor would go on reading from the disk what the memory does not hold.
    const free = freeMemory();
    if (llama.gpu === false && size > free) {
      throw new Error(`it takes ${gigabytes(size)} GB of memory, and ${gigabytes(free)} GB are free; take a smaller quantisation`);
    }
    const model = await llama.loadModel({ modelPath: file });
    isLoaded = true;
    return { llama, model };
  } catch (error) {
    await llama.dispose();
    throw unusable(file, 'the model does not load', whyNot(error, said));
  }
}

/**
 * A teacher in this process: llama.cpp on a GGUF file. Same request, same seed, same machine, same number of threads: same
 * text, at one call at a time. It keeps no replies and obeys no budget; `aroundTeacher` of `@sdg/teacher` puts that around it.
 *
 * @throws SdgError `usage` where the library is not installed; `config` for a file that is no model, or too large for the memory;
 * what {@link resolveModel} throws
 * @example
 * const teacher = await llamaTeacher('llama:SmolLM2-135M-Instruct.Q4_1.gguf', { compileTemplate: compileChatTemplate });
 * const { choices } = await teacher.complete({ messages: [{ role: 'user', content: 'Hello' }], parameters: {} });
 */
export async function llamaTeacher(address: string, options: LlamaTeacherOptions): Promise<LlamaTeacher> {
  const { seed = DEFAULT_SEED, concurrency = 'auto', lazy = false } = options;
  const where = parseLlamaAddress(address);
  const library = options.library ?? (await loadLlamaLibrary());
  const { onNotice, signal: interrupted } = options;
  const file = where.model.startsWith('hf:') ? await resolveModel(library, where.model, { onNotice, signal: interrupted }) : where.model;
  const { id, size } = await identify(file).catch((error: unknown) => {
    // A page that a gateway gave for the model would be found there again.
    if (!where.model.startsWith('hf:')) throw error;
    throw new SdgError('config', (error as SdgError).what, { remedy: 'delete that file, and it is fetched again', cause: error });
  });
  const open = async () => {
    const { context: most } = where;
    const { llama, model } = await load(library, file, size, { threads: where.threads, onNotice, freeMemory: options.freeMemory });
    // What a GPU leaves to the processor is little, and the library knows how much.
    const threads = where.threads ?? (llama.gpu === false ? threadsFor(llama.cpuMathCores) : undefined);
    const wanted = concurrency === 'auto' ? (llama.gpu === false ? 1 : ON_GPU) : concurrency;
    const context = new GrowingContext(model, defined({ threads }), {
      ...{ wanted, most: Math.min(most ?? Infinity, model.trainContextSize) },
      onFewer: (limit) => onNotice?.(`${wanted} sequences at once do not write what one writes: ${limit} at once`),
    });
    return { llama, model, context, prompt: promptOf(model, options, file) };
  };
  let there: Awaited<ReturnType<typeof open>> | undefined;
  let opening: ReturnType<typeof open> | undefined;
  const opened = (): ReturnType<typeof open> => (opening ??= open().then((all) => (there = all)));
  if (!lazy) await (await opened()).context.reserve(1);
  /** How often an output of a request was given: asked again, it is another. */
  const given = new Map<string, number>();

  /** Outputs so far: a call with many of them takes minutes, and is an answer only when the last is there. */
  let written = 0;

  const complete = async (request: TeacherRequest, { signal, draining }: CallOptions = {}): Promise<Reply> => {
    // Nothing was paid for what is given up: a drained run need not wait for the end of an output, which can be minutes away.
    const signals = [signal, draining].filter((one) => one !== undefined);
    if (signals.some(({ aborted }) => aborted)) throw new SdgError('interrupted', 'the call was given up before it was answered');
    const { llama, model, context, prompt: textOf } = await opened();
    const text = textOf(request);
    const { parameters, n = 1, first = 0 } = request;
    const fitting = fit(model, { text, parameters, most: context.most });
    const tokens = fitting.prompt.length + fitting.most;
    const key = contentHash(String(seed), request.sampleId ?? '', request.block ?? '', text, JSON.stringify(parameters));
    const seedOf = (output: number): number => {
      // Outputs of an earlier run count: the seed hangs on the number of an output, not on how many were written before.
      const again = given.get(`${key}/${output}`) ?? 0;
      given.set(`${key}/${output}`, again + 1);
      return Number.parseInt(key.slice(0, 7), 16) + output + again * AGAIN;
    };
    const startedAt = performance.now();
    const ends = await Promise.allSettled(
      Array.from({ length: n }, (_, i) =>
        context.use(tokens, async (sequence) => {
          const seed = parameters.seed === undefined ? seedOf(first + i) : parameters.seed + i;
          const made = await generate({ library, llama, model, sequence, ...fitting, parameters, seed, signals });
          written++;
          return made;
        }),
      ),
    );
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    const all = ends.map((end) => (end as PromiseFulfilledResult<Generation>).value);
    return {
      choices: all.map(({ choice }) => choice),
      model: id,
      usage: {
        promptTokens: sumOf(all, ({ promptTokens }) => promptTokens),
        completionTokens: sumOf(all, ({ tokens }) => tokens),
      },
      timing: { queuedMs: 0, serviceMs: performance.now() - startedAt },
    };
  };

  let closing: Promise<void> | undefined;
  return {
    name: `llama:${basename(file)}`,
    model: id,
    complete,
    // Until the model is there, what it takes on any machine.
    state: () => ({
      inFlight: there?.context.inFlight ?? 0,
      queued: there?.context.queued ?? 0,
      limit: there?.context.limit ?? (concurrency === 'auto' ? 1 : concurrency),
      ...(written > 0 && { phase: `${counted(written, 'output')} written` }),
    }),
    close: () =>
      (closing ??= (async () => {
        // One that did not open has let go of all by itself.
        const { context, llama } = (await opening?.catch(() => undefined)) ?? {};
        await context?.close();
        await llama?.dispose();
      })()),
  };
}

/** The text that goes to the model: a prompt as it is, messages by the chat template. */
function promptOf(
  model: LlamaModel,
  { template, compileTemplate }: LlamaTeacherOptions,
  file: string,
): (request: TeacherRequest) => string {
  const source = model.fileInfo.metadata.tokenizer?.chat_template;
  const { bosString, eosString } = model.tokens;
  const chat = template ?? (source === undefined ? undefined : compileTemplate(source, { bos: bosString ?? '', eos: eosString ?? '' }));
  return ({ prompt, messages = [] }) => {
    if (prompt !== undefined) return prompt;
    if (chat) return chat(messages);
    throw new SdgError('config', `${file} has no chat template`, { remedy: 'pass --chat-template FILE, or a model made for chat' });
  };
}
