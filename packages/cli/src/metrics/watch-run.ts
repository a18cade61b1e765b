import { observers, type Ledger, type Observer } from '@sdg/core';
import type { Standing } from './run-metrics.js';
import type { Telemetry } from './telemetry.js';

/** Metrics and traces of a run or a worker, where they were asked for. */
export interface Watching {
  readonly observer: Observer;
  readonly traces: Telemetry['traces'] | undefined;
  /** Serves and exports these accounts. Fails with `usage` where the port cannot be had. */
  start(ledger: Ledger, standing: () => Standing): Promise<void>;
  close(): Promise<void>;
}

interface WatchOptions {
  /** Names the span of the run. */
  readonly title: string;
  /** Port of the endpoint for Prometheus; undefined: none is wanted. */
  readonly port: number | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
}

/** Whether a variable of OpenTelemetry is set at all: without one nothing of it is even looked at. */
const mayWant = (env: WatchOptions['env']): boolean => Object.keys(env).some((name) => name.startsWith('OTEL_'));

/** What watches, loaded where it is asked for and only there; undefined where nobody asks. */
export async function watchRun({ title, port, env, say, complain }: WatchOptions): Promise<Watching | undefined> {
  const telemetry = mayWant(env) ? await import('./telemetry.js') : undefined;
  const isTold = telemetry?.wantsTelemetry(env) === true;
  if (port === undefined && !isTold) return undefined;
  const { RunMetrics } = await import('./run-metrics.js');
  const otel = isTold ? telemetry.openTelemetry(title, env, complain) : undefined;
  const metrics = new RunMetrics(otel?.measured);
  let server: { close(): void } | undefined;
  return {
    observer: observers(metrics.observer, otel?.observer),
    traces: otel?.traces,
    async start(ledger, standing) {
      otel?.watch(ledger, standing);
      if (port === undefined) return;
      const { serveMetrics } = await import('./serve-metrics.js');
      const served = await serveMetrics(port, () => metrics.text(ledger, standing()));
      server = served;
      say(`metrics at ${served.url}`);
    },
    async close() {
      server?.close();
      await otel?.close();
    },
  };
}
