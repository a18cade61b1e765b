import {
  compareTurns,
  envelopeOf,
  Gate,
  observers,
  rejectsTo,
  Run,
  SdgError,
  type BlockAccount,
  type BlockContext,
  type Catalog,
  type RejectRecord,
  type RunOptions,
  type Sample,
} from '@sdg/core';
import { lastValueFrom, of, toArray } from 'rxjs';
import { runStages } from './run-stages.js';
import type { Stage } from './stages.js';

/** What a unit is run with: as the whole run is, but that order within it is always kept. */
export interface UnitOptions extends Omit<RunOptions, 'ordered' | 'pool'> {
  /** The catalogue that the pipeline was loaded with. */
  readonly catalog: Catalog;
  /** Aborted: calls that have not begun are not made, and their samples are `unfinished`. */
  readonly draining?: AbortSignal;
}

/** What one sample became in one stage. */
export interface UnitAnswer {
  /** What comes out, in order, in the envelope of the sample that went in. */
  readonly samples: readonly Sample[];
  /** The accounts of the stage's blocks. */
  readonly ledger: readonly BlockAccount[];
  /** Samples rejected on the way, in order. */
  readonly rejects: readonly RejectRecord[];
}

/**
 * Runs one sample through one stage by itself, as it would run in its place in the whole pipeline: labels, draws, own
 * teachers, overrides and priorities are those of the whole. The answer depends on the sample and the replies alone, so
 * a second one is equal; it is plain data. Several units may share a gate, which tells when the input has ended.
 *
 * Fails with `internal` for a stage that needs order, and with what ended the run otherwise (see `SdgError.endsRun`).
 *
 * @example
 * const [first] = stagesOf(pipeline, catalog);
 * const { samples, ledger, rejects } = await runUnit(first, seed, { catalog, teacher });
 */
export async function runUnit(
  stage: Stage,
  sample: Sample,
  { catalog, draining, gate = new Gate(), observer, ...options }: UnitOptions,
): Promise<UnitAnswer> {
  if (stage.order !== 'none') {
    throw new SdgError(
      'internal',
      `stage ${stage.chain} ${stage.index} needs the order of the ${stage.order}, so it does not run sample by sample`,
    );
  }
  const rejects: { readonly turn: readonly number[]; readonly step: number; readonly record: RejectRecord }[] = [];
  let turn: readonly number[] = [];
  const rejecting = rejectsTo((record) => rejects.push({ turn, step: rejects.length, record }));
  const run = new Run({ ...options, gate, observer: observers(rejecting, observer) });
  const drain = (): void => run.drain();
  if (draining?.aborted) drain();
  draining?.addEventListener('abort', drain, { once: true });
  const noting = (context: BlockContext): BlockContext => ({
    ...context,
    drop(dropped, drop) {
      turn = envelopeOf(dropped)?.turn ?? [];
      context.drop(dropped, drop);
    },
  });
  try {
    const samples = await lastValueFrom(of(sample).pipe(runStages([stage], run, catalog, noting).operator, toArray()));
    rejects.sort((a, b) => compareTurns(a.turn, b.turn) || a.step - b.step);
    return { samples, ledger: run.ledger.toJSON(), rejects: rejects.map(({ record }) => record) };
  } finally {
    draining?.removeEventListener('abort', drain);
    run.close();
  }
}
