import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { fileError, SdgError, type Embedder } from '@sdg/core';
import { SetMeasure } from '@sdg/mixer';
import { compareRows, readRun, renderReport, type RunData } from '@sdg/report';
import { embedderOf } from '../embedder-of.js';
import { openOutputs } from './kept-outputs.js';
import type { ReportInvocation } from '../commands/report.js';

/** Seconds after which a page of a run that goes on loads itself anew. */
const REFRESH = 5;

/** A run, with what its rows say. */
async function measuredRun(folder: string, env: ReportInvocation['env'], embedder: Embedder | undefined): Promise<RunData> {
  const outputs = openOutputs(folder, undefined, env);
  const measure = new SetMeasure(embedder);
  try {
    const run = await readRun(folder, { kept: outputs.find, onRow: (row) => measure.see(row) });
    const measures = await measure.result();
    return { ...run, ...(measures && { measures }) };
  } finally {
    await outputs.close();
  }
}

interface PageOptions {
  readonly env: ReportInvocation['env'];
  readonly embedder?: Embedder | undefined;
  readonly refreshSeconds?: number;
}

async function pageOf(folders: readonly string[], { env, embedder, refreshSeconds }: PageOptions): Promise<string> {
  const runs = [];
  for (const folder of folders) runs.push(await measuredRun(folder, env, embedder));
  const [first, second] = folders;
  return renderReport(runs, {
    ...(second !== undefined && { rowsApart: await compareRows([first!, second]) }),
    ...(refreshSeconds !== undefined && { refreshSeconds }),
  });
}

/** A server on this machine alone, whose pages want a secret of the address. */
function serverOf(folders: readonly string[], env: ReportInvocation['env'], token: string): Server {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname !== '/' || searchParams.get('token') !== token) return void response.writeHead(403).end('the address lacks its token\n');
    pageOf(folders, { env, refreshSeconds: REFRESH }).then(
      (page) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(page),
      (error: Error) => response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8' }).end(`${error.message}\n`),
    );
  });
}

async function serve(folders: readonly string[], { flags, env, say, interrupted }: ReportInvocation): Promise<number> {
  const token = randomBytes(16).toString('hex');
  const server = serverOf(folders, env, token);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new SdgError('usage', `--port: ${error.message}`, { remedy: 'name another, or none' })));
    server.listen(flags.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  say(`http://127.0.0.1:${port}/?token=${token} (Ctrl-C ends it)`);
  if (!interrupted.aborted) await new Promise<void>((resolve) => interrupted.addEventListener('abort', () => resolve(), { once: true }));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return 0;
}

/** The work of `sdg report`. */
export async function runReport(invocation: ReportInvocation): Promise<number> {
  const { flags, positionals, env, stdout, say } = invocation;
  // Before anything is served: what is wrong with a folder is told at once.
  if (flags.serve) {
    await pageOf(positionals, { env });
    return serve(positionals, invocation);
  }
  const embedder = await embedderOf(flags, { env, say });
  const page = await pageOf(positionals, { env, embedder }).finally(() => embedder?.close?.());
  if (flags.output === '-') {
    stdout.write(page);
    return 0;
  }
  const file = flags.output ?? join(positionals[0]!, 'report.html');
  try {
    await writeFile(file, page, flags.output === undefined ? { mode: 0o600 } : {});
  } catch (error) {
    throw fileError('write', file, error);
  }
  say(`wrote ${file}: open it in a browser`);
  return 0;
}
