import { scanYaml, type Token } from '@sdg/config';
import { booleanOption, integerOption, type LintRule } from './lint-rule.js';

/** Whether a line, read by itself, is `key: value` with a value that has no space at which it could be broken. */
function isUnbreakableMapping(line: string): boolean {
  let tokens: Token[];
  try {
    tokens = scanYaml(line);
  } catch {
    return false;
  }
  const start = tokens.findIndex(({ type }) => type === 'block-mapping-start');
  const value = start === -1 ? undefined : tokens.find(({ type }, i) => i > start && type === 'scalar' && tokens[i - 1]?.type === 'value');
  return value !== undefined && !line.slice(value.start).includes(' ');
}

/** Where the text of a line begins: past its indentation, a hyphen or a comment's signs. */
function textStart(line: string): number {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  if (line[indent] === '#') return indent + (/^#+/.exec(line.slice(indent))?.[0].length ?? 0) + 1;
  return line[indent] === '-' ? indent + 2 : indent;
}

/** Lines no longer than so many characters, where they can be broken. */
export const lineLength: LintRule = {
  name: 'line-length',
  options: {
    max: integerOption(80),
    'allow-non-breakable-words': booleanOption(true),
    'allow-non-breakable-inline-mappings': booleanOption(false),
  },
  *check({ text, lines }, options) {
    const max = options['max'] as number;
    const mappings = options['allow-non-breakable-inline-mappings'] === true;
    const words = mappings || options['allow-non-breakable-words'] === true;
    for (const { number, start, end } of lines) {
      if (end - start <= max) continue;
      const line = text.slice(start, end);
      const characters = Array.from(line);
      if (characters.length <= max) continue;
      if (words && /[^ ]/.test(line)) {
        if (!line.includes(' ', textStart(line)) || (mappings && isUnbreakableMapping(line))) continue;
      }
      yield {
        offset: start + characters.slice(0, max).join('').length, seenAt: number,
        message: `line too long (${characters.length} > ${max} characters)`, remedy: 'break it',
      };
    }
  },
};
