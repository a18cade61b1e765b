import { defined } from '@sdg/values';
import {
  isReply,
  lineageOf,
  type BlockRef,
  type CallFailure,
  type Observer,
  type Reply,
  type Sample,
  type TeacherRequest,
} from '@sdg/core';
import type { OtelContext, OtelLibrary, OtelSpan, OtelTracer } from './otel-library.js';

/** Seeds that are traced where nobody says how many: the first, then one in so many. */
const FIRST = 100;
const ONE_IN = 100;
/** Milliseconds after which a seed of which nothing is in a block counts as over. */
const IDLE_MS = 30_000;
/** Seeds under way at most. */
const MOST_OPEN = 5000;
/** Kind and status as the API of OpenTelemetry numbers them. */
const CLIENT = 2;
const ERROR = 2;

interface Seed {
  readonly id: string;
  /** Undefined: another machine has it. */
  readonly span: OtelSpan | undefined;
  readonly context: OtelContext;
  /** Lineage ids of its samples. */
  readonly samples: Set<string>;
  /** Samples of it that are in a block. */
  inside: number;
  last: number;
}

/**
 * Which seeds are traced, by the standard variables; by a hash of the seed, so the same ones everywhere and every time.
 *
 * @returns a share from 0 to 1; undefined: the first few, and a small share of the rest
 */
export function sampledShare(env: Readonly<Record<string, string | undefined>>): number | undefined {
  const sampler = env['OTEL_TRACES_SAMPLER']?.trim();
  if (!sampler) return undefined;
  if (sampler.endsWith('always_off')) return 0;
  const share = Number(env['OTEL_TRACES_SAMPLER_ARG'] ?? 1);
  return sampler.endsWith('traceidratio') && share >= 0 && share <= 1 ? share : 1;
}

/** The sample that a request is for; one that is asked again says so behind it. */
const askedFor = (sampleId = ''): string => sampleId.replace(/\/again\.\d+$/, '');

const operationOf = ({ messages }: TeacherRequest): string => (messages ? 'chat' : 'text_completion');

const hashShare = (id: string): number => parseInt(id.slice(0, 8), 16) / 2 ** 32;

/**
 * Makes spans of what an observer is told: one for the run; for each seed that is traced one of a trace of its own, with a
 * link to the run; in it one for each call, with its tries as events. All have the lineage ids by which rows are found.
 */
export class TraceSpans {
  readonly #tracer: OtelTracer;
  #run: OtelSpan | undefined;
  readonly #seeds = new Map<string, Seed>();
  readonly #first = new Set<string>();
  /** Contexts of seeds that were begun elsewhere. */
  readonly #given = new Map<string, OtelContext>();
  readonly #bySample = new Map<string, Seed>();
  /** Calls under way, by block, sample and number; and the last of each block and sample, for its tries. */
  readonly #calls = new Map<string, OtelSpan>();
  readonly #trying = new Map<string, OtelSpan>();

  constructor(
    readonly otel: OtelLibrary,
    readonly name: string,
    readonly share: number | undefined,
  ) {
    this.#tracer = otel.api.trace.getTracer('sdg');
    this.#run = share === 0 ? undefined : this.#tracer.startSpan(name, {}, otel.api.ROOT_CONTEXT);
  }

  readonly observer: Observer = {
    sampleEntered: (_block, sample) => this.#entered(sample),
    sampleMade: (_block, sample, more) => this.#moved(sample, more),
    sampleSettled: (_block, sample, parent) => {
      const seed = this.#moved(parent, -1);
      if (seed) this.#know(seed, lineageOf(sample).id);
    },
    sampleDropped: (_block, sample) => void this.#moved(sample, -1),
    callBegan: (block, call, request) => this.#callBegan(block, call, request),
    callEnded: (block, call, request, end) => this.#callEnded(block, call, request, end),
    tryEnded: ({ block, sample, purpose, model, at, server, outcome, serviceMs, queuedMs }) => {
      if (purpose !== undefined) return;
      const span = this.#trying.get(`${block} ${askedFor(sample)}`);
      const words = { 'server.address': server, 'sdg.outcome': outcome, 'sdg.service_ms': serviceMs, 'sdg.queued_ms': queuedMs };
      span?.addEvent('try', words, at);
      // A teacher's own model is known when it is asked.
      if (model !== undefined) span?.setAttributes({ 'gen_ai.request.model': model });
    },
    runEnded: ({ reason, written, failure }) => {
      this.#run?.setAttributes({ 'sdg.end': reason, 'sdg.written': written });
      if (failure) this.#run?.setStatus({ code: ERROR, message: failure.message }).setAttributes({ 'error.type': failure.code });
      this.close();
    },
  };

