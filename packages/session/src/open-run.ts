import { createReadStream } from 'node:fs';
import {
  collect,
  envelopeOf,
  fileError,
  observers,
  peek,
  readNdjson,
  type Run,
  SdgError,
  type Catalog,
  type Observer,
  type RunEnd,
  type RunSettings,
  type Sample,
  type TeacherProvider,
} from '@sdg/core';
import { expectedCalls, openPipeline, type OpenedPipeline, type Pipeline } from '@sdg/pipeline';
import { tap, type Observable } from 'rxjs';
import { workElsewhere, workHere } from './carry-out.js';
import { openCallLog } from './call-log.js';
import { openDescentLog } from './descent-log.js';
import { lookAhead } from './look-ahead.js';
import { Losses } from './losses.js';
import type { Environment } from './open-teacher.js';
import { budgetOf, costOf, costsOf, readPrices } from './prices.js';
import { openPulse } from './run-pulse.js';
import { openRejects, type Rejects } from './rejects.js';
import type { FarCallLog, RunEngine } from './run-engine.js';
import { beginRecord, resumed, type GivenSpec, type RecordedEnd, type RunRecord } from './run-record.js';
import { checkOptions, settingsOf } from './run-spec.js';
import { ServerWatch } from './server-watch.js';
import { parseShard, sameShard, shardName, takeShard, togetherIn, type Shard } from './shard.js';
import { watch, type Snapshot } from './snapshot.js';
import { untilEnough, type UntilEnough } from './until-enough.js';

/** Samples to begin with; what knows how far the reading has come may say so. */
export type Seeds = (AsyncIterable<Sample> | Iterable<Sample>) & { readonly bytesRead?: number; readonly bytesTotal?: number | undefined };

/** What happens around a run, besides the spec: what is no data. */
export interface RunSurroundings {
  /** Blocks that the pipeline may use. */
  readonly catalog: Catalog;
  /**
   * The samples, in place of the spec's `files`. A function is called when all else has been found in order; it is given
   * where bad lines go, if the spec says that they are to be passed over.
   */
  readonly seeds?: Seeds | ((onBadLine: Rejects['onBadLine'] | undefined) => Promise<Seeds>);
  /** Whether `seeds` reads the spec's `files`. Default: it does not. */
  readonly fromFiles?: boolean;
  /** Told what happens. */
  readonly observer?: Observer;
  /** Carries the run out in place of this process: many machines, say. The teachers are its own affair. */
  readonly engine?: RunEngine;
  /** Bring further schemes of teachers. */
  readonly providers?: readonly TeacherProvider[];
  /** Default: that of the process. */
  readonly env?: Environment;
  /** Aborted: the run is drained. What is in flight ends and comes out. */
  readonly signal?: AbortSignal;
}

export type OpenRunOptions = GivenSpec & RunSurroundings;

/** How a run came to its end. */
export interface RunResult extends RunEnd {
  /** What ended it badly; undefined where it is done, or whoever read it went away. */
  readonly error: SdgError | Error | undefined;
  /** 0 done; 1, 2, 3, 130 as the commands have it. */
  readonly exitCode: number;
  /** In the currency of the prices; undefined without prices. */
  readonly cost: number | undefined;
  /** Lines on what is missing: leaves that have less than was wanted, chains that gave nothing. */
  readonly remarks: readonly string[];
  /** Input lines that were passed over. */
  readonly badLines: number;
}

/** A run that was opened. It begins when its samples are asked for. */
export interface RunHandle extends AsyncIterable<Sample> {
  readonly pipeline: Pipeline;
  /** Gate, ledger, settings. */
  readonly run: Run;
  /** Whoever makes the calls, for a title. */
  readonly by: string;
  /** What comes out, to be subscribed to once. The gate must be told what is taken: see `writeNdjson`. Otherwise iterate. */
  readonly samples: Observable<Sample>;
  /** How the run stands, `written` being what the consumer has taken. One caller at a time: the rate goes by its calls. */
  snapshot(written?: number): Snapshot;
  /** Begins nothing new: what is in flight ends and comes out. */
  drain(): void;
  /**
   * Closes everything and says how it ended; to be called once, when the samples have ended, in whatever way. Never
   * throws. `written` defaults to what was iterated over, `error` is what the consumer met.
   */
  end(how?: { readonly written?: number; readonly closed?: boolean; readonly error?: unknown }): Promise<RunResult>;
}

