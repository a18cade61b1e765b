import { sumOf } from '@sdg/values';
import type { BlockAccount, CallRecord, Ledger, Observer } from '@sdg/core';
import type { Snapshot } from '@sdg/session';
import { Histogram, prometheusName, seriesLine, type Labels } from './histogram.js';

/** Upper bounds as the semantic conventions for generative AI of OpenTelemetry advise: powers of two, and of four. */
const SECONDS = Array.from({ length: 14 }, (_, i) => 2 ** i / 100);
const TOKENS = Array.from({ length: 14 }, (_, i) => 4 ** i);

type Point = readonly [labels: Labels, value: number];

/** A metric of a run, read when somebody asks. */
interface Family {
  /** In the spelling of OpenTelemetry. */
  readonly name: string;
  readonly type: 'counter' | 'gauge';
  /** In the spelling of UCUM; Prometheus has it in the name. */
  readonly unit?: string;
  readonly help: string;
  readonly points: readonly Point[];
}

/** What is measured at each request, and with which bounds. */
export const MEASURES = {
  duration: { name: 'gen_ai.client.operation.duration', unit: 's', help: 'Duration of requests to a teacher.', bounds: SECONDS },
  tokens: { name: 'gen_ai.client.token.usage', unit: '{token}', help: 'Tokens of a request and of its outputs.', bounds: TOKENS },
} as const;

export type Measure = keyof typeof MEASURES;

/** What metrics are made of besides the accounts. */
export type Standing = Pick<Snapshot, 'inFlight' | 'queued' | 'limit' | 'silences' | 'seconds' | 'written'>;

const FATES = ['in', 'made', 'out', 'filtered', 'deduplicated', 'unfinished'] as const;

function samplePoints(account: BlockAccount): Point[] {
  const { block, rejected } = account;
  const sum = sumOf(Object.values(rejected));
  return [...FATES.map((fate): Point => [{ block, fate }, account[fate]]), [{ block, fate: 'rejected' }, sum]];
}

/**
 * The metrics of a run as they stand.
 *
 * @example for (const { name, points } of familiesOf(run.ledger, snapshot)) console.log(name, points);
 */
export function familiesOf(ledger: Ledger, now: Standing): Family[] {
  const accounts = ledger.toJSON();
  const points = (of: (account: BlockAccount) => Point[]): Point[] => accounts.flatMap(of);
  return [
    { name: 'sdg.samples', type: 'counter', help: 'Samples by block and fate.', points: points(samplePoints) },
    {
      ...{ name: 'sdg.rejected', type: 'counter', help: 'Rejected samples by block and reason.' },
      points: points(({ block, rejected }) => Object.entries(rejected).map(([reason, count]) => [{ block, reason }, count])),
    },
    { name: 'sdg.written', type: 'counter', help: 'Samples that were written.', points: [[{}, now.written]] },
    {
      ...{ name: 'sdg.calls', type: 'counter', help: 'Calls answered, by the teacher or the cache.' },
      points: points(({ block, calls, cachedCalls }) => [
        [{ block, source: 'teacher' }, calls - cachedCalls],
        [{ block, source: 'cache' }, cachedCalls],
      ]),
    },
    {
      ...{ name: 'sdg.tokens', type: 'counter', help: 'Tokens of all answered calls, those from the cache included.' },
      points: points(({ block, promptTokens, completionTokens }) => [
        [{ block, type: 'input' }, promptTokens],
        [{ block, type: 'output' }, completionTokens],
      ]),
    },
    { name: 'sdg.calls.in_flight', type: 'gauge', help: 'Calls in flight.', points: [[{}, now.inFlight]] },
    { name: 'sdg.calls.queued', type: 'gauge', help: 'Calls that wait for a slot.', points: [[{}, now.queued]] },
    { name: 'sdg.calls.limit', type: 'gauge', help: 'Slots: calls that may be in flight.', points: [[{}, now.limit]] },
    {
      ...{ name: 'sdg.server.silence', type: 'gauge', unit: 's', help: 'How long a server that was asked has said nothing.' },
      points: now.silences.map(({ server, seconds }) => [{ server }, seconds]),
    },
    { name: 'sdg.run', type: 'gauge', unit: 's', help: 'How long the run has been going.', points: [[{}, now.seconds]] },
  ];
}

/** A family in the text format of Prometheus, whose names say the unit and what counts up. */
function familyLines({ name, type, unit, help, points }: Family): string[] {
  const spelt = `${prometheusName(name)}${unit === 's' ? '_seconds' : ''}${type === 'counter' ? '_total' : ''}`;
  return [`# HELP ${spelt} ${help}`, `# TYPE ${spelt} ${type}`, ...points.map(([labels, value]) => seriesLine(spelt, labels, value))];
}

/**
 * The metrics of one run. Counts are those of its ledger, read when somebody asks; only durations and tokens of requests
 * are gathered on the way, under the names of OpenTelemetry's conventions for generative AI.
 *
 * @example
 * const metrics = new RunMetrics();
 * const run = await openRun({ …, observer: metrics.observer });
 * console.log(metrics.text(run.run.ledger, run.snapshot()));
 */
export class RunMetrics {
  readonly #histograms: Readonly<Record<Measure, Histogram>>;

  readonly observer: Observer = { tryEnded: (record) => this.#tried(record) };

  /** `onMeasured` is told of every measurement too. */
  constructor(readonly onMeasured?: (measure: Measure, labels: Labels, value: number) => void) {
    const histogram = (measure: Measure): Histogram => {
      const { name, unit, help, bounds } = MEASURES[measure];
      return new Histogram(`${prometheusName(name)}${unit === 's' ? '_seconds' : ''}`, help, bounds);
    };
    this.#histograms = { duration: histogram('duration'), tokens: histogram('tokens') };
  }

  #measure(measure: Measure, labels: Labels, value: number): void {
    this.#histograms[measure].observe(labels, value);
    this.onMeasured?.(measure, labels, value);
  }

  #tried({ purpose, model, block, server, outcome, serviceMs, promptTokens, completionTokens }: CallRecord): void {
    if (purpose !== undefined) return;
    const labels = {
      'gen_ai.operation.name': 'chat',
      // The protocol that is spoken; who answers is in the address.
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': model ?? '',
      'server.address': server,
      block: block ?? '',
    };
    this.#measure('duration', outcome === 'ok' ? labels : { ...labels, 'error.type': outcome }, serviceMs / 1000);
    if (promptTokens !== undefined) this.#measure('tokens', { ...labels, 'gen_ai.token.type': 'input' }, promptTokens);
    if (completionTokens !== undefined) this.#measure('tokens', { ...labels, 'gen_ai.token.type': 'output' }, completionTokens);
  }

  /** All metrics in the text format of Prometheus. */
  text(ledger: Ledger, now: Standing): string {
    const histograms = Object.values(this.#histograms).flatMap((histogram) => histogram.lines());
    return `${[...familiesOf(ledger, now).flatMap(familyLines), ...histograms].join('\n')}\n`;
  }
}
