// Loaded only when something went wrong: the help must not wait for the core.
import { didYouMean, safeText, SdgError } from '@sdg/values';
import type { CommandTable } from '../command.js';
import { flagsOf, type Problem } from './parse-flags.js';

/** One line a failure; the stack only with `--debug`. Gives the exit code. */
export function reportError(error: unknown, name: string, debug: boolean): number {
  const known = error instanceof SdgError;
  const what = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${name}: ${safeText(known ? what : `unexpected: ${what}; run again with --debug and report what it shows`)}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  if (debug && known && error.cause instanceof Error) process.stderr.write(`caused by ${error.cause.stack}\n`);
  return known ? error.exitCode : 1;
}

/** Everything wrong with a command line, each with what was probably meant. Gives the exit code. */
export function reportProblems(command: CommandTable, name: string, problems: readonly Problem[]): number {
  const names = flagsOf(command).flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]);
  for (const { message, unknown } of problems) {
    const meant = unknown === undefined ? '' : didYouMean(unknown, names).replace('"', '"--');
    process.stderr.write(`${name}: ${safeText(message)}${meant && `; ${meant}`}\n`);
  }
  process.stderr.write(`${name}: see ${name} --help\n`);
  return 2;
}

/** A word that is no command of `sdg`, nor the beginning of one of ilab's. Gives the exit code. */
export function reportUnknownCommand([word = '', next]: readonly string[], known: readonly string[], ilab: readonly string[]): number {
  const both = next !== undefined && ilab.some((name) => name.startsWith(`${word} `)) ? `${word} ${next}` : undefined;
  const meant = both === undefined ? didYouMean(word, known) : didYouMean(both, ilab);
  process.stderr.write(`sdg: unknown command "${safeText(both ?? word)}"${meant && `; ${meant}`}\nsdg: see sdg --help\n`);
  return 2;
}
