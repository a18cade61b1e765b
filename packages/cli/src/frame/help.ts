import { commonFlags, type CommandTable, type Flag } from '../command.js';

const WIDTH = 80;
const EXIT_CODES =
  '0 done; 1 input judged bad, or nothing came out of it; 2 wrong usage or config; 3 teacher or budget; 130 ' +
  'interrupted, what was done is good.';

/** Words of `text` in lines of at most `width` characters. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

export const spelling = (flag: Flag): string => {
  const value = flag.value === undefined ? '' : ` ${flag.value}`;
  const names = [flag.name, ...(flag.aliases ?? [])].map((name) => `--${name}`).join(', ');
  return `${flag.short ? `-${flag.short}, ` : '    '}${names}${value}`;
};

/** What follows from the table and need not be written by hand: default, environment, repetition. */
const facts = (flag: Flag): string =>
  [
    flag.choices && !flag.value?.includes('|') && `one of ${flag.choices.join(', ')}`,
    flag.multiple && 'may be repeated',
    flag.default !== undefined && `default ${flag.default}`,
    flag.env && `from the environment: ${flag.env.join(' or ')}`,
  ]
    .filter(Boolean)
    .join('; ');

/** What a flag is for, in the manner of its first line: without a stop at the end. */
export function meaning(flag: Flag, long = true): string {
  const extra = facts(flag);
  return `${flag.help}${extra && ` (${extra})`}${long && flag.more ? `. ${flag.more.replace(/\.$/, '')}` : ''}`;
}

/** What the exit codes of a command mean: its own, or those that all have. */
export const exitCodes = ({ exitCodes: own = EXIT_CODES }: CommandTable): string => `Exit codes: ${own}`;

function flagLines(flags: readonly Flag[], long: boolean): string[] {
  const left = Math.min(34, Math.max(...flags.map((flag) => spelling(flag).length)) + 4);
  return flags.flatMap((flag) => {
    const lines = wrap(meaning(flag, long), WIDTH - left);
    const head = `  ${spelling(flag)}`;
    const first = head.length < left - 1 ? [head.padEnd(left) + lines.shift()] : [head];
    return [...first, ...lines.map((line) => ' '.repeat(left) + line)];
  });
}

/** The help of a command: in short for `-h`, whole for `--help`. */
export function renderHelp(command: CommandTable, name: string, long: boolean): string {
  const usage = command.usage.map((line, i) => `${i === 0 ? 'Usage:' : '      '} ${name} ${line}`.trimEnd());
  const sections = [
    [`${name} – ${command.summary}`],
    usage,
    ...(long ? command.description.split('\n\n').map((paragraph) => wrap(paragraph, WIDTH)) : []),
    ...(command.flags.length > 0 ? [['Options:', ...flagLines(command.flags, long)]] : []),
    ['Everywhere:', ...flagLines(commonFlags, long)],
    ...(command.examples.length > 0 && long
      ? [['Examples:', ...command.examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`])]]
      : []),
    ...(long ? [wrap(exitCodes(command), WIDTH)] : []),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The options of a command as a Markdown table, for the reference page. */
export function renderFlagTable(command: CommandTable): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const prose = (text: string): string => cell(text).replaceAll('<', '\\<');
  const rows = command.flags.map((flag) => `| \`${cell(spelling(flag).trim())}\` | ${prose(meaning(flag))} |`);
  return ['| option | meaning |', '| --- | --- |', ...rows].join('\n');
}
