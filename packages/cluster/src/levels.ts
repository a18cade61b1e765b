import type { Stage } from '@sdg/pipeline';

/** More than there are blocks in a pipeline. */
const MOST = 100_000;

/**
 * The level at which units of a stage wait: by the stage's place in its own chain, and by the way that is left from there. Deeper
 * levels are greater.
 */
export const levelOf = ({ steps: [first] }: Pick<Stage, 'steps'>): number => first!.depth * MOST + first!.priority;

/** Blocks since the beginning of the chain. */
const depthOf = (level: number): number => Math.floor(level / MOST);
/** The same, counted from the end: of two, the one with less has the longer way to go. */
export const priorityOf = (level: number): number => level % MOST;

/** The levels of a run, least first. */
export const levelsOf = (stages: readonly Stage[]): number[] =>
  [...new Set(stages.filter(({ order }) => order === 'none').map(levelOf))].sort((a, b) => a - b);

/**
 * The levels in the order in which they are to be asked for units. What is begun is finished first, as in one process; of chains of
 * different lengths none begins later than another: those that are equally deep come first in turn, by `turn`, which is counted up.
 *
 * @example drainOrder(levelsOf(stages), 0)
 */
export function drainOrder(levels: readonly number[], turn: number): number[] {
  const groups = new Map<number, number[]>();
  for (const level of levels) groups.set(depthOf(level), [...(groups.get(depthOf(level)) ?? []), level]);
  return [...groups]
    .sort(([one], [other]) => other - one)
    .flatMap(([, group]) => {
      const first = turn % group.length;
      return [...group.slice(first), ...group.slice(0, first)];
    });
}

/** The same where no seed can come: what has the longest way to go leads. */
export const tailOrder = (levels: readonly number[]): number[] => [...levels].sort((a, b) => priorityOf(a) - priorityOf(b));
