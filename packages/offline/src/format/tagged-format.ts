import type { Format, Field } from './format.js';

/**
 * Records between tags. Where a field ends with the tag that the next one, or the next record, begins with, the tag is
 * written once, as prompts with `[Question]` … `[Answer]` … `[Question]` want it.
 */
export function taggedFormat(fields: readonly Field[], startTags: readonly string[], endTags: readonly string[]): Format {
  return {
    fields,
    startTags,
    many: startTags.some((tag) => tag !== ''),
    render(records) {
      let text = '';
      let open = '';
      for (const values of records) {
        values.forEach((value, i) => {
          const start = startTags[i] ?? '';
          const end = endTags[i] ?? '';
          if (start !== '' && start !== open) text += `${text === '' ? '' : '\n'}${start}`;
          text += `${text === '' ? '' : '\n'}${value}`;
          if (end !== '') text += `\n${end}`;
          open = end;
        });
      }
      return text;
    },
  };
}
