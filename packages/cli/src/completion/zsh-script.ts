import type { CompletedCommand, CompletedOption, Follows } from './completion-table.js';

/** In single quotes, and for _arguments. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const told = (text: string): string => text.replaceAll('\\', '\\\\').replace(/[[\]:]/g, '\\$&');

const action = (value: Follows): string =>
  value === 'file' ? '_files' : value === 'folder' ? '_files -/' : value === 'text' ? ' ' : `(${value.words.map(told).join(' ')})`;

/** Specs of one option, a name each: names of the same option exclude one another, unless it repeats. */
function specs({ names, help, value, repeats }: CompletedOption): string[] {
  const exclusive = repeats ? '*' : `(${names.join(' ')})`;
  // A value may follow as a word of its own; after a long name also behind "=".
  return names.map((name) => {
    const join = value === undefined ? '' : name.startsWith('--') ? '=' : '';
    return quoted(`${exclusive}${name}${join}[${told(help)}]${value === undefined ? '' : `:value:${action(value)}`}`);
  });
}

function commandFunction({ word, options, words }: CompletedCommand): string {
  const first = words.length > 0 ? [quoted(`1::what:_sdg_first ${words.join(' ')}`)] : [];
  return `_sdg_${word}() {
  _arguments -S \\
    ${[...options.flatMap(specs), ...first, quoted('*::file:_files')].join(' \\\n    ')}
}`;
}

/** A script for zsh: `source <(sdg completion zsh)` after compinit, or as `_sdg` in a folder of `fpath`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const programs = commands.filter(({ isProgram }) => isProgram).map(({ word }) => `sdg-${word}`);
  const listed = commands.map(({ word, summary }) => `    ${quoted(`${word}:${told(summary)}`)}`);
  return `#compdef sdg ${programs.join(' ')}
# Completion of the sdg commands for zsh. Written by: sdg completion zsh
_sdg_first() {
  compadd -- "$@"
  _files
}

${commands.map(commandFunction).join('\n\n')}

_sdg() {
  local -a commands
  commands=(
${listed.join('\n')}
  )
  if [[ \${service:-$words[1]} == sdg-* ]]; then
    _sdg_\${\${service:-$words[1]}#*sdg-}
  elif (( CURRENT == 2 )); then
    _describe command commands
  else
    local command=$words[2]
    shift words
    (( CURRENT-- ))
    (( $+functions[_sdg_$command] )) && _sdg_$command
  fi
}

if [[ $funcstack[1] == _sdg ]]; then _sdg "$@"; else compdef _sdg sdg ${programs.join(' ')}; fi
`;
}
