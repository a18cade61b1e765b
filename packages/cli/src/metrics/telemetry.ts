import { type Ledger, type Observer, type SdgError } from '@sdg/core';
import type { Labels } from './histogram.js';
import { loadOtelLibrary, type OtelLibrary } from './otel-library.js';
import { familiesOf, MEASURES, type Measure, type Standing } from './run-metrics.js';
import { sampledShare, TraceSpans } from './trace-spans.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds that the end of a run waits for what is still to be sent. */
const FAREWELL = 5000;

/** Telemetry of one run or one worker, on its way to whoever collects it. */
export interface Telemetry {
  readonly observer: Observer;
  /** Traces of seeds that many machines work on. */
  readonly traces: Pick<TraceSpans, 'traceparentOf' | 'over' | 'adopt'>;
  measured(measure: Measure, labels: Labels, value: number): void;
  /** Exports these accounts from now on. */
  watch(ledger: Ledger, standing: () => Standing): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

const given = (env: Environment, name: string): string | undefined => env[name]?.trim() || undefined;

/** Where each signal goes by the standard variables: the name of an exporter, `none` where nobody asked. */
function exportersOf(env: Environment): { readonly traces: string; readonly metrics: string } {
  const of = (signal: 'TRACES' | 'METRICS'): string => {
    const isPlace = given(env, 'OTEL_EXPORTER_OTLP_ENDPOINT') ?? given(env, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`);
    return given(env, `OTEL_${signal}_EXPORTER`) ?? (isPlace === undefined ? 'none' : 'otlp');
  };
  return { traces: of('TRACES'), metrics: of('METRICS') };
}

/** Whether the environment asks for telemetry: cheap, and loads nothing. */
export function wantsTelemetry(env: Environment): boolean {
  const { traces, metrics } = exportersOf(env);
  return given(env, 'OTEL_SDK_DISABLED')?.toLowerCase() !== 'true' && (traces !== 'none' || metrics !== 'none');
}

/** The SDK reads the environment of the process: what it would make up there is said. Rows go to stdout, so nothing else may. */
function settle(env: Environment, complain: (line: string) => void): void {
  const set = { ...exportersOf(env), logs: given(env, 'OTEL_LOGS_EXPORTER') ?? 'none' };
  for (const [signal, exporter] of Object.entries(set)) {
    const name = `OTEL_${signal.toUpperCase()}_EXPORTER`;
    const kept = exporter.split(',').filter((one) => one.trim() !== 'console');
    if (kept.length < exporter.split(',').length) complain(`${name}: console would write among the rows on stdout, so it is left out`);
    process.env[name] = kept.length === 0 ? 'none' : kept.join(',');
  }
}

/** Counters and gauges are read from the accounts when they are exported. */
function register(otel: OtelLibrary, ledger: Ledger, standing: () => Standing): void {
  const meter = otel.api.metrics.getMeter('sdg');
  const make = { counter: meter.createObservableCounter.bind(meter), gauge: meter.createObservableGauge.bind(meter) };
  const instruments = new Map(
    familiesOf(ledger, standing()).map(({ name, type, unit, help }) => [
      name,
      make[type](name, { description: help, ...(unit && { unit }) }),
    ]),
  );
  meter.addBatchObservableCallback(
    (result) => {
      for (const { name, points } of familiesOf(ledger, standing())) {
        for (const [labels, value] of points) result.observe(instruments.get(name)!, value, labels);
      }
    },
    [...instruments.values()],
  );
}

/** The library; where it is not to be had, a line says how to get it, and the run goes on: variables are often set for all. */
function libraryOr(complain: (line: string) => void): OtelLibrary | undefined {
  try {
    return loadOtelLibrary();
  } catch (error) {
    complain((error as SdgError).message);
    return undefined;
  }
}

/**
 * Opens telemetry by the standard variables (`OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_SERVICE_NAME`, `OTEL_TRACES_SAMPLER`, …).
 * What goes wrong on the way to the collector is told once, and harms no run.
 *
 * @param title names the span of the run: `sdg-run full`
 * @returns undefined where the library is not installed: a line has said how to install it
 */
export function openTelemetry(title: string, env: Environment, complain: (line: string) => void): Telemetry | undefined {
  const otel = libraryOr(complain);
  if (!otel) return undefined;
  settle(env, complain);
  const { NodeSDK, api, resources, tracing } = otel;
  const sdk = new NodeSDK({
    ...(given(env, 'OTEL_SERVICE_NAME') === undefined &&
      !/(?:^|,)\s*service\.name\s*=/.test(env['OTEL_RESOURCE_ATTRIBUTES'] ?? '') && { serviceName: 'sdg' }),
    // Not the detector of the process: the command line may hold what is nobody's affair.
    ...(given(env, 'OTEL_NODE_RESOURCE_DETECTORS') === undefined && { resourceDetectors: [resources.envDetector, resources.hostDetector] }),
    // Which seeds are traced is decided here, by the seed, so that all of it is or none.
    sampler: new tracing.AlwaysOnSampler(),
  });
  const told = new Set<string>();
  const tell = (text: string): void => {
    const line = `OpenTelemetry: ${text.split('\n')[0]!.slice(0, 300)}`;
    if (told.size < 3 && told.size < told.add(line).size) complain(line);
  };
  const silent = (): void => undefined;
  api.diag.setLogger(
    { error: tell, warn: tell, info: silent, debug: silent, verbose: silent },
    { logLevel: api.DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  sdk.start();
  const meter = api.metrics.getMeter('sdg');
  const histogram = (measure: Measure) => {
    const { name, unit, help, bounds } = MEASURES[measure];
    return meter.createHistogram(name, { description: help, unit, advice: { explicitBucketBoundaries: bounds } });
  };
  const histograms = { duration: histogram('duration'), tokens: histogram('tokens') };
  const spans = new TraceSpans(otel, title, sampledShare(env));
  return {
    observer: spans.observer,
    traces: spans,
    measured: (measure, labels, value) => histograms[measure].record(value, labels),
    watch: (ledger, standing) => register(otel, ledger, standing),
    async close() {
      spans.close();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>(
        (resolve) => (timer = setTimeout(() => resolve(tell('the collector does not take all that is left')), FAREWELL)),
      );
      await Promise.race([sdk.shutdown().catch((error: Error) => tell(error.message)), late]);
      clearTimeout(timer);
    },
  };
}