  /** Ends what is under way. */
  close(): void {
    for (const seed of this.#seeds.values()) this.#end(seed);
    this.#run?.end();
    this.#run = undefined;
  }

  #isTraced(root: string): boolean {
    // Where others begin traces they choose which.
    if (this.#given.size > 0) return false;
    if (this.share !== undefined) return hashShare(root) < this.share;
    if (this.#first.has(root) || this.#first.size < FIRST) return this.#first.add(root).has(root);
    return hashShare(root) < 1 / ONE_IN;
  }

  #entered(sample: Sample): void {
    const { root, id } = lineageOf(sample);
    const seed = this.#seeds.get(root) ?? this.#begin(sample);
    if (!seed) return;
    this.#know(seed, id);
    seed.inside++;
    seed.last = Date.now();
  }

  /** Begins the trace of a seed, or takes it up from where it was begun; undefined: it is not traced. */
  #begin(sample: Sample): Seed | undefined {
    const { root, origin = {} } = lineageOf(sample);
    const given = this.#given.get(root);
    if (!given && !this.#isTraced(root)) return undefined;
    this.#endIdle();
    const { leaf, file, line } = origin;
    const span = given
      ? undefined
      : this.#tracer.startSpan(
          'seed',
          {
            attributes: {
              'sdg.seed.id': root,
              ...defined({ 'sdg.leaf': leaf, 'sdg.seed.file': file, 'sdg.seed.line': line }),
            },
            ...(this.#run && { links: [{ context: this.#run.spanContext() }] }),
          },
          this.otel.api.ROOT_CONTEXT,
        );
    const context = given ?? this.otel.api.trace.setSpan(this.otel.api.ROOT_CONTEXT, span!);
    const seed: Seed = { id: root, span, context, samples: new Set(), inside: 0, last: Date.now() };
    this.#seeds.set(root, seed);
    return seed;
  }

  /** The trace of a seed that others work on, begun where there is none, in the spelling of W3C Trace Context. */
  traceparentOf(sample: Sample): string | undefined {
    const { root } = lineageOf(sample);
    let seed = this.#seeds.get(root);
    if (!seed) {
      seed = this.#begin(sample);
      // Under way until somebody says that it is over.
      if (seed) seed.inside++;
    }
    if (!seed?.span) return undefined;
    this.#know(seed, lineageOf(sample).id);
    const { traceId, spanId } = seed.span.spanContext();
    return `00-${traceId}-${spanId}-01`;
  }

  /** Nothing of a seed is under way any more. */
  over(root: string): void {
    const seed = this.#seeds.get(root);
    if (!seed) return;
    seed.last = Date.now();
    this.#end(seed);
  }

  /** A seed whose trace was begun elsewhere: calls for it belong there. */
  adopt(root: string, traceparent: string): void {
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent) ?? [];
    if (!traceId || !spanId || this.share === 0) return;
    if (this.#given.size >= MOST_OPEN) this.#given.delete(this.#given.keys().next().value!);
    const spanContext = { traceId, spanId, traceFlags: 1, isRemote: true };
    this.#given.set(root, this.otel.api.trace.setSpanContext(this.otel.api.ROOT_CONTEXT, spanContext));
  }

  #know(seed: Seed, sample: string): void {
    seed.samples.add(sample);
    this.#bySample.set(sample, seed);
  }

  #moved(sample: Sample, by: number): Seed | undefined {
    const seed = this.#seeds.get(lineageOf(sample).root);
    if (!seed) return undefined;
    seed.inside += by;
    seed.last = Date.now();
    return seed;
  }

  /** Ends the oldest seeds of which nothing is under way any more. */
  #endIdle(): void {
    const now = Date.now();
    for (const seed of this.#seeds.values()) {
      const isOver = seed.inside <= 0 && now - seed.last > IDLE_MS;
      if (!isOver && this.#seeds.size < MOST_OPEN) return;
      this.#end(seed);
    }
  }

  #end(seed: Seed): void {
    this.#seeds.delete(seed.id);
    for (const sample of seed.samples) this.#bySample.delete(sample);
    seed.span?.setAttributes({ 'sdg.samples': seed.samples.size }).end(seed.last);
  }

  #callBegan({ name }: BlockRef, call: number, request: TeacherRequest): void {
    const sample = askedFor(request.sampleId);
    const seed = this.#bySample.get(sample);
    if (!seed) return;
    const { model = '', n = 1, parameters } = request;
    const operation = operationOf(request);
    const span = this.#tracer.startSpan(
      `${operation} ${model}`.trim(),
      {
        kind: CLIENT,
        attributes: {
          ...{ 'gen_ai.operation.name': operation, 'gen_ai.provider.name': 'openai' },
          ...(model && { 'gen_ai.request.model': model }),
          ...{ 'gen_ai.request.choice.count': n, 'sdg.block': name, 'sdg.sample.id': sample, 'sdg.seed.id': seed.id },
          ...defined({ 'gen_ai.request.temperature': parameters.temperature, 'gen_ai.request.max_tokens': parameters.max_tokens }),
        },
      },
      seed.context,
    );
    this.#calls.set(`${name} ${request.sampleId} ${call}`, span);
    this.#trying.set(`${name} ${sample}`, span);
  }

  #callEnded({ name }: BlockRef, call: number, request: TeacherRequest, end: Reply | CallFailure): void {
    const key = `${name} ${request.sampleId} ${call}`;
    const span = this.#calls.get(key);
    if (!span) return;
    this.#calls.delete(key);
    this.#trying.delete(`${name} ${askedFor(request.sampleId)}`);
    if (isReply(end)) {
      if (!request.model) span.updateName(`${operationOf(request)} ${end.model}`);
      span.setAttributes({
        ...{ 'gen_ai.response.model': end.model, 'sdg.cached': end.cached === true },
        ...{ 'gen_ai.usage.input_tokens': end.usage.promptTokens, 'gen_ai.usage.output_tokens': end.usage.completionTokens },
        'gen_ai.response.finish_reasons': end.choices.map(({ finishReason }) => finishReason ?? ''),
      });
    } else span.setAttributes({ 'error.type': end.code }).setStatus({ code: ERROR, message: end.message });
    span.end();
  }
}
