import { isOfSeed } from './browse.js';
import { count, el, histogram, quiet, section, sum } from './dom.js';

/** Leaves that lost most to duplicates, so many at most. */
const MOST_LEAVES = 10;

function duplicates(run) {
  const byLeaf = Object.entries(run.leaves)
    .map(([leaf, blocks]) => [leaf || '(no leaf)', sum(Object.values(blocks).map(({ deduplicated }) => deduplicated))])
    .filter(([, n]) => n > 0)
    .sort(([, a], [, b]) => b - a);
  return byLeaf.length === 0 ? [] : [histogram('duplicates by leaf', byLeaf.slice(0, MOST_LEAVES))];
}

const lengthsOf = (lengths, isWanted) =>
  Object.entries(lengths)
    .filter(([name]) => isWanted(name))
    .map(([name, bins]) =>
      histogram(
        `${name}: characters`,
        bins.map(({ below, rows }) => [`< ${count(below)}`, rows]),
      ),
    );

/** Lengths, scores and duplicates. */
export function shapes(run) {
  const { scores } = run.rows;
  const parts = [
    ...Object.entries(scores).map(([name, values]) => histogram(name, Object.entries(values))),
    ...duplicates(run),
    ...lengthsOf(run.rows.lengths, (name) => !isOfSeed(name)),
  ];
  const ofSeed = lengthsOf(run.rows.lengths, isOfSeed);
  return section(
    'shapes',
    'What the rows are like',
    parts.length === 0 ? quiet('There are no rows.') : el('div', { class: 'columns' }, ...parts),
    ofSeed.length === 0
      ? undefined
      : el('details', {}, el('summary', {}, 'columns of the seed'), el('div', { class: 'columns' }, ...ofSeed)),
  );
}
