import { posix } from 'node:path';
import type { Block, Dropped } from '../document.js';
import type { Relation } from './relations.js';
import { textOf } from './unzip.js';
import { descendant, descendants, elements, parseXml, textIn, type XmlElement } from './xml.js';

/** A part of a chart or a diagram; some programs write those of charts without the prefix. */
export const parseGraphic = (xml: string): XmlElement =>
  parseXml(/<chartSpace[\s>]/.test(xml.slice(0, 2000)) ? xml.replace(/<(\/?)([A-Za-z][\w.-]*)(?=[\s>/])/g, '<$1c:$2') : xml);

type Table = Extract<Block, { kind: 'table' }>;

/** Texts of a chart by their place: points (`c:pt`) around a value, or those of newer charts (`cx:pt`), which are it. */
function textsOf(part: XmlElement | undefined): Map<number, string> {
  const texts = new Map<number, string>();
  const [points, isValue] = descendant(part, 'cx:pt') ? [descendants(part, 'cx:pt'), true] : [descendants(part, 'c:pt'), false];
  for (const point of points) {
    const value = isValue ? point : descendant(point, 'c:v');
    texts.set(Number(point.attributes['idx'] ?? 0), value ? textIn(value).replace(/\s+/g, ' ').trim() : '');
  }
  return texts;
}

/** What a chart shows by its place; of several levels, as of years above quarters, each place has those above it. */
function pointsOf(part: XmlElement | undefined): Map<number, string> {
  const levels = [...descendants(part, 'c:lvl'), ...descendants(part, 'cx:lvl')];
  const [lowest, ...above] = levels.map(textsOf);
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

/** What a chart or a diagram says of itself: its page, of kinds that have pages. */
interface Place {
  readonly page?: number;
}

/** Series that share their labels, as columns. */
function table(title: string, labels: ReadonlyMap<number, string>, all: readonly Series[], place: Place): Table[] {
  const places = [...new Set([...labels.keys(), ...all.flatMap(({ values }) => [...values.keys()])])].sort((a, b) => a - b);
  const rows = places.map((at) => [labels.get(at) ?? '', ...all.map(({ values }) => values.get(at) ?? '')]);
  return rows.length === 0 ? [] : [{ kind: 'table', header: [title, ...all.map(({ name }) => name)], rows, ...place }];
}

const drawnIn = (chart: XmlElement): XmlElement | undefined => descendant(chart, 'c:chart') ?? descendant(chart, 'cx:chart');

const titleOf = (title: XmlElement | undefined): string =>
  [...descendants(title, 'a:t'), ...descendants(title, 'cx:v')].map(textIn).join('').trim();

/** A series of the newer kinds (waterfall, tree map, sunburst, box, histogram, funnel): its values stand apart from it (`cx:data`). */
function newerSeries(series: XmlElement, data: ReadonlyMap<string, XmlElement>): Series {
  const [named] = elements(series, 'cx:tx');
  const values = data.get(elements(series, 'cx:dataId')[0]?.attributes['val'] ?? '');
  return {
    isCloud: false,
    name: titleOf(named),
    labels: pointsOf(elements(values, 'cx:strDim')[0]),
    values: pointsOf(elements(values, 'cx:numDim')[0]),
  };
}

/**
 * A chart's part (`c:chartSpace`, `cx:chartSpace`) as tables of what it shows: a column for each series, a row for each label;
 * series with labels of their own, as clouds of points have, are tables of their own. Its title is the head of the first column.
 */
export function chartTables(chart: XmlElement, place: Place): Table[] {
  const drawn = drawnIn(chart);
  const title = titleOf(elements(drawn, 'c:title', 'cx:title')[0]);
  const data = new Map(Array.from(descendants(chart, 'cx:data'), (one) => [one.attributes['id'] ?? '', one]));
  const series = [
    ...Array.from(descendants(drawn, 'c:ser'), seriesOf),
    ...Array.from(descendants(drawn, 'cx:series'), (one) => newerSeries(one, data)),
  ];
  const all = series.filter(({ values }) => values.size > 0);
  const labels = all.find((series) => series.labels.size > 0)?.labels ?? new Map<number, string>();
  const shown = JSON.stringify([...labels]);
  const isShared = all.every((series) => (series.labels.size === 0 && !series.isCloud) || JSON.stringify([...series.labels]) === shown);
  return isShared ? table(title, labels, all, place) : all.flatMap((one) => table(title, one.labels, [one], place));
}

/** A chart without values of its own, which a program is to look up in cells: by its title it is listed. */
export function bareChart(chart: XmlElement, place: Place = {}): Dropped[] {
  if (chartTables(chart, {}).length > 0) return [];
  return [{ text: titleOf(elements(drawnIn(chart), 'c:title', 'cx:title')[0]) || 'a chart without values', reason: 'chart', ...place }];
}

/** The part of a diagram that has its texts (`dgm:dataModel`) in their order. */
export function diagramItems(data: XmlElement, paragraphText: (paragraph: XmlElement) => string): string[] {
  const items = Array.from(descendants(data, 'dgm:pt'), (point) =>
    Array.from(descendants(elements(point, 'dgm:t')[0], 'a:p'), paragraphText)
      .filter(Boolean)
      .join(' '),
  ).filter(Boolean);
  return items.map((item) => item.replace(/\s+/g, ' '));
}

/** The charts without values that a part names. */
export const bareCharts = (parts: ReadonlyMap<string, Uint8Array>, relations: readonly Relation[], place: Place = {}): Dropped[] =>
  relations
    .filter(({ type, target }) => /^chart(?:Ex)?$/.test(type) && parts.has(target))
    .flatMap(({ target }) => bareChart(parseGraphic(textOf(parts, target)!), place));

/** Files that a part shows as a picture (a workbook on a slide), by their names: what they say is not read. */
export const embeddedObjects = (relations: readonly Relation[], place: Place = {}): Dropped[] =>
  relations
    .filter(({ type }) => type === 'oleObject' || type === 'package')
    .map(({ target }) => ({ text: posix.basename(target), reason: 'object', ...place }));
