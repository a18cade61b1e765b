import type { OutputContract } from '@sdg/core';
import type { Field, Format, Values } from './format.js';
import { fitValue, patternTemplate } from './pattern-template.js';
import { fromPython } from './python-pattern.js';

/** Marks that may stand in a reply, as the prompt's examples show them: start tags in order, and what ends a record. */
export interface Marks {
  readonly startTags: readonly string[];
  readonly endTag: string;
}

type FindAll = NonNullable<OutputContract['findAll']>;

/** For contracts that only name a pattern: as JavaScript reads it. */
function finder(pattern: string): FindAll {
  const regex = fromPython(pattern);
  return (text) =>
    regex
      ? Array.from(text.matchAll(regex), ([whole, ...groups]) =>
          groups.length > 0 ? groups.map((value: string | undefined) => value ?? '') : [whole],
        )
      : [];
}

/**
 * Records that a regular expression shall find. The text is first written with the marks of the prompt's examples,
 * then from the expression's own literals; whichever the expression reads back as the same records is taken.
 */
export function patternFormat(
  fields: readonly Field[],
  pattern: string,
  marks: readonly Marks[],
  findAll: FindAll = finder(pattern),
): Format {
  const template = patternTemplate(pattern);
  const withMarks = ({ startTags, endTag }: Marks, records: readonly Values[]): string =>
    records
      .map((values) => `${values.map((value, i) => `${startTags[i] ?? ''}\n${value}`).join('\n')}${endTag && `\n${endTag}`}`)
      .join('\n');
  const candidates = (records: readonly Values[]): string[] => [
    ...marks.map((mark) => withMarks(mark, records)),
    ...(template ? ['\n', '\n\n'].map((between) => records.map((values, i) => template.write(values, i + 1)).join(between)) : []),
  ];
  const readsBack = (text: string, records: readonly Values[]): boolean => {
    const found = findAll(text);
    return (
      found.length === records.length &&
      found.every((groups, r) => records[r]!.every((value, i) => (groups[i] ?? '').startsWith(value.trim())))
    );
  };
  return {
    fields,
    many: true,
    render(given) {
      const fitted = (value: string, i: number): string =>
        template?.groups[i] === undefined ? value : fitValue(value, template.groups[i], template.ignoresCase);
      const records = given.map((values) => values.map(fitted));
      const texts = candidates(records);
      return texts.find((text) => readsBack(text, records)) ?? texts[0] ?? records.map((values) => values.join('\n')).join('\n\n');
    },
  };
}
