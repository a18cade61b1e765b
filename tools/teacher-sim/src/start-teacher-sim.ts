import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { contentHash, DEFAULT_SEED, type Message, Random, type TeacherRequest } from '@sdg/core';
import { Batch, type BatchOptions } from './batch.js';
import { answer, type AnswerFunction, type Answers } from './answers.js';
import { faultKinds, faultOf, isAnswered, type FaultKind, type FaultRule } from './faults.js';
import { drawLatency, type Latency } from './latency.js';
import { replyBody, requestsOf } from './completions-api.js';
import { sendError, sendFault, sendJson, type FaultSettings } from './send-fault.js';
import { serveHttp } from './serve-http.js';
import { Slots } from './slots.js';
import { tellLoad, type ServerKind } from './tell-load.js';

export interface TeacherSimOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Calls worked on at once. Default 32. */
  readonly slots?: number;
  /** Beyond the slots: `queue` (default), as vLLM does, or `reject` with 429. */
  readonly overload?: 'queue' | 'reject';
  /** Default: none. */
  readonly latency?: Latency;
  /** Default `offline`. */
  readonly answers?: Answers | AnswerFunction;
  readonly faults?: readonly FaultRule[];
  /** Ids of `GET /v1/models`; requests for others get 404. Default `sim`. */
  readonly models?: readonly string[];
  /** What owns the models: `vllm` (default), whose completions take prompts as they are, or `library` as Ollama says. */
  readonly ownedBy?: string;
  /** Required key. Default: none. */
  readonly apiKey?: string;
  /** Most choices of one reply, whatever `n` says. */
  readonly maxChoices?: number;
  /** Answer `/completions` with 404. */
  readonly chatOnly?: boolean;
  /** Seconds in Retry-After. Default 1. */
  readonly retryAfter?: number;
  /** Milliseconds that a slow body takes. Default 200. */
  readonly slowMs?: number;
  /** Megabytes of a huge reply. Default 200. */
  readonly hugeMegabytes?: number;
  /** Seed of latencies, faults and answers. Default 42. */
  readonly seed?: number;
  /** Work in a batch, as vLLM does, in place of slots and latency: prompts of 800 tokens, outputs lognormal around 300 (sigma 0.6). */
  readonly batch?: BatchOptions & { readonly promptTokens?: number; readonly outputTokens?: number; readonly sigma?: number };
  /** Tell what can be taken on the pages of this server. Default: no such page. */
  readonly tells?: ServerKind;
  /** Told, when a slot begins to work on a call, how many milliseconds were drawn for it. Not without `latency`. */
  readonly onService?: (ms: number) => void;
}

/** What `GET /stats` says. */
export interface TeacherSimStats {
  /** Requests for outputs, whatever became of them. */
  readonly calls: number;
  /** Calls answered whole and with status 200. */
  readonly answered: number;
  /** Different requests among the calls. */
  readonly distinct: number;
  /** Answers to what had been answered before: paid twice. One that a fault meets is asked for again, and counts once. */
  readonly repeated: number;
  /** Calls turned away because all slots were busy. */
  readonly turnedAway: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  readonly slots: number;
  readonly inFlight: number;
  /** Most calls open at once, waiting or worked on. */
  readonly greatestInFlight: number;
  readonly busySlotSeconds: number;
  /** From the first call's arrival to the last one's end. */
  readonly wallSeconds: number;
  /** Busy slot-seconds ÷ (slots × wall). */
  readonly busyShare: number;
}

export interface TeacherSim {
  /** Base URL, ending in `/v1`. */
  readonly url: string;
  stats(): TeacherSimStats;
  /** Changes the number of slots in mid-run. */
  setSlots(count: number): void;
  setFaults(faults: readonly FaultRule[]): void;
  close(): Promise<void>;
}

const isSpared = (kind: FaultKind, { messages, ...body }: Readonly<Record<string, unknown>>): boolean =>
  (kind === 'no-max-tokens' && body['max_tokens'] === undefined) ||
  (kind === 'no-temperature' && body['temperature'] === undefined) ||
  (kind === 'no-system' && !((messages ?? []) as readonly Message[]).some(({ role }) => role === 'system'));

/**
 * Starts an OpenAI-compatible server with so many slots, latencies and faults, all seeded. Its answers are the offline
 * teacher's.
 */
