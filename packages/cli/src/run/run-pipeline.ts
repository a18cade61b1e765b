import { catalog } from '@sdg/blocks';
import { fromGated, Gate, Run, SdgError, type Teacher } from '@sdg/core';
import { compile } from '@sdg/pipeline';
import { readSamples } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import { count } from '../progress/format.js';
import { progressMode, showProgress } from '../progress/show-progress.js';
import { watch } from '../progress/snapshot.js';
import { summaryLines } from '../progress/summary.js';
import { openPipeline } from './open-pipeline.js';
import { openTeacher } from './open-teacher.js';
import { openRejectSink } from './reject-sink.js';
import type { RunInvocation } from './run-flags.js';

/** Ends calls in flight only after this has been told to the user. */
function onInterrupt(run: Run, interrupted: AbortSignal): void {
  if (interrupted.aborted) run.drain();
  else interrupted.addEventListener('abort', () => run.drain(), { once: true });
}

/** The work of `sdg-run`. Gives the exit code; errors that ended the run are thrown after the summary. */
export async function runPipeline(invocation: RunInvocation): Promise<number> {
  const { flags, positionals, env, stdin, stdout, stderr, say, complain, redirect, interrupted, name } = invocation;
  const [pipelineName, ...files] = positionals;
  const { pipeline } = await openPipeline(pipelineName!, { env, onFinding: (line) => complain(line) });
  if (flags.check) {
    say(`pipeline ${pipeline.name} is valid`);
    return 0;
  }
  const rejects = await openRejectSink(flags.rejects);
  const reader = await readSamples({
    files,
    stdin,
    expects: 'seed samples, as sdg-read writes them',
    ...(flags['skip-bad-lines'] && { onBadLine: rejects.onBadLine }),
  });
  const teacher: Teacher = await openTeacher(flags, env, say);
  const run = new Run({
    teacher,
    gate: new Gate(),
    ordered: !flags.unordered,
    settings: {
      ...(flags['scale-factor'] !== undefined && { scaleFactor: flags['scale-factor'] }),
      ...(flags['max-num-tokens'] !== undefined && { maxNumTokens: flags['max-num-tokens'] }),
      ...(flags.model !== undefined && { model: flags.model }),
      ...(flags['model-family'] !== undefined && { modelFamily: flags['model-family'] }),
    },
    ...(flags.seed !== undefined && { seed: flags.seed }),
    onReject: rejects.onReject,
  });
  onInterrupt(run, interrupted);

  let written = 0;
  const watched = { run, written: () => written, bytesRead: () => reader.bytesRead, bytesTotal: reader.bytesTotal };
  const progress = showProgress({
    title: `${name} ${pipeline.name} · ${teacher.name}`,
    snapshot: watch(watched),
    stderr,
    mode: progressMode(flags.quiet === true, stderr, stdout),
  });
  redirect((line) => progress.note(line));
  const final = watch(watched);
  let failure: unknown;
  let closed = false;
  try {
    const samples = fromGated(reader, { gate: run.gate, draining: run.draining, onError: (error) => (failure = error) });
    ({ closed } = await writeSamples(samples.pipe(compile(pipeline, { catalog, run })), stdout, run.gate, (n) => (written = n)));
  } catch (error) {
    failure ??= error;
  } finally {
    run.close();
    progress.stop();
    redirect();
    await teacher.close?.();
    await rejects.close();
  }

  if (!flags.quiet && !closed) {
    if (run.ledger.blocks.every((block) => block.in === 0) && failure === undefined) say('the input was empty: no samples came in');
    else {
      for (const line of summaryLines(final(), run.ledger)) stderr.write(`${line}\n`);
      if (rejects.badLines() > 0) stderr.write(`${count(rejects.badLines())} bad input lines were rejected\n`);
    }
  }
  if (failure !== undefined) throw failure;
  if (!closed) run.ledger.reconcile();
  if (run.draining.aborted) throw new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' });
  return 0;
}
