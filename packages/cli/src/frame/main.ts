import { createRequire } from 'node:module';
import type { RunnableCommand } from '../command.js';
import { renderHelp } from './help.js';
import { flagsOf, parseFlags } from './parse-flags.js';

/** Version of the package, read only when it is asked for. */
const version = (): string => (createRequire(import.meta.url)('../../package.json') as { version: string }).version;

const isClosedPipe = (error: unknown): boolean =>
  ['EPIPE', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** Waits until the pipe has taken what was written, then ends the process: open sockets must not hold it. */
function exit(code: number): void {
  process.exitCode = code;
  const end = (): never => process.exit(code);
  if (process.stdout.writableLength === 0 || process.stdout.destroyed) end();
  else process.stdout.write('', end);
}

/** First Ctrl-C or SIGTERM: `interrupted`. Second: the process dies of the signal, as shells expect. */
function watchSignals(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        process.removeAllListeners(signal);
        process.kill(process.pid, signal);
        return;
      }
      say('stopping: finishing what is under way, press Ctrl-C again to leave at once');
      controller.abort();
    });
  }
  return controller.signal;
}

/** One line a failure; the stack only with `--debug`. Gives the exit code. */
async function report(error: unknown, name: string, debug: boolean): Promise<number> {
  if (isClosedPipe(error)) return 0;
  const { SdgError } = await import('@sdg/core');
  const known = error instanceof SdgError;
  const what = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${name}: ${known ? what : `unexpected: ${what}; run again with --debug and report what it shows`}\n`);
  if (debug && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return known ? error.exitCode : 1;
}

async function usageError(command: RunnableCommand, name: string, problems: ReturnType<typeof parseFlags>['problems']): Promise<number> {
  const { didYouMean } = await import('@sdg/core');
  const names = flagsOf(command).flatMap((flag) => [flag.name, ...(flag.aliases ?? [])]);
  for (const { message, unknown } of problems) {
    const meant = unknown === undefined ? '' : didYouMean(unknown, names).replace('"', '"--');
    process.stderr.write(`${name}: ${message}${meant && `; ${meant}`}\n`);
  }
  process.stderr.write(`${name}: see ${name} --help\n`);
  return 2;
}

async function execute(command: RunnableCommand, name: string, argv: readonly string[]): Promise<number> {
  const { flags, fromEnv, positionals, problems } = parseFlags(command, argv, process.env);
  if (flags['help']) {
    process.stdout.write(renderHelp(command, name, flags['help'] !== 'short'));
    return 0;
  }
  if (flags['version']) {
    process.stdout.write(`${name} ${version()}\n`);
    return 0;
  }
  if (problems.length > 0) return usageError(command, name, problems);
  const toStderr = (line: string): void => void process.stderr.write(`${line}\n`);
  let print = toStderr;
  const complain = (text: string): void => print(`${name}: ${text}`);
  const redirect = (other = toStderr): void => void (print = other);
  const say = flags['quiet'] ? () => undefined : complain;
  const { stdin, stdout, stderr, env } = process;
  const interrupted = watchSignals(say);
  const invocation = { name, flags, fromEnv, positionals, env, stdin, stdout, stderr, say, complain, redirect, interrupted };
  try {
    return (await command.run(invocation as never)) ?? 0;
  } catch (error) {
    return report(error, name, flags['debug'] === true);
  }
}

/** Runs a command as a process: the only place that reads argv and the environment, and that exits. */
export async function main(load: () => Promise<{ default: RunnableCommand }>, name?: string, argv = process.argv.slice(2)): Promise<void> {
  // A reader that has gone away is not an error; whoever writes sees the error too and stops.
  process.stdout.on('error', (error) => isClosedPipe(error) || process.stderr.write(`${name}: cannot write: ${error.message}\n`));
  process.stderr.on('error', () => undefined);
  const command = (await load()).default;
  exit(await execute(command, name ?? command.name, argv));
}
