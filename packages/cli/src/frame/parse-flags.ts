import { parseArgs } from 'node:util';
import { commonFlags, type CommandTable, type Flag } from '../command.js';

export interface Parsed {
  readonly flags: Readonly<Record<string, unknown>>;
  readonly fromEnv: Readonly<Record<string, string>>;
  readonly positionals: readonly string[];
  /** Everything wrong with the command line, one sentence each. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly message: string;
  /** A flag that is not known, for a did-you-mean. */
  readonly unknown?: string;
}

/** All flags of a command, its own first. */
export const flagsOf = (command: CommandTable): readonly Flag[] => [...command.flags, ...commonFlags];

const spell = (flag: Flag): string => `--${flag.name}${flag.value === undefined ? '' : ` ${flag.value}`}`;

/** The value as its type says, or a sentence about what is wrong with it. */
function readValue(flag: Flag, text: string, given: string): { value: unknown } | { message: string } {
  const { type = 'text', choices, min, max } = flag;
  if (choices && !choices.includes(text)) return { message: `${given} takes ${choices.join(', ')}; not "${text}"` };
  if (type === 'text') return { value: text };
  const number = text.trim() === '' ? NaN : Number(text);
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (!Number.isFinite(number) || (type === 'integer' && !Number.isSafeInteger(number))) {
    return { message: `${given} takes ${kind}; not "${text}"` };
  }
  if (min !== undefined && number < min) return { message: `${given} takes ${kind} from ${min} up; not ${text}` };
  if (max !== undefined && number > max) return { message: `${given} takes ${kind} up to ${max}; not ${text}` };
  return { value: number };
}

type Token = NonNullable<ReturnType<typeof parseArgs>['tokens']>[number];
type OptionToken = Extract<Token, { kind: 'option' }>;

/** The flags of a table, by every name that a user may call them. */
class FlagTable {
  readonly #byName: ReadonlyMap<string, Flag>;
  readonly #byShort: ReadonlyMap<string, Flag>;

  constructor(table: readonly Flag[]) {
    this.#byName = new Map(table.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])].map((name) => [name, flag] as const)));
    this.#byShort = new Map(table.flatMap((flag) => (flag.short ? [[flag.short, flag] as const] : [])));
  }

  /** A command line in pieces, as node takes it apart. */
  tokensOf(argv: readonly string[]): readonly Token[] {
    const options = Object.fromEntries(
      [...this.#byName].map(([name, flag]) => [
        name,
        {
          type: flag.value === undefined ? ('boolean' as const) : ('string' as const),
          multiple: true,
          ...(flag.short && name === flag.name && { short: flag.short }),
        },
      ]),
    );
    return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
  }

  find({ name, rawName }: OptionToken): Flag | undefined {
    return rawName.startsWith('--') ? this.#byName.get(name) : (this.#byShort.get(name) ?? this.#byName.get(name));
  }
}

/** What an option says: a value, or what is wrong with it. */
function readOption(flag: Flag | undefined, { name, rawName, value }: OptionToken): { readonly value: unknown } | Problem {
  if (!flag) return { message: `unknown option ${rawName}`, unknown: name };
  if (flag.value === undefined) return value === undefined ? { value: true } : { message: `${rawName} takes no value` };
  // Such as --run-dir "$DIR" of a shell that knows no DIR.
  const isNone = value === undefined || (value === '' && /^(?:FILE|DIR)/.test(flag.value));
  if (isNone) return { message: `${rawName} needs a value: ${spell(flag)}` };
  return readValue(flag, value, rawName);
}

/** Whether what says nothing alone stands alone: of a run that was to be a trial the whole would be paid for. */
const lonely = (table: readonly Flag[], flags: Parsed['flags']): readonly Problem[] =>
  table
    .filter(({ name, needs }) => needs !== undefined && flags[name] !== undefined && flags[needs] === undefined)
    .map(({ name, needs }) => ({ message: `--${name} needs --${needs}` }));

/** Whether there are as many positionals as the command takes. */
function countProblems({ positionals }: CommandTable, given: readonly string[]): readonly Problem[] {
  const { min = 0, max = Infinity, name = 'argument' } = positionals ?? {};
  return [
    ...(given.length < min ? [{ message: `${name} is missing` }] : []),
    ...(given.length > max ? [{ message: `unexpected argument "${given[max]}"` }] : []),
  ];
}

/**
 * Reads a command line by the command's table: `--flag value`, `--flag=value`, `-f value`, `--` before positionals.
 * A flag that is absent takes its value from its environment variables. All problems are collected.
 */
export function parseFlags(command: CommandTable, argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Parsed {
  const table = flagsOf(command);
  const known = new FlagTable(table);
  const flags: Record<string, unknown> = {};
  const fromEnv: Record<string, string> = {};
  const positionals: string[] = [];
  const problems: Problem[] = [];
  const set = (flag: Flag, value: unknown): void => {
    flags[flag.name] = flag.multiple ? [...((flags[flag.name] as unknown[] | undefined) ?? []), value] : value;
  };
  for (const token of known.tokensOf(argv)) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.rawName === '-h') {
      flags['help'] ??= 'short';
      continue;
    }
    const flag = known.find(token);
    const read = readOption(flag, token);
    if ('value' in read) set(flag!, read.value);
    else problems.push(read);
  }
  for (const flag of table) {
    const variable = flags[flag.name] === undefined ? flag.env?.find((name) => env[name]) : undefined;
    if (variable === undefined) continue;
    const read = readValue(flag, env[variable]!, variable);
    if ('value' in read) {
      set(flag, read.value);
      fromEnv[flag.name] = variable;
    } else problems.push(read);
  }
  problems.push(...lonely(table, flags), ...countProblems(command, positionals));
  return { flags, fromEnv, positionals, problems };
}
