import { filtered, rejected, subscribeLinked, type BlockContext, type Catalog, type Run, type Sample } from '@sdg/core';
import { Observable, Subject, type OperatorFunction } from 'rxjs';
import { MergeInOrder } from './merge-in-order.js';
import { leafKinds, type LeafKind, type Pipeline } from './pipeline.js';
import { positionOf, withPosition } from './position.js';
import { isBarrier, runChain, stagesOf } from './run-chain.js';

/** Samples that are inside a chain: what went in and was made, less what ended or came out. */
function inside(contexts: readonly BlockContext[], fed: number, emitted: number): number {
  return contexts.reduce((sum, { ledger }) => sum + ledger.made - ledger.filtered - ledger.deduplicated - ledger.unfinished - ledger.rejected, fed - emitted);
}

/** Why a sample has no chain. */
function refusal(sample: Sample, known: readonly (LeafKind | undefined)[]) {
  const type = sample['leaf_node_type'];
  if (typeof type === 'string' && (leafKinds as readonly string[]).includes(type)) {
    return filtered(`no chain for ${type}`);
  }
  const found = type === undefined ? 'the sample has no column leaf_node_type' : `leaf_node_type is ${JSON.stringify(type)}`;
  return rejected('unknown-leaf-type', { message: `${found}; this pipeline has chains for ${known.join(', ')}` });
}

/**
 * Sends each sample through the chain for its own `leaf_node_type`. Output is in input order (`run.ordered`), except
 * that what comes out of a chain with a barrier comes after all else: it could not come before the input's end anyway,
 * and nothing else shall wait for it.
 */
export function route({ chains }: Pipeline, run: Run, catalog: Catalog): OperatorFunction<Sample, Sample> {
  const known = chains.map(({ kind }) => kind);
  return (source) =>
    new Observable((subscriber) => {
      const several = chains.length > 1;
      const longest = Math.max(...chains.map(stagesOf));
      const account = run.block('route', 'route', 0);
      const fed = chains.map(() => 0);
      const emitted = chains.map(() => 0);
      const inputs = chains.map(() => new Subject<Sample>());
      const operators = chains.map((chain) => runChain(chain, run, catalog, { several, longest, onDrop: () => merge?.advance() }));
      const late = chains.map(({ blocks }) => several && blocks.some((block) => isBarrier(block, catalog)));
      const lateSamples: Sample[][] = chains.map(() => []);
      const merge = run.ordered
        ? new MergeInOrder(
            operators.map(({ contexts }, i) => ({ inside: () => inside(contexts, fed[i]!, emitted[i]!) })),
            run.gate,
            (sample) => subscriber.next(sample),
          )
        : undefined;
      let open = chains.length;
      let position = 0;

      subscriber.add(() => merge?.close());
      operators.forEach(({ operator }, i) => {
        subscriber.add(
          operator(inputs[i]!).subscribe({
            next(sample) {
              emitted[i]!++;
              if (!merge) subscriber.next(sample);
              else if (late[i]) lateSamples[i]!.push(sample);
              else merge.take(i, sample, positionOf(sample));
            },
            error: (error) => subscriber.error(error),
            complete() {
              if (--open > 0) return;
              merge?.advance();
              for (const sample of lateSamples.flat()) subscriber.next(sample);
              subscriber.complete();
            },
          }),
        );
      });
      subscribeLinked(source, subscriber, {
        next(sample) {
          account.enter(sample);
          const i = known.indexOf(sample['leaf_node_type'] as LeafKind);
          if (i === -1) return account.drop(sample, refusal(sample, known));
          account.out(sample, sample);
          fed[i]!++;
          const at = position++;
          if (merge && !late[i]) merge.begin(at, i);
          inputs[i]!.next(merge ? withPosition(sample, at) : sample);
          merge?.advance();
        },
        error: (error) => subscriber.error(error),
        complete: () => inputs.forEach((input) => input.complete()),
      });
    });
}
