import { finder } from './browse.js';
import { bar, count, el, quiet, section, sum, table } from './dom.js';

const COUNTS = ['in', 'made', 'out', 'filtered', 'deduplicated', 'rejected', 'unfinished'];
export const rejectedOf = (block) => sum(Object.values(block.rejected));

/** A number that leads to examples of what it counts. */
const leading = (n, show) => (n === 0 ? '0' : el('a', { href: '#rejects', onclick: show }, count(n)));

/** The rejected of a block, by reason; each leads to examples. */
function reasonsOf(block, showLost) {
  const reasons = Object.entries(block.rejected);
  if (reasons.length === 0) return '0';
  return el(
    'details',
    { class: 'plain' },
    el('summary', {}, count(rejectedOf(block))),
    ...reasons.map(([reason, n]) =>
      el('div', {}, el('a', { href: '#rejects', onclick: () => showLost({ block: block.block, reason }) }, `${reason}: ${count(n)}`)),
    ),
  );
}

function leafDetails(run, [leaf, blocks]) {
  const all = Object.values(blocks);
  const total = (name) => count(sum(all.map((block) => block[name])));
  const lost = `${total('filtered')} filtered, ${total('deduplicated')} deduplicated, ${total('rejected')} rejected`;
  return el(
    'details',
    {},
    el('summary', {}, `${leaf || '(no leaf)'}: ${count(run.rows.byLeaf[leaf] ?? 0)} rows; ${lost}`),
    table(
      ['block', ...COUNTS],
      Object.entries(blocks).map(([name, block]) => [name, ...COUNTS.map((key) => count(block[key]))]),
      `samples of ${leaf || 'no leaf'} by block`,
    ),
  );
}

/** Leaves, those that gave least first: they are what one looks for. */
function leafList(run, leaves) {
  if (leaves.length === 0) return [];
  const rowsOf = ([leaf]) => run.rows.byLeaf[leaf] ?? 0;
  return finder({
    all: leaves.sort((a, b) => rowsOf(a) - rowsOf(b)),
    label: 'leaf',
    text: ([leaf]) => leaf,
    tell: (n) => `${count(n)} of ${count(leaves.length)} leaves, those with the fewest rows first`,
    describe: (leaf) => leafDetails(run, leaf),
  }).nodes;
}

/** What became of the samples, by block and by leaf. `showLost` chooses what is to be read below. */
export function funnel(run, showLost) {
  if (run.blocks.length === 0) return section('funnel', 'Funnel', quiet('No block has been opened.'));
  const most = Math.max(1, ...run.blocks.map((block) => block.in + block.made));
  // A pipeline has chains for several kinds of leaves, and an input rarely has all of them.
  const reached = run.blocks.filter((block) => block.in + block.made > 0);
  const idle = reached.length === 0 ? [] : run.blocks.filter((block) => !reached.includes(block)).map(({ block }) => block);
  const byBlock = table(
    ['block', 'in', 'made', 'out', 'share', 'filtered', 'deduplicated', 'rejected', 'unfinished', 'calls'],
    (idle.length === 0 ? run.blocks : reached).map((block) => [
      block.block,
      count(block.in),
      count(block.made),
      count(block.out),
      el('span', { class: 'bars' }, bar(block.out / most, 6)),
      leading(block.filtered, () => showLost({ block: block.block, kind: 'filtered' })),
      leading(block.deduplicated, () => showLost({ block: block.block, kind: 'deduplicated' })),
      reasonsOf(block, showLost),
      count(block.unfinished),
      count(block.calls),
    ]),
    'samples by block: in + made = out + filtered + deduplicated + rejected + unfinished',
  );
  const leaves = Object.entries(run.leaves);
  const unreached =
    idle.length === 0
      ? undefined
      : el('details', {}, el('summary', {}, `No sample came to ${count(idle.length)} other blocks`), idle.join(', '));
  return section('funnel', 'Funnel', byBlock, unreached, leaves.length > 0 ? el('h3', {}, 'By leaf') : undefined, ...leafList(run, leaves));
}
