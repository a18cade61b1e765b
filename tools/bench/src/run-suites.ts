import { attempt, sumOf } from '@sdg/core';
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { environment, spreadOf, valueText, type Report, type Row, type SuiteReport, type Unmeasured } from '@sdg/cli/bench';
import type { BenchContext } from './context.js';
import type { Measured, Suite } from './suite.js';
import { suites } from './suites/index.js';
import { createRequire } from 'node:module';
import { createHash } from 'node:crypto';

const isRow = (measured: Measured): measured is Omit<Row, 'target'> => 'value' in measured;

const require = createRequire(import.meta.url);

/** First line of what a program says of its version, or that it is not there. */
function programVersion(name: string): string {
  return attempt(
    () =>
      execFileSync(name, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
        .split('\n')[0]!
        .trim(),
    `no ${name}`,
  );
}

const libraryVersion = (name: string): string => `${name} ${(require(`${name}/package.json`) as { version: string }).version}`;

/** Versions of what is measured with or beside, for the head of a report. */
const versions = (): Record<string, string> => ({
  libraries: ['rxjs', 'undici'].map(libraryVersion).join(', '),
  programs: ['wc', 'shuf', 'git', 'python3'].map(programVersion).join(', '),
});

const TEXT = JSON.stringify(Array.from({ length: 400 }, (_, i) => ({ id: i, words: `word ${i} `.repeat(20) })));

/** Milliseconds that a fixed piece of work takes, so many times over: how fast the machine was just then. */
function yardstick(times: number): number[] {
  const work = (): number => {
    const beganAt = performance.now();
    for (let i = 0; i < 40; i++) {
      createHash('sha256')
        .update(JSON.stringify(JSON.parse(TEXT)))
        .digest();
    }
    return performance.now() - beganAt;
  };
  work();
  return Array.from({ length: times }, work);
}

/** Runs one suite to its end or to its first failure; either way every target of it is in the report. */
export async function runSuite(suite: Suite, context: BenchContext): Promise<SuiteReport> {
  const load = loadavg()[0]!.toFixed(1);
  const yardsticks = yardstick(5);
  const began = performance.now();
  const rows: Row[] = [];
  const unmeasured: Unmeasured[] = [];
  let reason = 'the suite gave no row for it';
  try {
    for await (const measured of suite.run(context)) {
      const target = suite.targets[measured.id];
      if (isRow(measured)) {
        const whole: Row = { ...measured, ...(target && { target }) };
        rows.push(whole);
        context.note(`  ${whole.title}: ${valueText(whole)}`);
      } else unmeasured.push({ ...measured, ...(target && { target }) });
    }
  } catch (error) {
    reason = (error as Error).message.split('\n')[0]!;
    unmeasured.push({ id: `${suite.name}.failed`, title: 'the rest of this suite', reason });
    context.note(`  failed: ${(error as Error).message}`);
  }
  const seconds = (performance.now() - began) / 1000;
  yardsticks.push(...yardstick(5));
  const seen = new Set([...rows, ...unmeasured].map(({ id }) => id));
  for (const [id, target] of Object.entries(suite.targets)) if (!seen.has(id)) unmeasured.push({ id, title: target.text, reason, target });
  return {
    name: suite.title,
    about:
      `${suite.about(context)} Measured ${new Date().toISOString().slice(0, 16)} UTC, commit ${commit()}, load average at the ` +
      `start ${load}.`,
    seconds,
    yardstickMs: spreadOf(yardsticks),
    rows,
    unmeasured,
  };
}

/** The commit that was measured, where there is a repository. */
function commit(): string {
  return attempt(() => {
    const git = (...args: string[]): string => execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : ', changed'}`;
  }, 'unknown');
}

/** Runs suites one after another. `onReport` gets the report so far after each, so that an end before time costs one suite. */
export async function runSuites(
  chosen: readonly Suite[],
  context: BenchContext,
  command: string,
  onReport?: (report: Report) => void,
): Promise<Report> {
  const at = new Date().toISOString();
  const mode = context.short
    ? 'short: small sizes, few runs; the figures say nothing about speed'
    : `full, ${context.runs} runs of each measurement`;
  const whole: Report = {
    title: 'Benchmark report',
    command,
    at,
    environment: { ...environment(), ...versions(), commit: commit(), mode },
    suites: [],
  };
  const reports: SuiteReport[] = [];
  const expected = (suite: Suite): number => (context.short ? suite.minutes / 20 : (suite.minutes * context.runs) / 5);
  for (const [i, suite] of chosen.entries()) {
    const rest = sumOf(chosen.slice(i), (one) => expected(one));
    context.note(
      `${suite.name}: ${suite.title}; about ${minutes(expected(suite))} on a quiet machine, ${minutes(rest)} with all that is to come`,
    );
    reports.push(await runSuite(suite, context));
    context.note(`  took ${minutes(reports.at(-1)!.seconds / 60)}`);
    onReport?.({ ...whole, suites: [...reports] });
  }
  return { ...whole, suites: reports };
}

const minutes = (number: number): string => (number < 1 ? `${Math.round(number * 60)} s` : `${number.toFixed(1)} min`);

/** The report with the suites of an earlier one that were not run now, all in their usual order, each with its own date. */
export function mergeReports(report: Report, earlier: Report | undefined): Report {
  if (!earlier) return report;
  const run = new Set(report.suites.map(({ name }) => name));
  const kept = earlier.suites.filter(({ name }) => !run.has(name));
  const order = suites.map(({ title }) => title);
  return { ...report, suites: [...report.suites, ...kept].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)) };
}