const SURROUNDINGS: Readonly<Record<keyof RunSurroundings, true>> = {
  catalog: true,
  seeds: true,
  fromFiles: true,
  observer: true,
  engine: true,
  providers: true,
  env: true,
  signal: true,
};

/** The samples of files, one after another. */
async function* readFiles(files: readonly string[], onBadLine: Rejects['onBadLine'] | undefined): AsyncGenerator<Sample> {
  for (const name of files) {
    try {
      yield* readNdjson(createReadStream(name), { name, ...(onBadLine && { onBadLine }) });
    } catch (error) {
      throw fileError('read', name, error);
    }
  }
}

async function* each(samples: AsyncIterable<Sample> | Iterable<Sample>): AsyncGenerator<Sample> {
  yield* samples;
}

interface Closable {
  close?(): Promise<void>;
}

/** Closes all; gives what went wrong first. */
async function closeAll(closings: readonly (() => Promise<void>)[]): Promise<Error | undefined> {
  const ends = await Promise.allSettled(closings.map((close) => close()));
  return ends.find((end) => end.status === 'rejected')?.reason as Error | undefined;
}

/** What a run cannot be given together, and what it lacks. */
function checkEngine({ on, shard, noCache }: GivenSpec, engine: RunEngine | undefined): void {
  if (on !== undefined && !engine) {
    throw new SdgError('usage', `the run is to be carried out on ${on}, and no engine is given`, {
      remedy: 'pass engine: natsEngine(address)',
    });
  }
  if (!engine) return;
  const against = shard !== undefined ? '--shard' : noCache ? '--no-cache' : undefined;
  if (against === undefined) return;
  throw new SdgError('usage', `${against} does not go with --on`, {
    remedy: 'workers share the work and the cache by themselves; leave one of them out',
  });
}

/**
 * Opens a run: pipeline, teachers, run folder, budgets, rejects, a number of outputs. `sdg-run`, `sdg generate` and a
 * program of one's own all start this one. Nothing is asked of the teacher before the samples are asked for.
 *
 * @throws SdgError `usage` or `config`, with what is wrong and what to do; findings in the pipeline are told as notices
 * @example
 * const run = await openRun({ pipeline: 'simple', catalog, files: ['seeds.jsonl'], teacher: 'offline', runDir: 'out' });
 * for await (const sample of run) console.log(JSON.stringify(sample));
 * const { exitCode } = await run.end();
 */
