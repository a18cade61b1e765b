import { detached, scopeOf, type BlockContext, type Catalog, type Run, type Sample } from '@sdg/core';
import type { OperatorFunction } from 'rxjs';
import { InOrder } from './in-order.js';
import { specOf, type Stage } from './stages.js';

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

/** The operators of a stage one after another. */
export const operatorOf = (
  stage: Stage,
  contexts: readonly BlockContext[],
  catalog: Catalog,
  follow: Follow = (context) => context,
): Operator => chained(stage.steps.map(({ type, config }, i) => specOf(catalog, type).create(config, follow(contexts[i]!))));

/** How many steps of a stage may let samples overtake each other. */
const holding = ({ steps }: Stage, catalog: Catalog): number => steps.filter(({ type }) => specOf(catalog, type).holds).length;

/** A chain ready to be subscribed to once. */
export interface ChainOperator {
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
