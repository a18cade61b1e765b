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
  const { type = 'text', choices, min } = flag;
  if (choices && !choices.includes(text)) return { message: `${given} takes ${choices.join(', ')}; not "${text}"` };
  if (type === 'text') return { value: text };
  const number = text.trim() === '' ? NaN : Number(text);
  const kind = type === 'integer' ? 'a whole number' : 'a number';
  if (!Number.isFinite(number) || (type === 'integer' && !Number.isSafeInteger(number))) {
    return { message: `${given} takes ${kind}; not "${text}"` };
  }
  if (min !== undefined && number < min) return { message: `${given} takes ${kind} from ${min} up; not ${text}` };
  return { value: number };
}

/**
 * Reads a command line by the command's table: `--flag value`, `--flag=value`, `-f value`, `--` before positionals.
 * A flag that is absent takes its value from its environment variables. All problems are collected.
 */
export function parseFlags(command: CommandTable, argv: readonly string[], env: Readonly<Record<string, string | undefined>>): Parsed {
  const table = flagsOf(command);
  const byName = new Map(table.flatMap((flag) => [flag.name, ...(flag.aliases ?? [])].map((name) => [name, flag] as const)));
  const byShort = new Map(table.flatMap((flag) => (flag.short ? [[flag.short, flag] as const] : [])));
  const options = Object.fromEntries(
    [...byName].map(([name, flag]) => [
      name,
      {
        type: flag.value === undefined ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(flag.short && name === flag.name && { short: flag.short }),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });

  const flags: Record<string, unknown> = {};
  const fromEnv: Record<string, string> = {};
  const positionals: string[] = [];
  const problems: Problem[] = [];
  const set = (flag: Flag, value: unknown): void => {
    if (flag.multiple) flags[flag.name] = [...((flags[flag.name] as unknown[] | undefined) ?? []), value];
    else flags[flag.name] = value;
  };

  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = token.rawName.startsWith('--') ? byName.get(token.name) : (byShort.get(token.name) ?? byName.get(token.name));
    if (token.rawName === '-h') flags['help'] ??= 'short';
    else if (!flag) problems.push({ message: `unknown option ${token.rawName}`, unknown: token.name });
    else if (flag.value === undefined) {
      if (token.value === undefined) set(flag, true);
      else problems.push({ message: `${token.rawName} takes no value` });
    } else if (token.value === undefined) problems.push({ message: `${token.rawName} needs a value: ${spell(flag)}` });
    else {
      const read = readValue(flag, token.value, token.rawName);
      if ('value' in read) set(flag, read.value);
      else problems.push(read);
    }
  }
  for (const flag of table) {
    if (flags[flag.name] !== undefined) continue;
    const variable = flag.env?.find((name) => env[name]);
    if (variable === undefined) continue;
    const read = readValue(flag, env[variable]!, variable);
    if ('value' in read) {
      set(flag, read.value);
      fromEnv[flag.name] = variable;
    } else problems.push(read);
  }
  const { min = 0, max = Infinity, name = 'argument' } = command.positionals ?? {};
  if (positionals.length < min) problems.push({ message: `${name} is missing` });
  if (positionals.length > max) problems.push({ message: `unexpected argument "${positionals[max]}"` });
  return { flags, fromEnv, positionals, problems };
}
