import {
  filtered,
  rejected,
  subscribeLinked,
  type BlockContext,
  type Catalog,
  type Gate,
  type Run,
  type Sample,
  type Waiting,
} from '@sdg/core';
import { Observable, Subject, type OperatorFunction } from 'rxjs';
import { InOrder } from './in-order.js';
import { leafKinds, type LeafKind, type Pipeline } from './pipeline.js';
import { runStages, type Follow } from './run-stages.js';
import { stagesOf } from './stages.js';

/** Why a sample has no chain. */
export function refusal(sample: Sample, known: readonly (LeafKind | undefined)[]) {
  const type = sample['leaf_node_type'];
  if ((leafKinds as readonly unknown[]).includes(type)) return filtered(`no chain for ${String(type)}`);
  const found = type === undefined ? 'the sample has no column leaf_node_type' : `leaf_node_type is ${JSON.stringify(type)}`;
  return rejected('unknown-leaf-type', { message: `${found}; this pipeline has chains for ${known.join(', ')}` });
}

/**
 * The chains of a pipeline as one operator. Where there are several, each sample goes through the one for its own
 * `leaf_node_type`. Output is in input order (`run.ordered`), except that what comes out of a chain with a barrier comes
 * after all else: it could not come before the input's end anyway, and nothing else shall wait for it.
 *
 * Samples come numbered (`seed` of their envelope).
 */
export function route(
  pipeline: Pipeline,
  run: Run,
  catalog: Catalog,
  onSeedOver?: (seed: number) => void,
): OperatorFunction<Sample, Sample> {
  const stages = stagesOf(pipeline, catalog);
  const parts = pipeline.chains.map((chain) => stages.filter(({ chain: name }) => name === chain.name));
  const waits = parts.map((part) => parts.length > 1 && part.some(({ barrier }) => barrier));
  return (source) =>
    new Observable((subscriber) => {
      const known = pipeline.chains.map(({ kind }) => kind);
      const isAlone = known.length === 1 && known[0] === undefined;
      const laneOf = (sample: Sample): unknown => {
        const chain = known.indexOf(sample['leaf_node_type'] as LeafKind);
        // Where no order is kept, every seed is a lane of its own.
        return run.ordered ? (waits[chain] ? chain : undefined) : {};
      };
      const order = new InOrder(run.gate, { by: 'seed', laneOf, onOver: onSeedOver });
      const follow: Follow = (context) => order.follow(context);
      const account = isAlone ? undefined : follow(run.block('route', 'route', 0));
      const chains = parts.map((part) => runStages(part, run, catalog, follow));
      const [first] = chains;
      const inner = account
        ? side(
            chains.map(({ operator }) => operator),
            waits.map((late) => late && run.ordered),
            known,
            { account, gate: run.gate },
          )
        : first!.operator;
      const isInOrder = chains.length === 1 && !first!.byLeaf;
      const operator = onSeedOver || (run.ordered && !isInOrder) ? order.around(inner) : inner;
      subscriber.add(operator(source).subscribe(subscriber));
    });
}

/** Operators side by side, each for the samples of one kind; what comes out of `late` ones comes after all else. */
function side(
  operators: readonly OperatorFunction<Sample, Sample>[],
  late: readonly boolean[],
  known: readonly (LeafKind | undefined)[],
  { account, gate }: { readonly account: BlockContext; readonly gate: Gate },
): OperatorFunction<Sample, Sample> {
  return (source) =>
    new Observable((subscriber) => {
      const inputs = operators.map(() => new Subject<Sample>());
      const lateSamples: Sample[][] = operators.map(() => []);
      let open = operators.length;
      const waiting = (): Waiting => ({ count: lateSamples.flat().length, for: 'end' });
      subscriber.add(gate.queue(() => (waiting().count > 0 ? waiting() : undefined)));
      operators.forEach((operator, i) => {
        subscriber.add(
          operator(inputs[i]!).subscribe({
            next: (sample) => (late[i] ? lateSamples[i]!.push(sample) : subscriber.next(sample)),
            error: (error) => subscriber.error(error),
            complete() {
              if (--open > 0) return;
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
          inputs[i]!.next(sample);
        },
        error: (error) => subscriber.error(error),
        complete() {
          for (const input of inputs) input.complete();
          // Of a pipeline without chains nothing else would say so.
          if (open === 0) subscriber.complete();
        },
      });
    });
}
