import type { CompletedCommand, CompletedOption, Follows } from './completion-table.js';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const given = (value: Follows): string =>
  value === 'file'
    ? '-r -F'
    : value === 'folder'
      ? "-x -a '(__fish_complete_directories)'"
      : value === 'text'
        ? '-x'
        : `-x -a ${quoted(value.words.join(' '))}`;

function optionLine({ names, help, value }: CompletedOption): string {
  const spelled = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  return `${spelled.join(' ')}${value === undefined ? '' : ` ${given(value)}`} -d ${quoted(help)}`;
}

function commandLines({ word, isProgram, options, words }: CompletedCommand): string[] {
  const line = (rest: string): string[] => [
    `complete -c sdg -n '__sdg_command_is ${word}' ${rest}`,
    ...(isProgram ? [`complete -c sdg-${word} ${rest}`] : []),
  ];
  return [...options.flatMap((option) => line(optionLine(option))), ...(words.length > 0 ? line(`-a ${quoted(words.join(' '))}`) : [])];
}

/** A script for fish: `sdg completion fish | source`, or as `sdg.fish` in its folder `completions`. */
export const fishScript = (commands: readonly CompletedCommand[]): string =>
  [
    '# Completion of the sdg commands for fish. Written by: sdg completion fish',
    'function __sdg_command_is',
    '    set -l typed (commandline -opc)',
    '    test (count $typed) -gt 1; and test "$typed[2]" = "$argv[1]"',
    'end',
    'function __sdg_no_command',
    '    test (count (commandline -opc)) -eq 1',
    'end',
    "complete -c sdg -f -n __sdg_no_command -l help -d 'show the commands'",
    "complete -c sdg -f -n __sdg_no_command -l version -d 'show the version'",
    ...commands.map(({ word, summary }) => `complete -c sdg -f -n __sdg_no_command -a ${word} -d ${quoted(summary)}`),
    ...commands.flatMap(commandLines),
    '',
  ].join('\n');
