import { integerOption, type LintRule } from './lint-rule.js';

/** How many blank lines may follow each other: anywhere, at the start, at the end. */
export const emptyLines: LintRule = {
  name: 'empty-lines',
  options: { max: integerOption(2), 'max-start': integerOption(0), 'max-end': integerOption(0) },
  *check({ text, lines }, options) {
    let blank = 0;
    for (const [i, { number, start, end }] of lines.entries()) {
      // The piece after the last line feed is no line.
      if (start !== end || end === text.length) {
        blank = 0;
        continue;
      }
      blank++;
      const next = lines[i + 1];
      if (next && next.start === next.end && next.end < text.length) continue;
      const isLast = end === text.length - 1;
      if (isLast && end === 0) continue;
      const [max, where] = isLast
        ? [options['max-end'] as number, ' at the end of the file']
        : blank === number
          ? [options['max-start'] as number, ' at the start of the file']
          : [options['max'] as number, ''];
      if (blank > max) {
        yield {
          offset: start,
          seenAt: number,
          message: `too many blank lines${where} (${blank} > ${max})`,
          remedy: max === 0 ? 'remove them' : `leave ${max} at most`,
        };
      }
    }
  },
};
