import { patternTemplate } from './pattern-template.js';
import type { Field, Format, Values } from './format.js';

/** Marks that may stand in a reply, as the prompt's examples show them: start tags in order, and what ends a record. */
export interface Marks {
  readonly startTags: readonly string[];
  readonly endTag: string;
}

/** A regular expression of Python as one of JavaScript, or undefined where it has no such form. */
export function fromPython(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^').replace(/^\(\?[aiLmsux]+\)/u, ''), 'gs');
  } catch {
    return undefined;
  }
}

/**
 * Records that a regular expression shall find. The text is first written with the marks of the prompt's examples,
 * then from the expression's own literals; whichever the expression reads back as the same records is taken.
 */
export function patternFormat(fields: readonly Field[], pattern: string, marks: readonly Marks[]): Format {
  const regex = fromPython(pattern);
  const template = regex && patternTemplate(pattern);
  const withMarks = ({ startTags, endTag }: Marks, records: readonly Values[]): string =>
    records.map((values) => `${values.map((value, i) => `${startTags[i] ?? ''}\n${value}`).join('\n')}${endTag && `\n${endTag}`}`).join('\n');
  const candidates = (records: readonly Values[]): string[] => [
    ...marks.map((mark) => withMarks(mark, records)),
    ...(template ? ['\n', '\n\n'].map((between) => records.map((values, i) => template(values, i + 1)).join(between)) : []),
  ];
  const readsBack = (text: string, records: readonly Values[]): boolean => {
    if (!regex) return false;
    const found = [...text.matchAll(regex)];
    return (
      found.length === records.length &&
      found.every((match, r) => records[r]!.every((value, i) => (match[i + 1] ?? '').startsWith(value.trim())))
    );
  };
  return {
    fields,
    many: true,
    render(records) {
      const texts = candidates(records);
      return texts.find((text) => readsBack(text, records)) ?? texts[0] ?? records.map((values) => values.join('\n')).join('\n\n');
    },
  };
}
