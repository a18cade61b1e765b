import type { Block } from '../document.js';
import { descendant, descendants, elements, textIn, type XmlElement } from './xml.js';

/** Texts of a chart (`c:pt`) by their place. */
function textsOf(part: XmlElement | undefined): Map<number, string> {
  const texts = new Map<number, string>();
  for (const point of descendants(part, 'c:pt')) {
    const value = descendant(point, 'c:v');
    texts.set(Number(point.attributes['idx'] ?? 0), value ? textIn(value).replace(/\s+/g, ' ').trim() : '');
  }
  return texts;
}

/** What a chart shows by its place; of several levels, as of years above quarters, each place has those above it. */
function pointsOf(part: XmlElement | undefined): Map<number, string> {
  const [lowest, ...above] = Array.from(descendants(part, 'c:lvl'), textsOf);
  if (!lowest) return textsOf(part);
  for (const level of above) {
    let last = '';
    for (const [at, text] of lowest) lowest.set(at, `${(last = level.get(at) ?? last)} ${text}`.trim());
  }
  return lowest;
}

interface Series {
  /** Its points have two numbers each, and their place says nothing. */
  readonly isCloud: boolean;
  readonly name: string;
  readonly labels: ReadonlyMap<number, string>;
  readonly values: ReadonlyMap<number, string>;
}

function seriesOf(ser: XmlElement): Series {
  const [named] = elements(ser, 'c:tx');
  const literal = elements(named, 'c:v').map(textIn).join('');
  return {
    isCloud: elements(ser, 'c:yVal').length > 0,
    name: [...pointsOf(named).values()].join(' ') || literal,
    labels: pointsOf(elements(ser, 'c:cat', 'c:xVal')[0]),
    values: pointsOf(elements(ser, 'c:val', 'c:yVal')[0]),
  };
}

/** Series that share their labels, as columns. */
function table(title: string, labels: ReadonlyMap<number, string>, all: readonly Series[], page: number): Block[] {
  const places = [...new Set([...labels.keys(), ...all.flatMap(({ values }) => [...values.keys()])])].sort((a, b) => a - b);
  const rows = places.map((at) => [labels.get(at) ?? '', ...all.map(({ values }) => values.get(at) ?? '')]);
  return rows.length === 0 ? [] : [{ kind: 'table', header: [title, ...all.map(({ name }) => name)], rows, page }];
}

/**
 * A chart's part (`c:chartSpace`) as tables of what it shows: a column for each series, a row for each label; series with labels of
 * their own, as clouds of points have, are tables of their own. Its title is the head of the first column.
 */
export function chartTables(chart: XmlElement, page: number): Block[] {
  const drawn = descendant(chart, 'c:chart');
  const title = Array.from(descendants(elements(drawn, 'c:title')[0], 'a:t'), textIn)
    .join('')
    .trim();
  const all = Array.from(descendants(drawn, 'c:ser'), seriesOf).filter(({ values }) => values.size > 0);
  const labels = all.find((series) => series.labels.size > 0)?.labels ?? new Map<number, string>();
  const shown = JSON.stringify([...labels]);
  const isShared = all.every((series) => (series.labels.size === 0 && !series.isCloud) || JSON.stringify([...series.labels]) === shown);
  return isShared ? table(title, labels, all, page) : all.flatMap((series) => table(title, series.labels, [series], page));
}

/** The part of a diagram that has its texts (`dgm:dataModel`) as a list, in their order. */
export function diagramList(data: XmlElement, page: number, paragraphText: (paragraph: XmlElement) => string): Block[] {
  const items = Array.from(descendants(data, 'dgm:pt'), (point) =>
    Array.from(descendants(elements(point, 'dgm:t')[0], 'a:p'), paragraphText)
      .filter(Boolean)
      .join(' '),
  ).filter(Boolean);
  return items.length === 0 ? [] : [{ kind: 'list', text: items.map((item) => `- ${item.replace(/\s+/g, ' ')}`).join('\n'), page }];
}
