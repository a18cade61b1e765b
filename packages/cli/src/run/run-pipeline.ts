import { DEFAULT_SETTINGS, fromGated, Gate, observers, Run, SdgError, type RunSettings, type Sample, type Teacher } from '@sdg/core';
import { compile } from '@sdg/pipeline';
import { join } from 'node:path';
import { tap } from 'rxjs';
import { peek } from '../io/peek.js';
import { readSamples, type SampleReader } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import { count } from '../progress/format.js';
import { progressMode, showProgress } from '../progress/show-progress.js';
import { watch } from '../progress/snapshot.js';
import { summaryLines } from '../progress/summary.js';
import { EvalFiles } from './eval-files.js';
import { firstThatAsks } from './first-that-asks.js';
import { openPipeline } from './open-pipeline.js';
import { openTeacher } from './open-teacher.js';
import { openOwnTeachers } from './own-teachers.js';
import { openRejectSink, type RejectSink } from './reject-sink.js';
import type { RunInvocation } from './run-flags.js';
import { budgetOf, costOf, readPrices } from './prices.js';
import { beginRecord, resumed } from './run-record.js';
import { showPlan } from './show-plan.js';
import { untilEnough } from './until-enough.js';

/** What the user set for blocks to read. */
const settingsOf = ({ flags }: RunInvocation): Partial<RunSettings> => ({
  ...(flags['scale-factor'] !== undefined && { scaleFactor: flags['scale-factor'] }),
  ...(flags['max-num-tokens'] !== undefined && { maxNumTokens: flags['max-num-tokens'] }),
  ...(flags.model !== undefined && { model: flags.model }),
  ...(flags['model-family'] !== undefined && { modelFamily: flags['model-family'] }),
});

/** How a run came to its end. */
interface Ended {
  readonly written: number;
  readonly closed: boolean;
  readonly failure: unknown;
  readonly seconds: number;
  readonly summary: readonly string[];
}

/** Sends all samples through, with the progress view up. Never throws: what went wrong is in the result. */
async function stream(
  invocation: RunInvocation,
  run: Run,
  title: string,
  input: Pick<SampleReader, 'bytesRead' | 'bytesTotal'>,
  seeds: AsyncIterable<Sample>,
  operator: ReturnType<typeof compile>,
): Promise<Ended> {
  const { flags, stdout, stderr, redirect } = invocation;
  let written = 0;
  let closed = false;
  let failure: unknown;
  const watched = { run, written: () => written, bytesRead: () => input.bytesRead, bytesTotal: input.bytesTotal };
  const final = watch(watched);
  const progress = showProgress({ title, snapshot: watch(watched), stderr, mode: progressMode(flags.quiet === true, stderr, stdout) });
  redirect((line) => progress.note(line));
  try {
    const samples = fromGated(seeds, { gate: run.gate, draining: run.draining, onError: (error) => (failure = error) });
    ({ closed } = await writeSamples(samples.pipe(operator), stdout, run.gate, (n) => (written = n)));
  } catch (error) {
    failure ??= error;
  }
  progress.stop();
  redirect();
  const now = final();
  return { written, closed, failure, seconds: now.seconds, summary: summaryLines(now, run.ledger, costOf(run.ledger, readPrices(flags.price))) };
}

function sayHowItEnded({ flags, stderr, say }: RunInvocation, run: Run, ended: Ended, rejects: RejectSink): void {
  if (flags.quiet || ended.closed) return;
  if (run.ledger.blocks.every((block) => block.in === 0) && ended.failure === undefined) say('the input was empty: no samples came in');
  else for (const line of ended.summary) stderr.write(`${line}\n`);
  if (rejects.badLines() > 0) stderr.write(`${count(rejects.badLines())} bad input lines were rejected\n`);
}

