import { writtenNumber } from '../number-label.js';
import { descendant, elements, type XmlElement } from './xml.js';

/** How OpenDocument names ways of writing numbers, by the names that Word has for them. */
const FORMATS: Readonly<Record<string, string>> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '1st': 'ordinal',
  '01, 02, 03, ...': 'decimalZero',
  '①, ②, ③, ...': 'decimalEnclosedCircle',
  '一, 二, 三, ...': 'chineseCounting',
};

/** A level of a list, or of headings, that has numbers. */
export interface NumberedLevel {
  readonly start: number;
  readonly format: string;
  /** `%1%.%2%`: numbers of levels, and what stands around them. */
  readonly text: string;
}

/** The levels that have numbers, from 1. */
export type NumberedLevels = ReadonlyMap<number, NumberedLevel>;

/** The number that an item, a list or a heading says it begins with. */
export const startOf = ({ 'text:start-value': start = '' }: XmlElement['attributes']): number | undefined =>
  /^\d{1,9}$/.test(start) ? Number(start) : undefined;

function levelOf({ attributes }: XmlElement): NumberedLevel {
  const level = Number(attributes['text:level'] ?? 1);
  const shown = Math.min(level, Math.max(1, Number(attributes['text:display-levels'] ?? 1) || 1));
  const signs = Array.from({ length: shown }, (_, i) => `%${level - shown + 1 + i}%`).join('.');
  const around = `${attributes['style:num-prefix'] ?? ''}${signs}${attributes['style:num-suffix'] ?? ''}`;
  return {
    start: startOf(attributes) ?? 1,
    format: FORMATS[attributes['style:num-format'] ?? ''] ?? '',
    text: attributes['style:num-list-format'] ?? attributes['loext:num-list-format'] ?? around,
  };
}

const levelsIn = (style: XmlElement | undefined, name: string): NumberedLevels =>
  new Map(
    elements(style, name)
      .filter(({ attributes }) => attributes['style:num-format'])
      .map((level) => [Number(level.attributes['text:level'] ?? 1), levelOf(level)]),
  );

/** The levels with numbers of every style of lists, by its name. */
export function numberedLists(content: XmlElement, common: XmlElement): Map<string, NumberedLevels> {
  const styles = [descendant(common, 'office:styles'), descendant(content, 'office:automatic-styles')].flatMap((parent) =>
    elements(parent, 'text:list-style'),
  );
  return new Map(styles.map((style) => [style.attributes['style:name'] ?? '', levelsIn(style, 'text:list-level-style-number')]));
}

/** The levels of headings that have numbers. */
export const numberedHeadings = (common: XmlElement): NumberedLevels =>
  levelsIn(descendant(common, 'text:outline-style'), 'text:outline-level-style');

/**
 * The number of a place as it is written, as `2.3` or `(a)`; undefined where one in it is not known. `numbers` are those of all
 * levels, from the highest.
 */
export function writtenLabel(levels: NumberedLevels, level: number, numbers: readonly number[]): string | undefined {
  let isKnown = true;
  const text = levels.get(level)?.text.replace(/%(\d+)%/g, (_, digits: string) => {
    const number = numbers[Number(digits) - 1] ?? Number.NaN;
    const written = Number.isNaN(number) ? undefined : writtenNumber(levels.get(Number(digits))?.format ?? '', number);
    isKnown &&= written !== undefined;
    return written ?? '';
  });
  return isKnown && text !== undefined && text.trim() !== '' ? text.trim() : undefined;
}
