import { counted, schemeOf, SdgError, type Choice, type Reply, type TeacherRequest } from '@sdg/core';
import { openTeacher, teacherOptions, type Environment, type TeacherSpec } from '@sdg/session';
import { familyOf, httpTeacher, listed, splitterOf, type HttpTeacher, type ServedModel } from '@sdg/teacher';
import { bad, doubtful, good, type Diagnosis } from './diagnosis.js';

const QUESTION = 'Name the capital of France. Answer with one word.';
/** Enough for an answer after some thinking. */
const TOKENS = 256;
/** Below this a prompt with a chunk of a document and an answer of the usual length do not fit. */
const LEAST_CONTEXT = 4096;
/** Milliseconds for the one call. */
const PATIENCE_MS = 120_000;

/** Below this an evening is too short for a run, whatever else is well: a model on a processor, or a server that is full. */
const LEAST_TOKENS_A_SECOND = 3;

const ADDRESS = 'check the address: it is the base of the API, such as http://host:8000/v1';

/** What went wrong. Nobody makes a call again here, as a run would: that is left to whoever asked. */
function reasonOf(error: unknown): { readonly found: string; readonly remedy: string } {
  if (!(error instanceof SdgError)) return { found: (error as Error).message, remedy: 'see what the server logs' };
  const isBusy = error.isRetryable && error.code !== 'teacher-unreachable';
  return {
    found: error.what,
    remedy: isBusy
      ? 'look into the log of the server, and try again'
      : (error.remedy ?? 'see what the server logs').replace(/^the call is made again; if it goes on, /, ''),
  };
}

/** A page of the web where an API should be; undefined where there is none, or nobody knows. */
async function pageFound(teacher: HttpTeacher, signal: AbortSignal): Promise<Diagnosis | undefined> {
  const parameters = { max_tokens: 1 };
  const asked = teacher.complete({ model: 'none', parameters, messages: [{ role: 'user', content: QUESTION }] }, { signal });
  const error: unknown = await asked.then(() => undefined).catch((failure: unknown) => failure);
  return error instanceof SdgError && error.code === 'teacher-reply' ? bad('server', error.what, ADDRESS) : undefined;
}

/** The model to ask for: the one named, else the only one, of names of the same model the first. */
function modelOf(spec: TeacherSpec, served: readonly ServedModel[]): ServedModel | Diagnosis {
  const ids = served.map(({ id }) => id);
  if (spec.model !== undefined) {
    const found = served.find(({ id }) => id === spec.model);
    if (found || served.length === 0) return found ?? { id: spec.model };
    return bad('model', `"${spec.model}" is not served`, `pass --model with one of ${listed(ids)}`);
  }
  const [first] = served;
  if (first && new Set(served.map(({ id, root }) => root ?? id)).size === 1) return first;
  return bad(
    'model',
    first ? `${ids.length} models are served, and none is named` : 'the server does not say what it serves, and no model is named',
    `pass --model${first ? ` with one of ${listed(ids)}` : ' ID'}`,
  );
}

function contextOf({ contextLength }: ServedModel): Diagnosis {
  if (contextLength === undefined) return good('context', 'the server does not say how long it is');
  const found = `${contextLength} tokens`;
  return contextLength < LEAST_CONTEXT
    ? doubtful('context', found, `start the server with ${LEAST_CONTEXT} or more, or cut documents smaller: sdg-read --chunk-tokens`)
    : good('context', found);
}

/** What an answer without words told. */
function noAnswer(choice: Choice | undefined): Diagnosis {
  if (choice?.finishReason === 'length') {
    return doubtful('answer', `none within ${TOKENS} tokens`, 'raise max_tokens of the blocks, and see whether it should think');
  }
  const found = choice?.refusal === undefined ? 'none: it wrote nothing' : 'none: it refused a plain question';
  return doubtful('answer', found, 'check --model, --api and --model-family');
}

/** What the one call told: its speed, and whether the model thinks before it answers. */
function callFindings(reply: Reply, ms: number, spec: TeacherSpec): Diagnosis[] {
  const choice = reply.choices[0];
  const split = splitterOf(spec.thinking === 'off' ? undefined : spec.thinking)(choice?.text ?? '');
  const reasoning = choice?.reasoning ?? split.reasoning;
  const text = split.answer.trim();
  const { completionTokens } = reply.usage;
  const rate = completionTokens / (ms / 1000);
  const speed = `${counted(completionTokens, 'token')} in ${(ms / 1000).toFixed(1)} s, ${rate.toFixed(1)} a second`;
  const answered = text === '' ? noAnswer(choice) : good('answer', JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text));
  return [
    rate < LEAST_TOKENS_A_SECOND
      ? doubtful('speed', speed, 'see what else the server does and what it runs on, and what sdg-run --plan says of the time')
      : good('speed', speed),
    answered,
    good('reasoning', reasoning ? 'it thinks first: the thinking is kept apart from the answer, and paid for' : 'none seen in this answer'),
  ];
}

/** The chat template that a server without a chat API needs; nothing where it needs none, or has one. */
function templateFindings(model: string, hasChat: boolean, spec: TeacherSpec): Diagnosis[] {
  const isKnown = familyOf(model) !== undefined || spec.modelFamily !== undefined || spec.chatTemplate !== undefined;
  if (hasChat || isKnown) return [];
  const remedy = 'pass --model-family or --chat-template, or use a server with the chat API';
  return [doubtful('template', `none is known for "${model}"`, remedy)];
}

