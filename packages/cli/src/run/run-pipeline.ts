import { catalog } from '@sdg/blocks';
import type { SeedTraces } from '@sdg/cluster';
import { observers, SdgError, type Observer, type Sample } from '@sdg/core';
import { openPipeline } from '@sdg/pipeline';
import { openRun, RECORD_FILES, resumed, specOf, type GivenSpec, type RunEngine, type RunHandle, type RunResult } from '@sdg/session';
import { join } from 'node:path';
import { tap } from 'rxjs';
import { natsOptions, withCluster } from '../cluster/nats-flags.js';
import { isOf } from '../io/descriptor.js';
import { readSamples, SEEDS } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import { watchRun, type Watching } from '../metrics/watch-run.js';
import { showProgress } from '../progress/show-progress.js';
import { endLines } from '../progress/summary.js';
import type { EvalFiles } from './eval-files.js';
import { noticesTo } from './notices.js';
import type { RunInvocation } from '../commands/run.js';
import { showPlan } from './show-plan.js';
import { showPreview } from './show-preview.js';

/** Sends all samples through, with the progress view up, and closes the run. Never throws: what went wrong is in the result. */
async function stream(
  { flags, stdout, stderr, view }: RunInvocation,
  run: RunHandle,
  { title, watching }: { readonly title: string; readonly watching: Watching | undefined },
  onSample: (sample: Sample) => void,
): Promise<RunResult> {
  let written = 0;
  const hide = showProgress({ title, snapshot: () => run.snapshot(written), stderr, view, quiet: flags.quiet });
  try {
    await watching?.start(run.run.ledger, () => run.snapshot(written));
    const { closed } = await writeSamples(run.samples.pipe(tap(onSample)), stdout, run.run.gate, (n) => (written = n));
    return await run.end({ written, closed });
  } catch (error) {
    return await run.end({ written, error });
  } finally {
    await watching?.close();
    hide();
  }
}

/** What each worker decides for itself. */
const WORKERS_OWN = [
  ...(['concurrency', 'max-concurrency', 'timeout', 'give-up-after', 'cache', 'api-key-file', 'header'] as const),
  ...(['tls-ca', 'tls-cert', 'tls-key', 'tls-insecure', 'embedder'] as const),
];

/** What carries the run out in place of this process, where one is named. */
async function engineOf(
  { flags, fromEnv, complain }: RunInvocation,
  { on, teacher }: GivenSpec,
  traces: SeedTraces | undefined,
): Promise<RunEngine | undefined> {
  if (on === undefined) return undefined;
  if (teacher !== undefined && fromEnv['teacher'] === undefined) {
    throw new SdgError('usage', '--teacher does not go with --on: every worker brings its own', {
      remedy: 'leave it out, and start workers with sdg worker ADDRESS --teacher URL',
    });
  }
  // Settings of a file or the environment are there for workers, too.
  const idle = WORKERS_OWN.filter((name) => flags[name] !== undefined && fromEnv[name] === undefined).map((name) => `--${name}`);
  if (idle.length > 0) complain(`${idle.join(', ')}: of no effect with --on; each worker has its own, so pass it to sdg worker`);
  const { natsEngine } = await withCluster(() => import('@sdg/cluster'));
  return natsEngine(on, { ...natsOptions(flags), traces });
}

/** Fails with `usage` where stdout goes to a file that the run writes by itself, or stdin comes from one. */
function checkDescriptors({ files = [], runDir, rejects }: GivenSpec): void {
  const own = [
    ...(rejects === undefined ? [] : [rejects]),
    ...(runDir === undefined ? [] : RECORD_FILES.map((name) => join(runDir, name))),
  ];
  const readsStdin = files.length === 0 || files.includes('-');
  for (const [fd, what] of ['the input comes from', 'the output goes to'].entries()) {
    const taken = fd === 0 && !readsStdin ? undefined : own.find((path) => isOf(fd, path));
    if (taken !== undefined) throw new SdgError('usage', `${what} ${taken}, which the run itself writes`, { remedy: 'name another file' });
  }
}

/** What looks at a pipeline without running it: `--check`, `--plan`, `--preview`. Undefined: the run is meant. */
async function lookOnly(invocation: RunInvocation, spec: GivenSpec & { readonly pipeline: string }, observer: Observer) {
  const { flags, env, say } = invocation;
  if (!flags.check && !flags.plan && flags.preview === undefined) return undefined;
  const { plugin: plugins, modelFamily: family, config } = spec;
  const opened = await openPipeline(spec.pipeline, { env, catalog, observer, plugins, family, config });
  if (!flags.check) return (flags.plan ? showPlan : showPreview)(invocation, spec, opened, observer);
  say(`pipeline ${opened.pipeline.name} is valid`);
  return 0;
}

/** Tells how a run ended; what ended it badly is thrown after that. */
async function tellEnd(
  { flags, stderr, say, complain }: RunInvocation,
  run: RunHandle,
  result: RunResult,
  evaluation: EvalFiles | undefined,
): Promise<void> {
  if (!flags.quiet) for (const line of endLines(run.snapshot(result.written), run.run.ledger, result)) stderr.write(`${line}\n`);
  const isClosed = result.reason === 'closed';
  if (!isClosed) for (const line of (await evaluation?.finish()) ?? []) say(line);
  for (const line of result.remarks) complain(line);
  if (result.error) throw result.error;
  const isIdle = run.run.ledger.blocks.every((block) => block.in === 0);
  if (!isClosed && isIdle && flags.shard !== undefined) say('no sample of the input is this shard’s');
}

/** The work of `sdg-run`. Gives the exit code; errors that ended the run are thrown after the summary. */
export async function runPipeline(invocation: RunInvocation): Promise<number> {
  const { positionals, env, stdin, say, complain, interrupted: signal, name } = invocation;
  const [given, ...files] = positionals;
  const { spec } = await resumed({ ...specOf(invocation.flags), ...(given !== undefined && { pipeline: given, files }) } as GivenSpec);
  const { pipeline } = spec;
  if (!pipeline) throw new SdgError('usage', 'PIPELINE is missing', { remedy: `see ${name} --help` });
  const observer = noticesTo(invocation);
  const looked = await lookOnly(invocation, { ...spec, pipeline }, observer);
  if (looked !== undefined) return looked;
  checkDescriptors(spec);
  const read = (onBadLine: Parameters<typeof readSamples>[0]['onBadLine']) =>
    readSamples({ files: spec.files ?? [], stdin, ...SEEDS, ...(onBadLine && { onBadLine }) });
  const evaluation = spec.outputDir === undefined ? undefined : await (await import('./eval-files.js')).EvalFiles.open(spec.outputDir);
  const watching = await watchRun({ title: `${name} ${pipeline}`, port: invocation.flags.metrics, env, say, complain });
  const heard = observers(observer, watching?.observer);
  const around = { catalog, env, observer: heard, signal, seeds: read, fromFiles: true };
  const run = await engineOf(invocation, spec, watching?.traces)
    .then((engine) => openRun({ ...spec, ...around, ...(engine && { engine }) }))
    .catch(async (error: unknown) => {
      await watching?.close();
      throw error;
    });
  const title = `${name} ${run.pipeline.name} · ${run.by}`;
  const result = await stream(invocation, run, { title, watching }, (sample) => evaluation?.take(sample));
  await tellEnd(invocation, run, result, evaluation);
  return 0;
}