export async function startTeacherSim(options: TeacherSimOptions = {}): Promise<TeacherSim> {
  const { port = 0, host = '127.0.0.1', models = ['sim'], seed = DEFAULT_SEED, latency, answers = 'offline', apiKey } = options;
  const settings: FaultSettings = { retryAfter: 1, slowMs: 200, hugeMegabytes: 200, ...options };
  const whenBusy = options.retryAfter === undefined ? {} : { 'retry-after': String(options.retryAfter) };
  const batch = options.batch && new Batch(options.batch);
  // A batch has its own queue.
  const slots = new Slots(batch ? Infinity : (options.slots ?? 32), options.overload === 'reject');
  let rules = options.faults ?? [];
  const attempts = new Map<string, { made: number; answered: boolean }>();
  const faults: Partial<Record<FaultKind, number>> = {};
  const count = { calls: 0, answered: 0, repeated: 0, turnedAway: 0, inFlight: 0, greatestInFlight: 0 };
  let firstAt = 0;
  let lastAt = 0;

  const stats = (): TeacherSimStats => {
    const wallSeconds = Math.max(0, lastAt - firstAt) / 1000;
    const busySlotSeconds = slots.busySeconds;
    return {
      ...count,
      distinct: attempts.size,
      faults: { ...faults },
      slots: slots.count,
      busySlotSeconds,
      wallSeconds,
      busyShare: wallSeconds === 0 ? 0 : busySlotSeconds / (slots.count * wallSeconds),
    };
  };

  /** The requests in the body of a call; undefined where it has been answered that there are none. */
  function requestsIn(path: string, raw: string, response: ServerResponse) {
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(raw) as Record<string, unknown>;
    } catch {
      return sendError(response, 400, 'the body is not JSON');
    }
    const requests = requestsOf(path, body);
    if (!requests) return sendError(response, 400, 'model, and prompt or messages, are required');
    const model = requests[0]!.model!;
    if (!models.includes(model)) return sendError(response, 404, `The model \`${model}\` does not exist.`);
    return { body, requests };
  }

  /** Takes the time that a call takes. */
  async function serve(key: string, attempt: number): Promise<void> {
    if (batch) {
      const { promptTokens = 800, outputTokens = 300, sigma = 0.6 } = options.batch!;
      const lengths = { kind: 'lognormal', meanMs: outputTokens, sigma } as const;
      await batch.work(promptTokens, drawLatency(lengths, new Random('output', seed, key, attempt)));
    } else if (latency) {
      const ms = drawLatency(latency, new Random('latency', seed, key, attempt));
      options.onService?.(ms);
      await sleep(ms);
    }
  }

  /** The fault that strikes a call, if any. */
  function strike(body: Readonly<Record<string, unknown>>, call: Parameters<typeof faultOf>[2]): FaultKind | undefined {
    const struck = faultOf(rules, seed, call);
    // A refusal for a parameter befalls only those who send it.
    if (struck === undefined || isSpared(struck, body)) return undefined;
    if (struck === 'stream-only' && body['stream'] === true) return 'stream';
    faults[struck] = (faults[struck] ?? 0) + 1;
    return struck;
  }

  /** Answers a call, or breaks it, once it has a slot. */
  async function answerCall(
    requests: readonly TeacherRequest[],
    { key, attempt, fault }: { readonly key: string; readonly attempt: number; readonly fault: FaultKind | undefined },
    response: ServerResponse,
  ): Promise<boolean> {
    if (response.destroyed) return false;
    await serve(key, attempt);
    if (fault === 'hang') {
      await sendFault(fault, response, {}, settings);
      return false;
    }
    const texts = requests.map((request) => answer(answers, request, seed, key).slice(0, options.maxChoices));
    const reply = replyBody(requests, texts, key.slice(0, 12), fault);
    if (fault) await sendFault(fault, response, reply, settings);
    else sendJson(response, 200, reply);
    return fault === undefined || isAnswered(fault);
  }

  async function generate(path: string, raw: string, response: ServerResponse, isSecondTry: boolean): Promise<void> {
    const call = requestsIn(path, raw, response);
    if (!call) return;
    const key = contentHash(path, raw);
    const record = attempts.get(key) ?? { made: 0, answered: false };
    attempts.set(key, record);
    const attempt = record.made++;
    const number = count.calls++;
    if (number === 0) firstAt = performance.now();
    count.greatestInFlight = Math.max(count.greatestInFlight, ++count.inFlight);
    try {
      const fault = strike(call.body, { number, request: key, attempt });
      if (fault === 'redirect' && !isSecondTry) return void response.writeHead(308, { location: `${path}?again` }).end();
      if (fault && fault !== 'redirect' && faultKinds[fault].at === 'door') return await sendFault(fault, response, {}, settings);
      if (slots.isFull) {
        count.turnedAway++;
        return sendError(response, 429, 'all slots are busy', whenBusy);
      }
      await slots.take();
      try {
        if (await answerCall(call.requests, { key, attempt, fault }, response)) {
          count.answered++;
          if (record.answered) count.repeated++;
          record.answered = true;
        }
      } finally {
        slots.release();
      }
    } finally {
      count.inFlight--;
      lastAt = performance.now();
    }
  }

  const served = models.map((id) => ({ id, object: 'model', owned_by: options.ownedBy ?? 'vllm' }));
  const generating = ['/v1/chat/completions', ...(options.chatOnly ? [] : ['/v1/completions'])];
  const isLetIn = ({ headers }: IncomingMessage): boolean => apiKey === undefined || headers.authorization === `Bearer ${apiKey}`;
  /** What it tells of its load at a path, in the way of the server it plays. */
  const loadPage = (path: string): string | undefined =>
    options.tells === undefined
      ? undefined
      : tellLoad(options.tells, path, { slots: slots.count, running: slots.busy, waiting: slots.waiting, ...batch?.load });

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await text(request);
    const { method = '', url = '' } = request;
    const path = url.split('?')[0]!;
    if (path === '/stats') return sendJson(response, 200, stats());
    if (!isLetIn(request)) return sendError(response, 401, 'the API key is not valid');
    const page = method === 'GET' ? loadPage(path) : undefined;
    if (page !== undefined) return void response.end(page);
    if (path === '/v1/models') return sendJson(response, 200, { object: 'list', data: served });
    if (method === 'POST' && generating.includes(path)) return generate(path, raw, response, url.endsWith('?again'));
    sendError(response, 404, `no ${method} ${path} here`);
  }

  const { origin, close } = await serveHttp(route, { port, host });
  return {
    url: `${origin}/v1`,
    stats,
    setSlots: (slotCount) => (slots.count = slotCount),
    setFaults: (faultRules) => (rules = faultRules),
    close,
  };
}
