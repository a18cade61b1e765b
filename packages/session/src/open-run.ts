import { collect, observers, peek, SdgError, type Catalog, type Observer, type Run, type Sample, type TeacherProvider } from '@sdg/core';
import { openPipeline, type Pipeline } from '@sdg/pipeline';
import { tap, type Observable } from 'rxjs';
import { workElsewhere, workHere } from './carry-out.js';
import { closeAll, type Closable } from './close-all.js';
import { lookAhead } from './look-ahead.js';
import { Losses } from './losses.js';
import type { Environment } from './open-teacher.js';
import { budgetOf, costOf, costsOf, readPrices } from './prices.js';
import { openRejects, type Rejects } from './rejects.js';
import type { RunEngine } from './run-engine.js';
import { badLinesTo, dividing, each, inputOf, type Seeds } from './run-input.js';
import { openLogs, pulseOf } from './run-logs.js';
import { beginRecord, resumed, type GivenSpec } from './run-record.js';
import { finish, howItEnded, remarksOn, verdict, type RunResult } from './run-result.js';
import { checkOptions, settingsOf } from './run-spec.js';
import { ServerWatch } from './server-watch.js';
import { parseShard, shardName } from './shard.js';
import { watch, type Snapshot } from './snapshot.js';
import { untilEnough } from './until-enough.js';

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
  const open: Closable[] = [{ close: async () => record?.close() }];
  const keep = <T extends Closable>(one: T): T => {
    open.push(one);
    return one;
  };
  try {
    const rejects = keep(await openRejects(spec.rejects ?? record?.path('rejects.jsonl'), spec.files));
    const input = await inputOf(seeds, spec, badLinesTo(rejects, shard));
    const settings = settingsOf(spec);

    const stopping = new AbortController();
    const drain = (): void => stopping.abort();
    const draining = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
    const traced = record?.trace(each(input)) ?? each(input);
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
        const ended = { closed, written: taken, failure: failure ?? error ?? stopped ?? broken ?? unkept };
        const problem = verdict({ run, until, losses, ...ended, isEmpty: first === undefined, badLines: rejects.badLines() });
        const result: RunResult = {
          ...howItEnded(problem, closed),
          written: taken,
          seconds: (performance.now() - began) / 1000,
          cost: costOf(run.ledger, readPrices(spec.price)),
          remarks: closed ? [] : remarksOn({ run, until, losses, written: taken }, pipeline),
          badLines: rejects.badLines(),
        };
        const unwritten = await finish(record, run, { ...result, costs: costsOf(run.ledger, readPrices(spec.price)) }, leaves);
        await record?.close();
        return { ...result, ...unwritten };
      },
    };
  } catch (error) {
    await Promise.allSettled(open.map((one) => one.close?.()));
    throw error;
  }
}

/** The pipeline of a spec; fails with `usage` where it names none. */
function named({ pipeline }: GivenSpec): string {
  if (pipeline !== undefined) return pipeline;
  throw new SdgError('usage', 'no pipeline is named', { remedy: 'name one that comes with the program, or the path of a folder or file' });
}
