import { commonFlags, type CommandTable } from '../command.js';
import { exitCodes, renderFlagTable } from './help.js';

/** The reference page of all commands, in Markdown: rendered from the tables that the commands themselves read. */
export function referencePage(commands: readonly (readonly [word: string, command: CommandTable])[]): string {
  const everywhere: CommandTable = { name: '', summary: '', usage: [], description: '', flags: commonFlags, examples: [] };
  const sections = commands.map(([word, command]) => {
    const name = command.name.startsWith('sdg-') ? command.name : `sdg ${word}`;
    return [
      `## ${name}`,
      `${command.summary[0]!.toUpperCase()}${command.summary.slice(1)}.`,
      `\`\`\`text\n${command.usage.map((line) => `${name} ${line}`).join('\n')}\n\`\`\``,
      command.description,
      ...(command.exitCodes === undefined ? [] : [exitCodes(command)]),
      ...(command.flags.length > 0 ? [renderFlagTable(command)] : []),
      ...(command.examples.length > 0 ? [command.examples.map(([line, what]) => `- \`${line}\`: ${what}`).join('\n')] : []),
    ].join('\n\n');
  });
  return [
    '# Commands',
    '<!-- Written by `npm run generate` from the flag tables. -->',
    'stdout carries data and nothing else; progress, notes and errors go to stderr. A reader that goes away (`| head`) is not an error.',
    'Exit codes: 0 done; 1 the input was judged bad or was empty, or nothing at all came out of it; 2 wrong usage or ' +
      'configuration; 3 the teacher could not be reached, refused everything, or a budget ran out, output so far is good and a ' +
      'rerun resumes; 130 interrupted, what was under way was finished.',
    ...sections,
    `## Everywhere\n\n${renderFlagTable(everywhere)}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