/** The work of `sdg-run`. Gives the exit code; errors that ended the run are thrown after the summary. */
export async function runPipeline(given: RunInvocation): Promise<number> {
  const { invocation, recorded } = await resumed(given);
  const { flags, positionals, env, stdin, say, complain, interrupted, name } = invocation;
  const [pipelineName, ...files] = positionals;
  if (pipelineName === undefined) throw new SdgError('usage', 'PIPELINE is missing', { remedy: `see ${name} --help` });
  const { pipeline, catalog, overrides } = await openPipeline(pipelineName, {
    env,
    onFinding: complain,
    plugins: flags.plugin,
    family: flags['model-family'],
    config: flags.config,
  });
  if (flags.check) {
    say(`pipeline ${pipeline.name} is valid`);
    return 0;
  }
  const settings = { ...DEFAULT_SETTINGS, ...settingsOf(invocation) };
  if (flags.plan) return showPlan(invocation, { pipeline, catalog, settings, files });
  const record = await beginRecord(invocation, pipeline, recorded);
  const rejects = await openRejectSink(flags.rejects ?? (record && join(flags['run-dir']!, 'rejects.jsonl')), files);
  const reader = await readSamples({
    files,
    stdin,
    expects: 'seed samples, as sdg-read writes them',
    ...(flags['skip-bad-lines'] && { onBadLine: rejects.onBadLine }),
  });

  const begun = await peek(record?.trace(reader) ?? reader, interrupted);
  const evaluation = flags['output-dir'] === undefined ? undefined : await EvalFiles.open(flags['output-dir']);
  const { first, all: seeds } = await firstThatAsks(begun, interrupted);
  const until = untilEnough(invocation, { pipeline, catalog, settings, first });
  const stopping = new AbortController();
  let stopped: SdgError | undefined;
  const onStop = (error: SdgError): void => {
    stopped = error;
    stopping.abort();
  };
  const shared = { note: say, onStop, budget: budgetOf(flags) };
  const teacher: Teacher = await openTeacher(flags, env, { ...shared, callLog: record && join(flags['run-dir']!, 'calls.jsonl') });
  const own = await openOwnTeachers(overrides, pipeline, flags, env, shared);
  const run = new Run({
    teacher,
    teacherOf: (block) => own.teacherOf(block),
    gate: new Gate(),
    ordered: !flags.unordered,
    settings,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...until?.runOptions,
    observer: observers(until?.runOptions.observer, rejects.observer),
  });
  for (const signal of [interrupted, stopping.signal]) {
    if (signal.aborted) run.drain();
    signal.addEventListener('abort', () => run.drain(), { once: true });
  }

  const compiled = compile(pipeline, { catalog, run });
  const once: typeof compiled = evaluation ? (source) => source.pipe(compiled, tap((sample) => evaluation.take(sample))) : compiled;
  // Seeds that go round and round say nothing of how far the run has come.
  const input = until ? { bytesRead: 0, bytesTotal: undefined } : reader;
  const ended = await stream(invocation, run, `${name} ${pipeline.name} · ${teacher.name}`, input, seeds, until?.operator(run, once) ?? once);
  run.close();
  // What cannot be closed well is told, but never in place of what ended the run.
  const closing = await Promise.allSettled([teacher.close?.(), own.close(), rejects.close()]);
  const broken = closing.find((result) => result.status === 'rejected');
  const failure = ended.failure ?? stopped ?? broken?.reason ?? (run.draining.aborted || ended.closed ? undefined : until?.failure());
  sayHowItEnded(invocation, run, ended, rejects);
  if (!ended.closed) for (const line of (await evaluation?.finish()) ?? []) say(line);
  if (!ended.closed) for (const line of until?.shortfalls() ?? []) complain(line);
  await record?.finish(run, {
    written: ended.written,
    seconds: ended.seconds,
    exit: failure === undefined ? (run.draining.aborted ? 'interrupted' : ended.closed ? 'closed' : 'done') : String((failure as Error).message),
  });
  if (failure !== undefined) throw failure;
  if (!ended.closed) run.ledger.reconcile();
  if (run.draining.aborted) throw new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' });
  return 0;
}
