import { createRequire } from 'node:module';
import type { RunnableCommand } from '../command.js';
import { configFiles, loadDotEnv } from '../config/find-config.js';
import type { SharedView } from '../progress/shared-view.js';
import { parseFlags, type Parsed } from './parse-flags.js';

/** Version of the package, read only when it is asked for. */
const version = (): string => (createRequire(import.meta.url)('@sdg/cli/package.json') as { version: string }).version;

const isClosedPipe = (error: unknown): boolean =>
  ['EPIPE', 'ERR_STREAM_DESTROYED'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** Waits until the consumer has taken what was written, or has gone away: open sockets must not hold the process. */
async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (!stream.destroyed) await new Promise<void>((resolve) => stream.write('', () => resolve()));
}

/** First Ctrl-C, SIGTERM, or terminal that is gone: `interrupted`. Second: the process dies of the signal, as shells expect. */
function watchSignals(say: (text: string) => void, onDeath: () => void): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) {
        onDeath();
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

/** The flags with what config files say. Nothing is loaded where there are none. */
async function withConfig(command: RunnableCommand, parsed: Parsed): Promise<Parsed> {
  if (configFiles(process.env).length === 0) return parsed;
  const [{ readConfig }, { applyConfig }] = await Promise.all([import('../config/read-config.js'), import('../config/apply-config.js')]);
  return applyConfig(command, parsed, await readConfig(process.env));
}

/** The view at the terminal, for commands that are at work for long. Nothing is loaded where stderr is none. */
async function viewFor({ watched }: RunnableCommand): Promise<SharedView | undefined> {
  if (!watched || !process.stderr.isTTY) return undefined;
  return (await import('../progress/open-view.js')).openView(process.env);
}

async function execute(command: RunnableCommand, name: string, argv: readonly string[]): Promise<number> {
  const faults = loadDotEnv(process.env);
  const parsed = parseFlags(command, argv, process.env);
  const { help, version: isVersion } = parsed.flags;
  if (help) {
    process.stdout.write((await import('./help.js')).renderHelp(command, name, help !== 'short'));
    return 0;
  }
  if (isVersion) {
    process.stdout.write(`${name} ${version()}\n`);
    return 0;
  }
  if (parsed.problems.length > 0) return (await import('./report.js')).reportProblems(command, name, parsed.problems);
  let configured: Parsed;
  try {
    configured = await withConfig(command, parsed);
  } catch (error) {
    return (await import('./report.js')).reportError(error, name, parsed.flags['debug'] === true);
  }
  const { flags, fromEnv, positionals } = configured;
  const view = await viewFor(command);
  const { safeText } = await import('@sdg/values');
  const complain = (text: string): void => void process.stderr.write(`${name}: ${safeText(text)}\n`);
  for (const fault of faults) complain(fault);
  const say = flags['quiet'] ? () => undefined : complain;
  const { stdout, stderr, env } = process;
  const interrupted = watchSignals(say, () => view?.erase());
  const invocation = {
    ...{ name, flags, fromEnv, positionals, env, stdout, stderr, say, complain, view, interrupted },
    // Opened by whoever looks at it, which takes two milliseconds.
    get stdin() {
      return process.stdin;
    },
  };
  try {
    return (await command.run(invocation as never)) ?? 0;
  } catch (error) {
    if (isClosedPipe(error)) return 0;
    return (await import('./report.js')).reportError(error, name, flags['debug'] === true);
  } finally {
    await view?.close();
  }
}

/** Runs a command as a process: the only place that reads argv and the environment, and that exits. */
export async function main(load: () => Promise<{ default: RunnableCommand }>, name?: string, argv = process.argv.slice(2)): Promise<void> {
  let failure: Error | undefined;
  // A reader that has gone away is not an error; of others whoever writes hears too, so it is told only if nobody did.
  process.stdout.on('error', (error) => (failure ??= isClosedPipe(error) ? undefined : error));
  process.stderr.on('error', () => undefined);
  const command = (await load()).default;
  const known = name ?? command.name;
  let end: Promise<never> | undefined;
  process.on('uncaughtException', (error) => {
    end ??= import('./report.js').then(({ reportError }) => process.exit(reportError(error, known, argv.includes('--debug'))));
  });
  const code = await execute(command, known, argv);
  await end;
  await flushed(process.stdout);
  if (!failure || code !== 0) process.exit(code);
  const { fileError } = await import('@sdg/values');
  process.exit((await import('./report.js')).reportError(fileError('write', 'the output', failure), known, false));
}
