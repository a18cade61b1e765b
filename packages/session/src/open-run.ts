import { observers, SdgError, type Observer, type Run, type Sample } from '@sdg/core';
import { openPipeline, type Pipeline } from '@sdg/pipeline';
import type { Observable } from 'rxjs';
import { workElsewhere, workHere } from './carry-out.js';
import { closeAll, type Closable } from './close-all.js';
import { guarded } from './guarded.js';
import { Losses } from './losses.js';
import { peek } from './peek.js';
import { budgetOf, costOf, costsOf, readPrices, unpriced } from './prices.js';
import { Reading } from './reading.js';
import { openRejects, type Rejects } from './rejects.js';
import { badLinesTo, dividing, each, inputOf } from './run-input.js';
import { openLogs, pulseOf } from './run-logs.js';
import { beginRecord, resumed, tellFailure, type GivenSpec, type RunRecord } from './run-record.js';
import { finish, howItEnded, remarksOn, verdict, withoutCache, type RunResult } from './run-result.js';
import { settingsOf } from './run-spec.js';
import { checkEngine, checkGiven, type RunSurroundings } from './run-surroundings.js';
import { ServerWatch } from './server-watch.js';
import { parseShard, shardName } from './shard.js';
import { watch, type Snapshot } from './snapshot.js';
import { lookAhead, untilEnough } from './until-enough.js';

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
   * Closes everything and says how it ended. Samples that still flow end at once, and calls under way are given up: to stop
   * without that abort `signal`, and call this when they have ended. Never throws, and says the same again. `written`
   * defaults to what was iterated over, `closed` to whether the samples were left before their end; `error` is what the
   * consumer failed by.
   */
  end(how?: { readonly written?: number; readonly closed?: boolean; readonly error?: unknown }): Promise<RunResult>;
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
  checkGiven(all);
  const { spec: wanted, recorded } = await resumed(options);
  checkEngine(wanted, engine);
  const shard = wanted.shard === undefined ? undefined : parseShard(wanted.shard, env);
  const spec = shard ? { ...wanted, shard: shardName(shard) } : wanted;
  const stopping = new AbortController();
  const drain = (): void => stopping.abort();
  let failure: unknown;
  const told = guarded(observers(given), (error) => {
    failure ??= error;
    drain();
  });
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
    const rejects = keep(await rejectsOf(spec, record, told));
    const input = await inputOf(seeds, spec, badLinesTo(rejects, shard));
    const settings = settingsOf(spec);

    const draining = AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]);
    const warn = (text: string): void => told.notice?.(text, 'warning');
    const read = each(input, warn);
    const traced = record?.trace(read) ?? read;
    // A generator is its own iterator: this ends the one that is read from below.
    keep({ close: async () => void (await traced[Symbol.asyncIterator]().return?.()) });
    const { first, all: peeked } = await lookAhead(await peek(traced, draining), draining);
    const until = untilEnough(spec, { pipeline, catalog: opened.catalog, settings, first, onNotice: warn });
    const begun = dividing(peeked, { shard, first, until, opened, settings });

    let stopped: SdgError | undefined;
    const onStop = (error: SdgError): void => {
      stopped ??= error;
      drain();
    };
    const logs = await openLogs(record, keep);
    const watcher = new ServerWatch();
    const losses = new Losses();
    const heard = observers(told, watcher.observer, ...logs.observers);
    const onInputError = (error: unknown): void => void (failure ??= error);
    const surroundings = { env, observer: heard, onStop, budget: budgetOf(spec), providers, signal };
    const ready = { spec, opened, until, seeds: begun, rejects, losses, heard, far: logs.far, draining, onInputError, surroundings };
    const work = await (engine ? workElsewhere(engine, ready) : workHere(ready));
    const { run } = work;
    const reading = new Reading(work.samples, run.gate, {
      onRow: (sample) => logs.descent?.row(sample),
      onError: (error) => (failure ??= error),
    });
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
    const pulse = record && keep(await pulseOf(record, run, watch({ ...watched, written: () => reading.out }), leaves));

    const end: RunHandle['end'] = async ({ written = reading.taken, closed = reading.isLeft, error } = {}) => {
      reading.leave();
      run.close();
      const unkept = await closeAll([async () => pulse?.close()]);
      const isWhole = !closed && (error ?? failure ?? stopped) === undefined && !run.draining.aborted;
      const broken = await closeAll([() => work.close(isWhole), rejects.close, logs.close]);
      const wrong = [failure, error, stopped, broken, unkept].find((one) => one !== undefined);
      const how = { closed, written, failure: wrong, isEmpty: first === undefined, badLines: rejects.badLines() };
      const found = verdict({ run, until, losses, ...how });
      const problem = spec.noCache ? withoutCache(found) : found;
      const result: RunResult = {
        ...howItEnded(problem, closed),
        written,
        seconds: (performance.now() - began) / 1000,
        cost: costOf(run.ledger, readPrices(spec.price)),
        remarks: closed ? [] : [...remarksOn({ run, until, losses, written }, pipeline), ...unpriced(run.ledger, readPrices(spec.price))],
        badLines: rejects.badLines(),
      };
      const known = failure;
      const costs = costsOf(run.ledger, readPrices(spec.price));
      const ended = { ...result, ...(await finish(record, run, { ...result, costs }, leaves)) };
      await record?.close();
      // An observer may fail at the very last.
      return ended.error || failure === known ? ended : { ...ended, ...howItEnded(failure as Error, closed) };
    };
    let ending: Promise<RunResult> | undefined;
    return {
      pipeline,
      run,
      by: work.by,
      samples: reading.samples,
      drain,
      snapshot(count = reading.out) {
        written = count;
        return look();
      },
      [Symbol.asyncIterator]: () => reading.rows(),
      end: (how) => (ending ??= end(how)),
    };
  } catch (error) {
    await Promise.allSettled(open.map((one) => one.close?.()));
    throw error;
  }
}

/** Rejects go where the spec says, and into the run folder. */
const rejectsOf = ({ rejects, files }: GivenSpec, record: RunRecord | undefined, observer: Observer): Promise<Rejects> =>
  openRejects(rejects, { ...(files && { inputs: files }), record: record?.path('rejects.jsonl'), onFailure: tellFailure(observer) });

/** The pipeline of a spec; fails with `usage` where it names none. */
function named({ pipeline }: GivenSpec): string {
  if (pipeline !== undefined) return pipeline;
  throw new SdgError('usage', 'no pipeline is named', { remedy: 'name one that comes with the program, or the path of a folder or file' });
}
