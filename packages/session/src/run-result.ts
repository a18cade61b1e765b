import { inspect } from 'node:util';
import { groupDigits as count, SdgError, type Run, type RunEnd } from '@sdg/core';
import type { Pipeline } from '@sdg/pipeline';
import type { Losses } from './losses.js';
import type { RecordedEnd, RunRecord } from './run-record.js';
import type { UntilEnough } from './until-enough.js';

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

/** A problem as the result shows it. */
export function howItEnded(error: Error | undefined, closed: boolean): Pick<RunResult, 'reason' | 'error' | 'failure' | 'exitCode'> {
  if (!error) return { reason: closed ? 'closed' : 'done', error, exitCode: 0 };
  const [code, exitCode] = error instanceof SdgError ? [error.code, error.exitCode] : (['internal', 1] as const);
  return { reason: code === 'interrupted' ? 'interrupted' : 'failed', error, failure: { code, message: error.message }, exitCode };
}

/** What is missing though the run went on to its end. */
export function remarksOn(
  { run, until, losses, written }: Pick<Ending, 'run' | 'until' | 'losses' | 'written'>,
  pipeline: Pipeline,
): string[] {
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
  /** Whether the input had no sample, for any shard of it. */
  readonly isEmpty: boolean;
  readonly badLines: number;
}

/** What a run without input fails by: whoever was to write it has failed, or found nothing. */
function nothingIn(badLines: number): SdgError {
  if (badLines > 0) {
    return new SdgError(
      'no-output',
      `no samples came in: ${badLines === 1 ? 'the only line' : `all ${count(badLines)} lines`} of the input ` +
        `${badLines === 1 ? 'is' : 'are'} bad`,
      { remedy: 'pipe in seed samples, as sdg-read writes them' },
    );
  }
  return new SdgError('no-output', 'the input was empty: no samples came in', { remedy: 'see why what was to write them gave none' });
}

/** Without a call cache nothing is taken up again. */
export function withoutCache(problem: Error | undefined): Error | undefined {
  const untrue = /(?:: it resumes.*| to go on from here)$/;
  if (!(problem instanceof SdgError) || !untrue.test(problem.remedy ?? '')) return problem;
  const remedy = problem.remedy!.replace(untrue, ': it begins anew, as --no-cache has kept nothing');
  return new SdgError(problem.code, problem.what, { remedy, cause: problem });
}

/** What a run failed by; undefined: it is done, or whoever read it has gone. */
export function verdict({ run, until, losses, closed, written, failure, isEmpty, badLines }: Ending): Error | undefined {
  if (failure instanceof Error) return failure;
  if (failure !== undefined) return new SdgError('internal', `no error was thrown, but ${inspect(failure)}`);
  if (closed) return undefined;
  try {
    run.ledger.reconcile();
  } catch (error) {
    return error as Error;
  }
  if (run.draining.aborted) {
    return new SdgError('interrupted', 'stopped on request', { remedy: 'run the same command again to go on from here' });
  }
  if (isEmpty) return nothingIn(badLines);
  return until?.failure(losses.most(2)) ?? (written === 0 ? losses.nothingOut(run.ledger) : undefined);
}

/** Writes the record's end and tells the observers; a record that cannot be written is what the run fails by, if by nothing else. */
export async function finish(
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