/** One small question, and what the answer tells. */
async function tryCall(
  teacher: HttpTeacher,
  model: string,
  isChat: boolean,
  spec: TeacherSpec,
  signal: AbortSignal,
): Promise<readonly Diagnosis[]> {
  const request = {
    ...{ model, parameters: { max_tokens: TOKENS, temperature: 0 } },
    ...(isChat ? { messages: [{ role: 'user', content: QUESTION }] } : { prompt: QUESTION }),
  } as TeacherRequest;
  try {
    const reply = await teacher.complete(request, { signal });
    return callFindings(reply, reply.timing?.serviceMs ?? 0, spec);
  } catch (error) {
    const { found, remedy } = reasonOf(error);
    return [bad('call', found, remedy)];
  }
}

/** Neither API was found; `error` is what an attempt to ask for one has met: then nobody knows whether it is there. */
function noApi(error: unknown): Diagnosis {
  if (error === undefined) return bad('API', 'neither chat nor completions answers', ADDRESS);
  const { found, remedy } = reasonOf(error);
  return bad('API', `it lists its models, and does not say which APIs it has: ${found}`, remedy);
}

/** Which APIs answer, in words, and what an attempt to ask has met. */
async function apisOf(teacher: HttpTeacher, signal: AbortSignal): Promise<{ hasChat: boolean; apis: string; error: unknown }> {
  const asked = await Promise.allSettled([teacher.hasChat(signal), teacher.hasCompletions(signal)]);
  const [hasChat = false, hasCompletions = false] = asked.map((end) => end.status === 'fulfilled' && end.value);
  return {
    hasChat,
    apis: [hasChat && 'chat', hasCompletions && 'completions'].filter(Boolean).join(' and '),
    error: asked.find((end) => end.status === 'rejected')?.reason,
  };
}

async function diagnoseServer(teacher: HttpTeacher, spec: TeacherSpec, signal: AbortSignal, isCalling: boolean): Promise<Diagnosis[]> {
  let served: readonly ServedModel[];
  try {
    served = await teacher.models(signal);
  } catch (error) {
    const { found, remedy } = reasonOf(error);
    return [bad('server', found, remedy)];
  }
  const names = served.map(({ id }) => id);
  const told: Diagnosis[] = [
    good('server', `${teacher.name} answers`),
    good('models', names.length > 0 ? listed(names) : 'the server lists none'),
  ];
  const page = names.length === 0 && spec.model === undefined && isCalling ? await pageFound(teacher, signal) : undefined;
  if (page) return [page];
  const model = modelOf(spec, served);
  // Where no model is listed, it may be no such server at all.
  if ('state' in model && names.length > 0) return [...told, model];
  const { hasChat, apis, error } = await apisOf(teacher, signal);
  if (apis === '') return [...told, noApi(error)];
  if ('state' in model) return [...told, model];
  told.push(good('API', apis), contextOf(model), ...templateFindings(model.id, hasChat, spec));
  if (!isCalling) return told;
  return [...told, ...(await tryCall(teacher, model.id, hasChat && spec.api !== 'completions', spec, signal))];
}

/** An address that none of ours is: a plug-in's, or a slip of the pen. It may hold a password. */
function ofPlugin(address: string): Diagnosis {
  const scheme = schemeOf(address);
  if (scheme !== '' && address.includes(':')) return doubtful('teacher', `${scheme}: is none of ours`, 'it takes --plugin FILE in the run');
  return bad('teacher', `${/[@?]/.test(address) ? 'what is named' : `"${address}"`} is no URL`, `${ADDRESS}, or offline`);
}

/** A model in this process: whether the library and the file are there. It is not loaded, and none is fetched. */
async function diagnoseModel(spec: TeacherSpec, env: Environment): Promise<Diagnosis> {
  if (/^llama:hf:/i.test(spec.teacher!)) return good('teacher', 'llama:hf: fetched with the run, where it is not there');
  try {
    const teacher = await openTeacher({ ...spec, noCache: true, replay: false }, { env });
    await teacher.close?.();
    return good('teacher', `${teacher.name}: library and file are there`);
  } catch (error) {
    const { found, remedy } = reasonOf(error);
    return bad('teacher', found, error instanceof SdgError && error.remedy === undefined ? 'name a GGUF file: llama:FILE.gguf' : remedy);
  }
}

/** Every server of the spec: whether it is there, what it serves, and how it answers one small question. */
export async function diagnoseTeacher(
  spec: TeacherSpec,
  env: Environment,
  signal: AbortSignal,
  isCalling: boolean,
): Promise<readonly Diagnosis[]> {
  const address = spec.teacher ?? 'offline';
  if (address === 'offline') {
    const remedy = 'for training data pass --teacher URL, or set SDG_TEACHER (vLLM, llama.cpp, Ollama, any OpenAI-compatible server)';
    return [doubtful('teacher', 'the offline one, which is no model', remedy)];
  }
  if (/^llama:/i.test(address)) return [await diagnoseModel(spec, env)];
  if (!/^https?:/i.test(address)) return [ofPlugin(address)];
  const { apiKey, headers, tls } = await teacherOptions(spec, { env });
  const found: Diagnosis[] = [];
  for (const url of address.split(',').map((part) => part.trim())) {
    const timeoutMs = Math.min(PATIENCE_MS, (spec.timeout ?? Infinity) * 1000);
    const teacher = httpTeacher({ url, apiKey, headers, tls, env, timeoutMs });
    try {
      found.push(...(await diagnoseServer(teacher, spec, signal, isCalling)));
    } finally {
      await teacher.close?.();
    }
  }
  return found;
}
