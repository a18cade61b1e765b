import { isOfSeed } from './browse.js';
import { count, el, histogram, quiet, section, sum, table } from './dom.js';

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

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const nearness = (value) => value.toFixed(3);

/** What the rows say by words and in meaning: what it is, and the figure. */
export function measureFacts({ distinct, meanings } = {}) {
  if (!distinct) return [];
  const grams = [
    ['words that are new', distinct[1]],
    ['pairs of words that are new', distinct[2]],
    ['triples of words that are new', distinct[3]],
  ];
  const facts = grams.map(([name, share]) => [name, percent(share)]);
  if (!meanings) return facts;
  facts.push(
    ['any two questions are alike', nearness(meanings.selfSimilarity)],
    ['a question and the nearest other', nearness(meanings.nearest)],
    ['questions with another at 0.9 and more', percent(meanings.repeated)],
  );
  if (meanings.toSeed !== undefined) facts.push(['a question and the nearest example it was made from', nearness(meanings.toSeed)]);
  if (meanings.documentCoverage !== undefined) {
    facts.push(['a paragraph of a document and the nearest question or answer', nearness(meanings.documentCoverage)]);
  }
  return facts;
}

function measures({ measures: found }) {
  const facts = measureFacts(found);
  if (facts.length === 0) return [];
  const how = found.meanings
    ? `nearness is the mean cosine by the embedder, of ${count(found.meanings.rows)} questions taken at random`
    : 'with --embedder also how near questions are to each other, to their examples and to their documents';
  return [el('h3', {}, 'How much they say'), table(['what', 'figure'], facts, how)];
}

/** Measures, lengths, scores and duplicates. */
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
    ...measures(run),
    parts.length === 0 ? quiet('There are no rows.') : el('div', { class: 'columns' }, ...parts),
    ofSeed.length === 0
      ? undefined
      : el('details', {}, el('summary', {}, 'columns of the seed'), el('div', { class: 'columns' }, ...ofSeed)),
  );
}
