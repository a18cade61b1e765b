import type { CompletedCommand, Follows } from './completion-table.js';

const filling = (follows: Follows): string =>
  follows === 'file'
    ? '_sdg_files -f'
    : follows === 'folder'
      ? '_sdg_files -d'
      : follows === 'text'
        ? ':'
        : `words='${follows.words.join(' ')}'`;

/** What stands after an option, by command and option. */
const valueCases = ({ word, options }: CompletedCommand): string[] => {
  const byFilling = new Map<string, string[]>();
  for (const { names, value } of options) {
    if (value === undefined) continue;
    const patterns = names.map((name) => `${word}:${name}`);
    byFilling.set(filling(value), [...(byFilling.get(filling(value)) ?? []), ...patterns]);
  }
  return [...byFilling].map(([fill, patterns]) => `    ${patterns.join('|')}) ${fill} ;;`);
};

/** A script for bash: `source <(sdg completion bash)`. Works from bash 3.2 on, without bash-completion. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  const programs = ['sdg', ...commands.filter(({ isProgram }) => isProgram).map(({ word }) => `sdg-${word}`)];
  return `# Completion of the sdg commands for bash. Written by: sdg completion bash
_sdg_files() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen "$1" -- "$cur"))
  compopt -o filenames 2>/dev/null
  return 0
}

_sdg() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev='' command='' words='' at=1
  COMPREPLY=()
  ((COMP_CWORD > 0)) && prev=\${COMP_WORDS[COMP_CWORD - 1]}
  # --flag=value is three words to bash.
  if [[ $cur == '=' ]]; then cur=''
  elif [[ $prev == '=' && $COMP_CWORD -gt 1 ]]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case \${1##*/} in
    sdg-*) command=\${1##*/sdg-} ;;
    *)
      if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W '${commands.map(({ word }) => word).join(' ')} --help --version' -- "$cur"))
        return 0
      fi
      command=\${COMP_WORDS[1]}
      at=2
      ;;
  esac
  command=\${command#sdg-}
  case $command:$prev in
${commands.flatMap(valueCases).join('\n')}
    *)
      if [[ $cur == -* ]]; then
        case $command in
${commands.map(({ word, options }) => `          ${word}) words='${options.flatMap(({ names }) => names).join(' ')}' ;;`).join('\n')}
        esac
      else
        ((COMP_CWORD == at)) && case $command in
${commands
  .filter(({ words }) => words.length > 0)
  .map(({ word, words }) => `          ${word}) words='${words.join(' ')}' ;;`)
  .join('\n')}
        esac
        _sdg_files -f
      fi
      ;;
  esac
  local found
  [[ -n $words ]] && for found in $(compgen -W "$words" -- "$cur"); do COMPREPLY+=("$found"); done
  return 0
}

complete -F _sdg ${programs.join(' ')}
`;
}
