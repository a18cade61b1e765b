import { createReadStream, createWriteStream } from 'node:fs';
import { catalog } from '@sdg/blocks';
import { metered, quantile, trafficOf, type MeteredCall } from '@sdg/cli/bench';
import { defined, formatFinding, fromGated, Gate, readNdjson, Run, sumOf, writeNdjson } from '@sdg/core';
import { compile, loadPipeline } from '@sdg/pipeline';
import { createTeacher } from '@sdg/teacher';
import { count, lastValueFrom, tap } from 'rxjs';
import { profiled, type LayerShares } from '../profile/attribute.js';

interface RunPipelineInput {
  /** Folder or file. */
  readonly pipeline: string;
  /** NDJSON file. */
  readonly seeds: string;
  readonly url: string;
  readonly concurrency: number | 'auto';
  readonly api?: 'chat' | 'completions';
  readonly family?: string;
  readonly scaleFactor?: number;
  readonly cacheDir?: string;
  /** File that takes the rows. Default: they are written to nowhere. */
  readonly output?: string;
  readonly profile?: boolean;
  /** Slots of the server, for `filled`. */
  readonly slots?: number;
}

export interface RunPipelineOutput {
  readonly rows: number;
  readonly calls: number;
  readonly rejected: number;
  /** From the first call to the end of the run. */
  readonly wallMs: number;
  readonly firstRowMs: number;
  /** From the start of the last call to its end. */
  readonly tailMs: number;
  /** Most samples resident at once. */
  readonly peakResident: number;
  /** CPU of the run alone, start-up and loading left out. */
  readonly cpuMs: number;
  readonly latencyP50Ms: number;
  /** Share of the slots filled from the first start to the last. */
  readonly filled: number;
  readonly layers?: LayerShares;
}

/** Runs a pipeline against a server, as `sdg-run` does. */
export default async function runPipeline(input: RunPipelineInput): Promise<RunPipelineOutput> {
  const { pipeline, findings } = await loadPipeline(input.pipeline, { catalog });
  if (!pipeline) throw new Error(findings.map(formatFinding).join('\n'));
  const { api, family, cacheDir, concurrency, scaleFactor } = input;
  const inner = await createTeacher({ teacher: [input.url], model: 'sim', concurrency, api, family, cacheDir });
  const meter = metered(inner);
  const settings = {
    model: 'sim',
    ...defined({ scaleFactor, modelFamily: family }),
  };
  const run = new Run({ teacher: meter.teacher, gate: new Gate(), settings });
  const sink = createWriteStream(input.output ?? '/dev/null');
  let firstRowAt = NaN;
  let rows = 0;
  const work = async (): Promise<void> => {
    rows = await lastValueFrom(
      fromGated(readNdjson(createReadStream(input.seeds), { name: input.seeds }), { gate: run.gate }).pipe(
        compile(pipeline, { catalog, run }),
        tap(() => (firstRowAt = firstRowAt || performance.now())),
        writeNdjson(sink, run.gate),
        count(),
      ),
    );
  };
  const cpuBefore = process.cpuUsage();
  const beganAt = performance.now();
  const layers = input.profile ? await profiled(work) : await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  const endedAt = performance.now();
  run.close();
  run.ledger.reconcile();
  await inner.close?.();
  const traffic = trafficOf(meter.calls);
  return {
    rows,
    calls: meter.calls.length,
    rejected: sumOf(run.ledger.blocks, ({ rejected }) => rejected),
    wallMs: endedAt - Math.min(...meter.calls.map(({ startMs }) => startMs), endedAt),
    firstRowMs: firstRowAt - beganAt,
    tailMs: traffic.tailMs,
    peakResident: run.gate.peak,
    cpuMs: (user + system) / 1000,
    filled: filled(meter.calls, input.slots ?? Infinity),
    latencyP50Ms: quantile(
      meter.calls.map(({ startMs, endMs }) => endMs - startMs),
      0.5,
    ),
    ...(layers && { layers }),
  };
}

/** Time integral of calls in flight, at most `slots` counted, from the first start to the last, over slots × time. */
function filled(calls: readonly MeteredCall[], slots: number): number {
  const lastStart = Math.max(...calls.map(({ startMs }) => startMs));
  const steps = calls
    .flatMap(({ startMs, endMs }) => [[startMs, 1] as const, [endMs, -1] as const])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const first = steps[0]?.[0] ?? NaN;
  let area = 0;
  let inFlight = 0;
  let at = first;
  for (const [time, change] of steps) {
    if (time > lastStart) break;
    area += (time - at) * Math.min(inFlight, slots);
    at = time;
    inFlight += change;
  }
  return area / (slots * (lastStart - first));
}
