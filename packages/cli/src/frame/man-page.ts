import { commonFlags, type CommandTable, type Flag } from '../command.js';
import { exitCodes, meaning, spelling } from './help.js';

/** Text as troff takes it: no line begins a request, no character is read as another. */
const plain = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/gm, '\\&$1')
    .replace(/[^\0-~]/gu, (char) => `\\[u${char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`);

const option = (flag: Flag): string => `.TP\n.B ${plain(spelling(flag).trim())}\n${plain(meaning(flag))}`;

const section = (title: string, lines: readonly string[]): string[] => (lines.length > 0 ? [`.SH ${title}`, ...lines] : []);

/** The manual page of a command, section 1, rendered from its table. `name`: as typed, `sdg diff`. */
export function manPage(command: CommandTable, name: string, version: string, others: readonly string[] = []): string {
  const title = name.replace(' ', '-');
  return [
    `.\\" Written by npm run generate from the flag tables.`,
    `.TH ${title.toUpperCase()} 1 "" "sdg ${version}" "User Commands"`,
    ...section('NAME', [`${plain(title)} \\- ${plain(command.summary)}`]),
    ...section(
      'SYNOPSIS',
      command.usage.flatMap((line, i) => [...(i > 0 ? ['.br'] : []), `.B ${plain(name)}`, plain(line)]),
    ),
    ...section(
      'DESCRIPTION',
      plain(command.description)
        .split('\n\n')
        .filter(Boolean)
        .flatMap((text, i) => [...(i > 0 ? ['.PP'] : []), text]),
    ),
    ...section('OPTIONS', command.flags.map(option)),
    ...section('EVERYWHERE', commonFlags.map(option)),
    ...section(
      'EXAMPLES',
      command.examples.map(([line, what]) => `.TP\n.B ${plain(line)}\n${plain(what)}`),
    ),
    ...section('EXIT STATUS', [plain(exitCodes(command))]),
    ...section('SEE ALSO', others.length > 0 ? [others.map((other) => `.BR ${plain(other)} (1)`).join(',\n')] : []),
    '',
  ].join('\n');
}