export async function openRun(all: OpenRunOptions): Promise<RunHandle> {
  const { catalog, seeds, fromFiles, observer: given, providers, env = process.env, signal, engine, ...options } = all;
  checkOptions(Object.keys(options), Object.keys(SURROUNDINGS));
  const { spec: wanted, recorded } = await resumed(options);
  checkEngine(wanted, engine);
  const shard = wanted.shard === undefined ? undefined : parseShard(wanted.shard, env);
  const spec = shard ? { ...wanted, shard: shardName(shard) } : wanted;
  const told = observers(given);
  const opened = await openPipeline(named(spec), {
    env,
    catalog,
    observer: told,
    plugins: spec.plugin,
    family: spec.modelFamily,
    config: spec.config,
  });
  const { pipeline } = opened;
  const record = await beginRecord(spec, { pipeline, recorded, hasFiles: fromFiles ?? seeds === undefined, observer: told });
  const rejects = await openRejects(spec.rejects ?? record?.path('rejects.jsonl'), spec.files);
  const open: Closable[] = [rejects];
  const keep = <T extends Closable>(one: T): T => {
    open.push(one);
    return one;
  };
  try {
    const input = await inputOf(seeds, spec, badLinesTo(rejects, shard));
    const settings = settingsOf(spec);

    const stopping = new AbortController();
    const drain = (): void => stopping.abort();
    const draining = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
    const traced = traceOf(record, each(input));
    // A generator is its own iterator: this ends the one that is read from below.
    keep({ close: async () => void (await traced[Symbol.asyncIterator]().return?.()) });
    const { first, all: peeked } = await lookAhead(await peek(traced, draining), draining);
    const until = untilEnough(spec, { pipeline, catalog: opened.catalog, settings, first });
    const begun = dividing(peeked, { shard, first, until, opened, settings });

    let stopped: SdgError | undefined;
    const onStop = (error: SdgError): void => {
      stopped ??= error;
      drain();
    };
    const logs = await openLogs(record, keep);
    const watcher = new ServerWatch();
    const losses = new Losses();
    const heard = observers(given, watcher.observer, ...logs.observers);
    let failure: unknown;
    const onInputError = (error: unknown): void => void (failure = error);
    const surroundings = { env, observer: heard, onStop, budget: budgetOf(spec), providers };
    const ready = { spec, opened, until, seeds: begun, rejects, losses, heard, far: logs.far, draining, onInputError, surroundings };
    const work = await (engine ? workElsewhere(engine, ready) : workHere(ready));
    const { run } = work;
    let out = 0;
    const samples = work.samples.pipe(
      tap((sample) => {
        out++;
        logs.descent?.row(sample);
      }),
    );
    // Seeds that go round and round say nothing of how far the run has come.
    const progress = until ? {} : { bytesRead: () => input.bytesRead ?? 0, bytesTotal: input.bytesTotal };
    let written = 0;
    const watched = {
      run,
      underWay: () => work.underWay(),
      teachers: work.teachers,
      silences: () => watcher.silences(),
      numbered: until ? ('attempt' as const) : ('seed' as const),
      written: () => written,
      ...progress,
    };
    const [look, began] = [watch(watched), performance.now()];
    const { leaves } = logs;
    const pulse = record && keep(await pulseOf(record, run, watch({ ...watched, written: () => out }), leaves));

    return {
      pipeline,
      run,
      by: work.by,
      samples,
      drain,
      snapshot(count = out) {
        written = count;
        return look();
      },
      [Symbol.asyncIterator]: () => collect(samples, run.gate),
      async end({ written: taken = out, closed = false, error } = {}) {
        run.close();
        const unkept = await closeAll([async () => pulse?.close()]);
        const isWhole = !closed && error === undefined && failure === undefined && stopped === undefined && !run.draining.aborted;
        const broken = await closeAll([() => work.close(isWhole), rejects.close, logs.close]);
        const problem = verdict({ run, until, losses, closed, written: taken, failure: failure ?? error ?? stopped ?? broken ?? unkept });
        const result: RunResult = {
          ...howItEnded(problem, closed),
          written: taken,
          seconds: (performance.now() - began) / 1000,
          cost: costOf(run.ledger, readPrices(spec.price)),
          remarks: closed ? [] : remarksOn({ run, until, losses, written: taken }, pipeline),
          badLines: rejects.badLines(),
        };
        return { ...result, ...(await finish(record, run, { ...result, costs: costsOf(run.ledger, readPrices(spec.price)) }, leaves)) };
      },
    };
  } catch (error) {
    await Promise.allSettled(open.map((one) => one.close?.()));
    throw error;
  }
}

/** Where bad lines go. Every shard reads the whole input: its bad lines are on record once. */
const badLinesTo = ({ onBadLine }: Rejects, shard: Shard | undefined): Rejects['onBadLine'] =>
  shard && shard.index > 1 ? () => undefined : onBadLine;

/** The samples, as the record notes them. */
const traceOf = (record: RunRecord | undefined, samples: AsyncGenerator<Sample>) => record?.trace(samples) ?? samples;

/** The logs of a run folder; none where there is no folder. */
async function openLogs(record: RunRecord | undefined, keep: <T extends Closable>(one: T) => T) {
  if (!record) return { observers: [], descent: undefined, far: undefined, leaves: () => undefined, close: async () => undefined };
  const calls = keep(await openCallLog(record.path('calls.jsonl')));
  const descent = keep(await openDescentLog(record.path));
  const far: FarCallLog = {
    wants: () => (descent.hasRoom() ? 'all' : 'tries'),
    take({ worker, tries, exchanges }) {
      for (const record of tries) calls.take(record, worker);
      if (typeof exchanges === 'number') descent.leave(exchanges);
      else for (const exchange of exchanges) descent.exchange(exchange);
    },
  };
  return {
    observers: [calls.observer, descent.observer],
    descent,
    far,
    leaves: () => record.write('leaves.json', { leaves: descent.accounts(), rows: descent.rowsByLeaf(), leftOut: descent.leftOut() }),
    async close(): Promise<void> {
      const error = await closeAll([() => calls.close(), () => descent.close()]);
      if (error) throw error;
    },
  };
}

/** Notes at intervals how a run stands, for whoever looks at its folder meanwhile. */
const pulseOf = (record: RunRecord, run: Run, look: () => Snapshot, leaves: () => Promise<void> | undefined) =>
  openPulse({
    path: record.path('pulse.jsonl'),
    look,
    keep: async (now) => void (await Promise.all([record.running(run.ledger, now), leaves()])),
  });

