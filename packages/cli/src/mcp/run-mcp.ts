import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { clip } from '@sdg/core';
import { readRun } from '@sdg/report';
import type { Invocation } from '../command.js';
import { alone, checkPlaces, saveTo } from './mcp-output.js';
import { loadMcpLibrary, type CallToolRequest, type Extra } from './mcp-library.js';
import { commandLine, listTools } from './mcp-tools.js';

/** Characters of stdout and of stderr that an answer holds at most: what a model can be expected to read. */
const SHOWN = 20_000;

const version = (): string => (createRequire(import.meta.url)('@sdg/cli/package.json') as { version: string }).version;

const INSTRUCTIONS =
  'sdg makes training data for language models. The way: lint what you write, read documents or a taxonomy into seeds, plan, preview a ' +
  'few seeds and read them, run with a limit, report, mix into rows. Paths are relative to the folder in which sdg mcp was started. Keys ' +
  'of teachers are taken from the environment (SDG_API_KEY), never from arguments.';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of this program as a process of its own, stdout into a file where one is named. */
async function execute(
  line: readonly string[],
  output: string | undefined,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<Ended> {
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...line], { stdio: ['ignore', 'pipe', 'pipe'] });
  // As Ctrl-C does: what is in flight ends, and is kept.
  const stop = (): void => void child.kill('SIGINT');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let stdout = '';
  let stderr = '';
  const saved = output === undefined ? undefined : saveTo(output, child.stdout);
  saved?.catch(stop);
  if (!saved) child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout = (stdout + text).slice(0, SHOWN + 1)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-SHOWN);
    for (const said of text.split('\n')) if (said.trim() !== '') onLine(said);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  signal.removeEventListener('abort', stop);
  await saved;
  return { code, stdout, stderr };
}

/** What a run was, for a model to read. */
async function figuresOf(folder: string): Promise<object> {
  const { pipeline, end, blocks, rejects, calls, rows, notes } = await readRun(folder);
  return {
    ...{ pipeline, end, rows: rows.total, notes },
    blocks: blocks.map(({ block, in: entered, made, out, filtered, deduplicated, rejected }) => ({
      ...{ block, in: entered, made, out, filtered, deduplicated, rejected },
    })),
    calls: calls && { tries: calls.tries, failed: calls.failed, faults: calls.faults, latency: calls.latency },
    examples: rejects.shown
      .slice(0, 5)
      .map(({ block, kind, reason, message, reply }) => ({ block, kind, reason, message, reply: clip(reply ?? '', 500) })),
  };
}

const answer = (text: string, isError: boolean): object => ({ content: [{ type: 'text', text }], isError });

async function callTool({ params: { name, arguments: args = {} } }: CallToolRequest, extra: Extra, stopped: AbortSignal): Promise<object> {
  try {
    const line = await commandLine(name, args);
    const token = extra._meta?.progressToken;
    let progress = 0;
    const onLine = (message: string): void => {
      if (token === undefined) return;
      const params = { progressToken: token, progress: ++progress, message };
      extra.sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
    };
    const output = line[0] === 'run' || line[0] === 'read' ? (args['output'] as string | undefined) : undefined;
    await checkPlaces(name, args);
    const { code, stdout, stderr } = await alone(args, () => execute(line, output, AbortSignal.any([extra.signal, stopped]), onLine));
    const figures = name === 'report' && code === 0 ? JSON.stringify(await figuresOf(String(args['run']))) : '';
    const cut = stdout.length > SHOWN ? `${stdout.slice(0, SHOWN)}\n… cut off here` : stdout;
    const parts = [`$ sdg ${line.join(' ')}`, cut, figures, stderr, `exit code ${code}`].map((part) => part.trim());
    return answer(parts.filter((part) => part !== '').join('\n'), code !== 0);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'E2BIG') return answer(`${name}: its arguments are longer than a command line can be; name files or a folder`, true);
    return answer(message, true);
  }
}

/** The work of `sdg mcp`: serves until the client goes away or Ctrl-C. */
export async function runMcp({ interrupted, stdin, say }: Invocation): Promise<number> {
  const { Server, StdioServerTransport, ListToolsRequestSchema, CallToolRequestSchema } = await loadMcpLibrary();
  const server = new Server({ name: 'sdg', version: version() }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS });
  const gone = new AbortController();
  const stopped = AbortSignal.any([interrupted, gone.signal]);
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: await listTools() }));
  const under = new Set<Promise<unknown>>();
  server.setRequestHandler(CallToolRequestSchema, (request, extra) => {
    const call = callTool(request, extra, stopped);
    under.add(call);
    void call.catch(() => undefined).finally(() => under.delete(call));
    return call;
  });
  server.onclose = () => gone.abort();
  stdin.once('end', () => gone.abort());
  await server.connect(new StdioServerTransport());
  say('serving the Model Context Protocol on stdin and stdout');
  if (!stopped.aborted) await once(stopped, 'abort');
  await Promise.allSettled(under);
  await server.close();
  return interrupted.aborted ? 130 : 0;
}
