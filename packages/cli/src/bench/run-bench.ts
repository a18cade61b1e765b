import { defined } from '@sdg/values';
import { readFile, writeFile } from 'node:fs/promises';
import { fileError, SdgError } from '@sdg/core';
import { openTeacher, specOf } from '@sdg/session';
import type { BenchInvocation } from '../commands/bench.js';
import { renderComparison } from './compare-reports.js';
import { environment } from './environment.js';
import { judgeServer } from './judge-server.js';
import { renderReport } from './render-report.js';
import type { Report } from './report.js';

async function readReport(file: string): Promise<Report> {
  try {
    const report = JSON.parse(await readFile(file, 'utf8')) as Report;
    if (!Array.isArray(report.suites)) throw new Error('it has no suites');
    return report;
  } catch (error) {
    throw new SdgError('usage', `--compare: ${file} is no report: ${(error as Error).message}`, {
      remedy: 'name a file that --json wrote',
    });
  }
}

/** The work of `sdg bench`: a Markdown report on stdout. */
export async function runBench({ flags, env, stdout, say, interrupted }: BenchInvocation): Promise<number> {
  const before = flags.compare === undefined ? undefined : await readReport(flags.compare);
  const { 'max-concurrency': max, 'calls-per-slot': callsPerSlot, 'max-tokens': maxTokens, rounds, seed, model } = flags;
  let told = false;
  const suite = await judgeServer({
    open: async (concurrency) => {
      const teacher = await openTeacher(
        { ...specOf(flags), concurrency, noCache: true },
        { env, observer: { notice: (text) => void (told || say(text)) } },
      );
      told = true;
      return teacher;
    },
    note: say,
    signal: interrupted,
    ...defined({ max, callsPerSlot, maxTokens, rounds, seed, model }),
  });
  if (interrupted.aborted) return 130;
  const report: Report = {
    title: 'How much load the server takes',
    command: `sdg bench${flags.rounds === undefined ? '' : ` --rounds ${flags.rounds}`}`,
    at: new Date().toISOString(),
    environment: { ...environment(), teacher: describe(flags.teacher), ...(model !== undefined && { model }) },
    suites: [suite],
  };
  stdout.write(renderReport(report));
  if (before) stdout.write(`\n${renderComparison(before, report)}`);
  const { json } = flags;
  if (json === undefined) return 0;
  await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`).catch((error: unknown) => {
    throw fileError('write', json, error);
  });
  return 0;
}

/** The servers without what a URL may hide: user, password, query. */
const describe = (teacher = 'offline'): string =>
  teacher
    .split(',')
    .map((url) => (URL.canParse(url) ? new URL(url).host + new URL(url).pathname : url))
    .join(', ');
