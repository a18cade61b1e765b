import { detached, scopeOf, SdgError, type BlockContext, type Catalog, type Run, type Sample } from '@sdg/core';
import { tap, type OperatorFunction } from 'rxjs';
import { InOrder } from './in-order.js';
import { sampleFault } from './sample-fault.js';
import { specOf, type Stage, type Step } from './stages.js';

type Operator = OperatorFunction<Sample, Sample>;
/** Takes part in what a block puts on its account. */
export type Follow = (context: BlockContext) => BlockContext;

const chained =
  (operators: readonly Operator[]): Operator =>
  (source) =>
    operators.reduce((stream, operator) => operator(stream), source);

/** Opens the accounts of stages, in the order of their blocks. */
export const contextsOf = (stages: readonly Stage[], run: Run, follow: Follow): BlockContext[][] =>
  stages.map(({ steps }) =>
    steps.map(({ name, label, account, priority, depth }) =>
      account === undefined ? detached() : follow({ ...run.block(label, account, priority, depth), name }),
    ),
  );

/**
 * The operator of a step. What comes out of it is looked at: it would not be the same at the next block if that were in
 * another process, and blocks may be anybody's.
 */
function stepOf({ label, type, config }: Step, context: BlockContext, catalog: Catalog): Operator {
  const operator: unknown = specOf(catalog, type).create(config, context);
  if (typeof operator !== 'function') {
    throw new SdgError('config', `block ${label}: ${type} made no operator of its config`, {
      remedy: 'mend the block: create gives an operator',
    });
  }
  return (source) =>
    (operator as Operator)(source).pipe(
      tap((sample) => {
        const fault = sampleFault(sample);
        if (fault === undefined) return;
        throw new SdgError('config', `block ${label}: what came out of ${type} ${fault}`, {
          remedy: 'mend the block: a sample is a plain object of text, finite numbers, true, false, null, and lists and objects of these',
        });
      }),
    );
}

/** The operators of a stage one after another. */
export const operatorOf = (
  stage: Stage,
  contexts: readonly BlockContext[],
  catalog: Catalog,
  follow: Follow = (context) => context,
): Operator => chained(stage.steps.map((step, i) => stepOf(step, follow(contexts[i]!), catalog)));

/** How many steps of a stage may let samples overtake each other. */
const holding = ({ steps }: Stage, catalog: Catalog): number => steps.filter(({ type }) => specOf(catalog, type).holds).length;

/** A chain ready to be subscribed to once. */
interface ChainOperator {
  readonly operator: Operator;
  /** Whether samples come out in order of their own leaf only. */
  readonly byLeaf: boolean;
}

/**
 * The stages of one chain one after another, each block with an account of `run`. Before a stage that needs the order of
 * a leaf, a sample waits for those of its own leaf alone; before one that needs that of the stream, for all. `follow`
 * takes part in all accounts.
 */
export function runStages(stages: readonly Stage[], run: Run, catalog: Catalog, follow: Follow = (context) => context): ChainOperator {
  const contexts = contextsOf(stages, run, follow);
  if (!run.ordered) return { operator: chained(stages.map((stage, i) => operatorOf(stage, contexts[i]!, catalog))), byLeaf: false };

  /** Operators since samples were last in the order of the stream. */
  let since: Operator[] = [];
  let operators: Operator[] = [];
  let byLeaf = false;
  let seeds = new InOrder(run.gate, { by: 'seed' });
  const bySeed: Follow = (context) => seeds.follow(context);
  stages.forEach((stage, i) => {
    const leafNext = stages[i + 1]?.order === 'leaf';
    if (stage.order === 'stream' && byLeaf) {
      operators = [...operators, seeds.around(chained(since), stage.steps[0]!.label)];
      since = [];
      seeds = new InOrder(run.gate, { by: 'seed' });
      byLeaf = false;
    }
    const laned = byLeaf || leafNext;
    const own = laned ? contexts[i]!.map(bySeed) : contexts[i]!;
    // One block that holds samples keeps their order at no cost.
    if (stage.order !== 'none' || (holding(stage, catalog) < 2 && !laned)) since.push(operatorOf(stage, own, catalog));
    else {
      const order = new InOrder(run.gate, { by: 'turn', ...(laned && { laneOf: scopeOf }) });
      const inner = operatorOf(stage, own, catalog, (context) => order.follow(context));
      since.push(order.around(inner, stages[i + 1]?.steps[0]?.label));
    }
    byLeaf ||= laned;
    if (!byLeaf) {
      operators = [...operators, ...since];
      since = [];
      seeds = new InOrder(run.gate, { by: 'seed' });
    }
  });
  return { operator: chained([...operators, ...since]), byLeaf };
}
