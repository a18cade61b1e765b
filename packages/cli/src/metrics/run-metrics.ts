import type { BlockAccount, CallRecord, Ledger, Observer } from '@sdg/core';
import type { Snapshot } from '@sdg/session';
import { Histogram, seriesLine, type Labels } from './histogram.js';

/** Upper bounds as the semantic conventions for generative AI of OpenTelemetry advise: powers of two, and of four. */
const SECONDS = Array.from({ length: 14 }, (_, i) => 2 ** i / 100);
const TOKENS = Array.from({ length: 14 }, (_, i) => 4 ** i);

type Point = readonly [labels: Labels, value: number];

const family = (name: string, type: 'counter' | 'gauge', help: string, points: readonly Point[]): string[] => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} ${type}`,
  ...points.map(([labels, value]) => seriesLine(name, labels, value)),
];

const FATES = ['in', 'made', 'out', 'filtered', 'deduplicated', 'unfinished'] as const;

function samplePoints(account: BlockAccount): Point[] {
  const { block, rejected } = account;
  const sum = Object.values(rejected).reduce((total, count) => total + count, 0);
  return [...FATES.map((fate): Point => [{ block, fate }, account[fate]]), [{ block, fate: 'rejected' }, sum]];
}

/**
 * The metrics of one run. Counts are those of its ledger, read when somebody asks; only durations and tokens of requests
 * are gathered on the way, under the names of OpenTelemetry's conventions for generative AI as Prometheus spells them.
 *
 * @example
 * const metrics = new RunMetrics();
 * const run = await openRun({ …, observer: metrics.observer });
 * console.log(metrics.text(run.run.ledger, run.snapshot()));
 */
export class RunMetrics {
  readonly #duration = new Histogram('gen_ai_client_operation_duration_seconds', 'Duration of requests to a teacher.', SECONDS);
  readonly #tokens = new Histogram('gen_ai_client_token_usage', 'Tokens of a request and of its outputs.', TOKENS);

  readonly observer: Observer = { tryEnded: (record) => this.#tried(record) };

  #tried({ purpose, model, block, server, outcome, serviceMs, promptTokens, completionTokens }: CallRecord): void {
    if (purpose !== undefined) return;
    const labels = {
      gen_ai_operation_name: 'chat',
      // The protocol that is spoken; who answers is in the address.
      gen_ai_provider_name: 'openai',
      gen_ai_request_model: model ?? '',
      server_address: server,
      block: block ?? '',
    };
    this.#duration.observe(outcome === 'ok' ? labels : { ...labels, error_type: outcome }, serviceMs / 1000);
    if (promptTokens !== undefined) this.#tokens.observe({ ...labels, gen_ai_token_type: 'input' }, promptTokens);
    if (completionTokens !== undefined) this.#tokens.observe({ ...labels, gen_ai_token_type: 'output' }, completionTokens);
  }

  /** All metrics in the text format of Prometheus. */
  text(ledger: Ledger, now: Snapshot): string {
    const accounts = ledger.toJSON();
    const reasons = accounts.flatMap(({ block, rejected }) =>
      Object.entries(rejected).map(([reason, count]): Point => [{ block, reason }, count]),
    );
    const calls = accounts.flatMap(({ block, calls: all, cachedCalls }): Point[] => [
      [{ block, source: 'teacher' }, all - cachedCalls],
      [{ block, source: 'cache' }, cachedCalls],
    ]);
    const tokens = accounts.flatMap(({ block, promptTokens, completionTokens }): Point[] => [
      [{ block, type: 'input' }, promptTokens],
      [{ block, type: 'output' }, completionTokens],
    ]);
    const lines = [
      ...family('sdg_samples_total', 'counter', 'Samples by block and fate.', accounts.flatMap(samplePoints)),
      ...family('sdg_rejected_total', 'counter', 'Rejected samples by block and reason.', reasons),
      ...family('sdg_written_total', 'counter', 'Samples that were written.', [[{}, now.written]]),
      ...family('sdg_calls_total', 'counter', 'Calls answered, by the teacher or the cache.', calls),
      ...family('sdg_tokens_total', 'counter', 'Tokens of all answered calls, those from the cache included.', tokens),
      ...family('sdg_calls_in_flight', 'gauge', 'Calls in flight.', [[{}, now.inFlight]]),
      ...family('sdg_calls_queued', 'gauge', 'Calls that wait for a slot.', [[{}, now.queued]]),
      ...family('sdg_calls_limit', 'gauge', 'Slots: calls that may be in flight.', [[{}, now.limit]]),
      ...family(
        'sdg_server_silence_seconds',
        'gauge',
        'How long a server that was asked has said nothing.',
        now.silences.map(({ server, seconds }): Point => [{ server }, seconds]),
      ),
      ...family('sdg_run_seconds', 'gauge', 'How long the run has been going.', [[{}, now.seconds]]),
      ...this.#duration.lines(),
      ...this.#tokens.lines(),
    ];
    return `${lines.join('\n')}\n`;
  }
}
