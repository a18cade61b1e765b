import { count, el, money, quiet, section, sum, table, textOf, unique } from './dom.js';
import { rowDetails } from './browse.js';
import { rejectedOf } from './funnel.js';
import { measureFacts } from './shapes.js';

const total = (run, name) => sum(run.blocks.map((block) => block[name]));
const paid = (run, name) => sum(run.blocks.flatMap(({ models }) => Object.values(models).map((use) => use[name])));
const yieldOf = (block) => (block && block.in + block.made > 0 ? `${((100 * block.out) / (block.in + block.made)).toFixed(1)} %` : '–');

/** How one run did: name, and what to show of a run. */
const FACTS = [
  ['rows', (run) => count(run.end?.written)],
  ['how it ended', (run) => run.end?.exit ?? '–'],
  ['seconds', (run) => (run.end ? run.end.seconds.toFixed(1) : '–')],
  ['calls', (run) => count(total(run, 'calls'))],
  ['answered by the cache', (run) => count(total(run, 'cachedCalls'))],
  ['tokens in, paid', (run) => count(paid(run, 'promptTokens'))],
  ['tokens out, paid', (run) => count(paid(run, 'completionTokens'))],
  ['cost', (run) => (run.end?.cost === undefined ? '–' : money(run.end.cost))],
  ['rejected', (run) => count(run.rejects.total)],
];

/** What the rows of each say, of what was measured of either. */
function measured(runs) {
  const facts = runs.map(({ measures }) => new Map(measureFacts(measures)));
  return [...new Set(facts.flatMap((one) => [...one.keys()]))].map((name) => [name, ...facts.map((one) => one.get(name) ?? '–')]);
}

/** All that decided a run, by name. */
const decided = (run) => ({
  ...run.settings,
  ...Object.fromEntries(Object.entries(run.files).map(([name, digest]) => [name, digest ?? 'stdin'])),
  ...run.versions,
});

function settings(names, [a, b]) {
  const [one, other] = [decided(a), decided(b)];
  const all = unique([...Object.keys(one), ...Object.keys(other)]);
  const differ = all.filter((name) => textOf(one[name] ?? null) !== textOf(other[name] ?? null));
  const rows = differ.map((name) => [name, textOf(one[name] ?? '–'), textOf(other[name] ?? '–')]);
  return section(
    'settings',
    'Settings that differ',
    differ.length === 0 ? quiet('None.') : table(['setting', ...names], rows, 'settings, files and versions'),
  );
}

function funnels(names, runs) {
  const isReached = (block) => block.in + block.made > 0;
  const blocks = [...new Set(runs.flatMap((run) => run.blocks.filter(isReached).map(({ block }) => block)))];
  const rows = blocks.map((name) => {
    const found = runs.map((run) => run.blocks.find(({ block }) => block === name));
    const pair = (pick) => found.map((block) => (block ? pick(block) : '–'));
    return [
      name,
      ...pair((block) => count(block.in)),
      ...pair((block) => count(block.out)),
      ...pair(yieldOf),
      ...pair((block) => count(rejectedOf(block))),
    ];
  });
  const heads = ['in', 'out', 'yield', 'rejected'].flatMap((what) => [`${what}, 1`, `${what}, 2`]);
  return section(
    'funnel',
    'Funnel',
    rows.length === 0 ? quiet('No sample came to any block.') : table(['block', ...heads], rows, `1: ${names[0]}, 2: ${names[1]}`),
  );
}

const alone = (name, { total: all, shown }) =>
  el(
    'div',
    {},
    el('h3', {}, `Rows of ${name} alone: ${count(all)}${shown.length < all ? `, ${count(shown.length)} of them shown` : ''}`),
    ...(shown.length === 0 ? [quiet('None.')] : shown.map(rowDetails)),
  );

/** Two runs side by side. */
export function comparison(runs, { both, only }) {
  const same = runs[0].folder === runs[1].folder;
  const names = runs.map(({ folder }, i) => (same ? `${folder} (${i + 1})` : folder));
  return [
    section(
      'summary',
      'Side by side',
      ...runs.flatMap((run, i) => run.notes.map((note) => el('p', { class: 'note' }, `${names[i]}: ${note}`))),
      table(
        ['what', ...names],
        [...FACTS.map(([name, pick]) => [name, ...runs.map(pick)]), ...measured(runs)],
        'what came out, and what it cost',
      ),
    ),
    settings(names, runs),
    funnels(names, runs),
    section(
      'rows',
      'Rows that only one has',
      quiet(`${count(both)} rows say the same in both.`),
      ...only.map((rows, i) => alone(names[i], rows)),
    ),
  ];
}
