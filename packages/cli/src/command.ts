import type { View } from './progress/open-view.js';

/** One option of a command. This table is all there is: parsing, `-h`, `--help`, completions and the reference page read it. */
export interface Flag {
  /** Without the dashes: `max-concurrency`. */
  readonly name: string;
  /** One letter, without the dash. */
  readonly short?: string;
  /** What stands for the value in the help (`N`, `FILE`); absent: the flag is a switch. */
  readonly value?: string;
  /** How the value is read. Default `text`. */
  readonly type?: 'text' | 'integer' | 'number';
  /** Least and greatest number allowed, for `integer` and `number`. */
  readonly min?: number;
  readonly max?: number;
  /** The flag without which this one says nothing. */
  readonly needs?: string;
  /** The only texts allowed. */
  readonly choices?: readonly string[];
  /** May be given several times; all values count. */
  readonly multiple?: boolean;
  /** Other names that mean the same. */
  readonly aliases?: readonly string[];
  /** Environment variables that give the value where the flag is absent, first one set wins. */
  readonly env?: readonly string[];
  /** What holds where the flag is absent, as the help says it. Setting it is the command's own business. */
  readonly default?: string;
  /** One line for `-h`. */
  readonly help: string;
  /** Further sentences for `--help`. */
  readonly more?: string;
}

/** What a flag may have beside what its kind asks for. */
type More = Partial<Pick<Flag, 'short' | 'min' | 'max' | 'needs' | 'multiple' | 'aliases' | 'env' | 'default' | 'more'>>;

/** A switch. */
export const toggle = <const N extends string, const M extends More>(name: N, help: string, more?: M) => ({
  name,
  help,
  ...(more as NoInfer<M>),
});

const valued =
  <const T extends 'text' | 'integer' | 'number'>(type: T) =>
  <const N extends string, const M extends More>(name: N, value: string, help: string, more?: M) => ({
    ...{ name, value, type, help },
    ...(more as NoInfer<M>),
  });

/** Flags with a value: any text, a whole number, a number. */
export const text = valued('text');
export const whole = valued('integer');
export const number = valued('number');

/** A flag whose value is one of some words. */
export const choice = <const N extends string, const C extends readonly string[], const M extends More>(
  name: N,
  choices: C,
  help: string,
  more?: M,
) => ({ name, value: choices.join('|'), choices, help, ...(more as NoInfer<M>) });

type ValueOf<F extends Flag> = F extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : F extends { readonly value: string }
    ? F extends { readonly type: 'integer' | 'number' }
      ? number
      : string
    : boolean;

/** The parsed flags by name: switches are true or absent, the rest text or numbers, arrays where `multiple`. */
export type FlagValues<Flags extends readonly Flag[]> = {
  readonly [F in Flags[number] as F['name']]?: F extends { readonly multiple: true } ? readonly ValueOf<F>[] : ValueOf<F>;
};

/** What every command gets to run with. */
export interface Invocation<Flags extends readonly Flag[] = readonly Flag[]> {
  /** Name of the command as typed: `sdg-run`, `sdg diff`. */
  readonly name: string;
  readonly flags: FlagValues<Flags> & FlagValues<typeof commonFlags>;
  /** Which flags came from an environment variable, by flag name. */
  readonly fromEnv: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted by the first Ctrl-C or SIGTERM: begin nothing new, finish what is under way. A second one kills. */
  readonly interrupted: AbortSignal;
  /** A line on stderr, `name: text`; nothing with `--quiet`. */
  say(text: string): void;
  /** The same, for what a user must see even with `--quiet`. */
  complain(text: string): void;
  /** What the command may show while it runs, where a view can be drawn. */
  readonly view?: View | undefined;
}

export interface Command<Flags extends readonly Flag[] = readonly Flag[]> extends CommandTable {
  readonly flags: Flags;
  /**
   * Does the work and gives the exit code (default 0). Import what is heavy in here, not at the top of the file: the
   * help must not wait for it.
   */
  run(invocation: Invocation<Flags>): Promise<number | undefined>;
}

/** What is to be known of a command without running it. */
export interface CommandTable {
  /** `sdg-read`, or for a subcommand of `sdg` its word: `diff`. */
  readonly name: string;
  /** One line: what it is for. */
  readonly summary: string;
  /** Lines after the name: `PIPELINE [FILE…] [options]`. */
  readonly usage: readonly string[];
  /** A few sentences for `--help`: input, output. */
  readonly description: string;
  /** What the exit codes mean, where it is not what they mean everywhere. */
  readonly exitCodes?: string;
  readonly flags: readonly Flag[];
  /** How many positional arguments. Default any number. */
  readonly positionals?: {
    readonly min?: number;
    readonly max?: number;
    readonly name: string;
    /** What the first may be, for completion: kinds, subcommands, shipped names. */
    readonly words?: readonly string[];
  };
  /** Whether it is at work for long, and so takes part in the view that all programs of a pipe draw. */
  readonly watched?: true;
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [command: string, what: string])[];
}

/** A command whose flags are known only by its table: what `main` runs after it has read the flags by that table. */
export interface RunnableCommand extends CommandTable {
  run(invocation: never): Promise<number | undefined>;
}

/** A command with the types of its flags taken from its table. */
export const defineCommand = <const Flags extends readonly Flag[]>(command: Command<Flags>): RunnableCommand => command;

/** Flags that every command has. */
export const commonFlags = [
  whole('seed', 'N', 'seed of every random choice', { default: '42' }),
  toggle('quiet', 'no progress and no notes on stderr; errors still show', { short: 'q' }),
  toggle('debug', 'show stack traces and what the program does'),
  toggle('help', 'show the whole help, with examples; -h shows it in short'),
  toggle('version', 'show the version'),
] as const satisfies readonly Flag[];
