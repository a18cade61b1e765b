import { EOL } from 'node:os';
import { scanYaml, type Token } from '@sdg/config';
import { booleanOption, integerOption, type LintRule } from './lint-rule.js';

/** How many blank lines may follow each other: anywhere, at the start, at the end. */
const emptyLines: LintRule = {
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
      const option = isLast ? 'max-end' : blank === number ? 'max-start' : 'max';
      const where = { 'max-end': ' at the end of the file', 'max-start': ' at the start of the file', max: '' }[option];
      const max = options[option] as number;
      if (blank <= max) continue;
      const message = `too many blank lines${where} (${blank} > ${max})`;
      yield { offset: start, seenAt: number, message, remedy: max === 0 ? 'remove them' : `leave ${max} at most` };
    }
  },
};

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
  const [, indent = '', sign = ''] = /^( *)(#+|-)?/.exec(line) ?? [];
  return indent.length + (sign === '' ? 0 : sign.length + 1);
}

/** Lines no longer than so many characters, where they can be broken. */
const lineLength: LintRule = {
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
      const mayBeLong = words && /[^ ]/.test(line) && (!line.includes(' ', textStart(line)) || (mappings && isUnbreakableMapping(line)));
      if (mayBeLong) continue;
      const offset = start + characters.slice(0, max).join('').length;
      yield { offset, seenAt: number, message: `line too long (${characters.length} > ${max} characters)`, remedy: 'break it' };
    }
  },
};

const newLineAtEndOfFile: LintRule = {
  name: 'new-line-at-end-of-file',
  options: {},
  *check({ lines }) {
    const last = lines.at(-1);
    if (!last || last.end === last.start) return;
    const message = 'the last line has no line break at its end';
    yield { offset: last.end, seenAt: last.number, message, remedy: 'press Enter at the very end of the file, once' };
  },
};

/**
 * Which line break the file uses. Line breaks have become line feeds before a file is linted, here as in the original,
 * so files with CRLF pass as `unix` and none is `dos`.
 */
const newLines: LintRule = {
  name: 'new-lines',
  options: { type: { type: [{ word: 'unix' }, { word: 'dos' }, { word: 'platform' }], default: 'unix' } },
  *check({ text, lines: [first] }, { type }) {
    const isDos = type === 'dos' || (type === 'platform' && EOL === '\r\n');
    if (isDos && first && first.end < text.length) {
      yield { offset: first.end, seenAt: 1, message: 'wrong line break: expected CRLF', remedy: 'ask for "unix" in the rules file' };
    }
  },
};

/** White space at the end of a line, also of the lines of a text block. */
const trailingSpaces: LintRule = {
  name: 'trailing-spaces',
  options: {},
  *check({ text, lines }) {
    for (const { number, start, end } of lines) {
      let from = end;
      while (from > start && ' \t\v\f\r'.includes(text[from - 1] as string)) from--;
      if (from < end && ' \t'.includes(text[from] as string)) {
        yield { offset: from, seenAt: number, message: 'spaces at the end of the line', remedy: 'remove them' };
      }
    }
  },
};

/** What lines are like, whatever they say. */
export const lineRules: readonly LintRule[] = [emptyLines, lineLength, newLineAtEndOfFile, newLines, trailingSpaces];