/** The pipeline of a spec; fails with `usage` where it names none. */
function named({ pipeline }: GivenSpec): string {
  if (pipeline !== undefined) return pipeline;
  throw new SdgError('usage', 'no pipeline is named', { remedy: 'name one that comes with the program, or the path of a folder or file' });
}

/** The samples to begin with. */
async function inputOf(
  seeds: RunSurroundings['seeds'],
  { files = [], skipBadLines }: GivenSpec,
  take: Rejects['onBadLine'],
): Promise<Seeds> {
  const onBadLine = skipBadLines ? take : undefined;
  return typeof seeds === 'function' ? seeds(onBadLine) : (seeds ?? readFiles(files, onBadLine));
}

interface Dividing {
  readonly shard: Shard | undefined;
  readonly first: Sample | undefined;
  readonly until: UntilEnough | undefined;
  readonly opened: OpenedPipeline;
  readonly settings: RunSettings;
}

/** The samples of the run's shard; all of them where it has none. Fails where the run is one that cannot be divided. */
function dividing(samples: AsyncIterable<Sample>, { shard, first, until, opened, settings }: Dividing): AsyncIterable<Sample> {
  const { pipeline, catalog } = opened;
  if (until && (shard || (first && envelopeOf(first)?.shard !== undefined))) {
    throw new SdgError('usage', '--shard: a run for a number of outputs goes on by what all leaves have so far, so it cannot be divided', {
      remedy: 'leave out the number, or run it in one process',
    });
  }
  if (!shard) return sameShard(samples, () => togetherIn(pipeline, catalog));
  return takeShard(samples, { shard, by: togetherIn(pipeline, catalog), weightOf: expectedCalls(pipeline, catalog, settings) });
}

/** A problem as the result shows it. */
function howItEnded(error: Error | undefined, closed: boolean): Pick<RunResult, 'reason' | 'error' | 'failure' | 'exitCode'> {
  if (!error) return { reason: closed ? 'closed' : 'done', error, exitCode: 0 };
  const [code, exitCode] = error instanceof SdgError ? [error.code, error.exitCode] : (['internal', 1] as const);
  return { reason: code === 'interrupted' ? 'interrupted' : 'failed', error, failure: { code, message: error.message }, exitCode };
}

/** What is missing though the run went on to its end. */
function remarksOn({ run, until, losses, written }: Pick<Ending, 'run' | 'until' | 'losses' | 'written'>, pipeline: Pipeline): string[] {
  return [...(until?.shortfalls() ?? []), ...(written > 0 && !run.draining.aborted ? losses.barren(run.ledger, pipeline) : [])];
}

/** What decides how a run has ended. */
interface Ending {
  readonly run: Run;
  readonly until: UntilEnough | undefined;
  readonly losses: Losses;
  readonly closed: boolean;
  readonly written: number;
  readonly failure: unknown;
}

/** What a run failed by; undefined: it is done, or whoever read it has gone. */
function verdict({ run, until, losses, closed, written, failure }: Ending): Error | undefined {
  if (failure !== undefined) return failure as Error;
  if (closed) return undefined;
  try {
    run.ledger.reconcile();
  } catch (error) {
    return error as Error;
  }
  if (run.draining.aborted) {
    return new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' });
  }
  return until?.failure() ?? (written === 0 ? losses.nothingOut(run.ledger) : undefined);
}

/** Writes the record's end and tells the observers; a record that cannot be written is what the run fails by, if by nothing else. */
async function finish(
  record: RunRecord | undefined,
  run: Run,
  result: RunResult & { readonly costs: RecordedEnd['costs'] },
  leaves: () => Promise<void> | undefined,
): Promise<Partial<RunResult>> {
  const { reason, written, seconds, failure, error, cost, costs } = result;
  let problem: Partial<RunResult> = {};
  try {
    const exit = reason === 'failed' ? error!.message : reason;
    await record?.finish(run.ledger, { written, seconds, exit, cost, ...(costs && { costs }) });
    await leaves();
  } catch (cause) {
    if (!error) problem = { reason: 'failed', error: cause as Error, exitCode: cause instanceof SdgError ? cause.exitCode : 1 };
  }
  run.observer.runEnded?.({ reason, written, seconds, ...(failure && { failure }) });
  return problem;
}
