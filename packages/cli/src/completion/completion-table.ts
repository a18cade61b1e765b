import { commonFlags, type CommandTable, type Flag } from '../command.js';

/** What may follow: one of some words, a file, a folder, or something that nothing can be said about. */
export type Follows = { readonly words: readonly string[] } | 'file' | 'folder' | 'text';

/** An option as shells complete it. */
export interface CompletedOption {
  /** As typed, aliases among them: `--teacher`, `-t`. */
  readonly names: readonly string[];
  readonly help: string;
  /** Absent: a switch. */
  readonly value?: Follows;
  readonly repeats: boolean;
}

/** A command as shells complete it. */
export interface CompletedCommand {
  /** Its word after `sdg`. */
  readonly word: string;
  /** Whether it is a program of its own, too: `sdg-read`. */
  readonly isProgram: boolean;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What its first argument may be, beside a file. */
  readonly words: readonly string[];
}

function followsOf({ value = '', choices }: Flag): Follows {
  if (choices) return { words: choices };
  if (/\bDIR\b/.test(value)) return 'folder';
  if (/FILE/.test(value)) return 'file';
  return /^[a-z]+(?:\|[a-z]+)+$/.test(value) ? { words: value.split('|') } : 'text';
}

const optionOf = (flag: Flag): CompletedOption => ({
  names: [...[flag.name, ...(flag.aliases ?? [])].map((name) => `--${name}`), ...(flag.short ? [`-${flag.short}`] : [])],
  help: flag.help,
  repeats: flag.multiple === true,
  ...(flag.value !== undefined && { value: followsOf(flag) }),
});

/** All commands as shells complete them, from the tables that parsing and help read; `help`, which has none, is the last. */
export function completionTable(commands: readonly (readonly [word: string, command: CommandTable])[]): readonly CompletedCommand[] {
  const words = commands.map(([word]) => word);
  return [
    ...commands.map(([word, { name, summary, flags, positionals }]) => ({
      ...{ word, summary, isProgram: name.startsWith('sdg-') },
      options: [...flags, ...commonFlags].map(optionOf),
      words: positionals?.words ?? [],
    })),
    { word: 'help', summary: 'show the help of a command', isProgram: false, options: [], words },
  ];
}
