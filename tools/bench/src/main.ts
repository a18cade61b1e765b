import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { renderComparison, renderReport, type Report } from '@sdg/cli/bench';
import { BenchContext } from './context.js';
import { mergeReports, runSuites } from './run-suites.js';
import { suites } from './suites/index.js';

const options = {
  all: { type: 'boolean', help: 'all suites, where none is named: it takes an hour' },
  short: { type: 'boolean', help: 'small sizes, one run: under two minutes, shows that the harness works' },
  runs: { type: 'string', value: 'N', help: 'runs of each measurement (default: 5)' },
  'no-peers': { type: 'boolean', help: 'do not install and measure other programs' },
  out: { type: 'string', value: 'FILE', help: 'write the Markdown there (default: stdout)' },
  json: { type: 'string', value: 'FILE', help: 'write the report as JSON' },
  compare: { type: 'string', value: 'FILE', help: 'say what changed since an earlier report in JSON' },
  merge: { type: 'string', value: 'FILE', help: 'take the suites that are not run from an earlier report in JSON' },
  folder: {
    type: 'string',
    value: 'DIR',
    help: 'keep the benchmark’s files there and use them again (default: a fresh folder, removed at the end)',
  },
  documents: { type: 'string', value: 'DIR', help: 'read the PDFs of this folder in the suite documents (default: e2e/documents)' },
  help: { type: 'boolean', short: 'h', help: 'this text' },
} as const;

function help(): string {
  const lines = Object.entries(options).map(
    ([name, option]) => `  --${`${name}${'value' in option ? ` ${option.value}` : ''}`.padEnd(16)} ${option.help}`,
  );
  const list = suites.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`);
  return `bench: measures what the project promises, as ratios in one run

usage: npm run bench -- [SUITE…] [options]
       sdg-bench SUITE… [options], or sdg-bench --all

Suites:
${list.join('\n')}

${lines.join('\n')}
`;
}

function readReport(file: string): Report {
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  if (!Array.isArray(report.suites)) throw new Error(`${file} is no report`);
  return report;
}

/** The command. Gives the exit code: 0, 1 where nothing could be measured, 2 for wrong usage. */
export async function main(args: readonly string[]): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  // Who types the bare name wants to know what it is, not to wait for an hour.
  if (args.length === 0) {
    process.stderr.write(help());
    return 2;
  }
  let before: Report | undefined;
  let earlier: Report | undefined;
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
    if (parsed.values.compare !== undefined) before = readReport(parsed.values.compare);
    if (parsed.values.merge !== undefined) earlier = readReport(parsed.values.merge);
  } catch (error) {
    say(`bench: ${(error as Error).message}; see --help`);
    return 2;
  }
  const { values, chosen, runs } = parsed;
  if (values.help) {
    process.stdout.write(help());
    return 0;
  }
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'sdg-bench-'));
  const leave = (): void => {
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const short = values.short === true;
    const context = new BenchContext({
      short,
      runs: runs ?? (short ? 1 : 5),
      folder,
      peers: !short && !values['no-peers'],
      note: say,
      documents: values.documents,
    });
    const command = [
      'npm run bench --',
      ...args.filter(
        (arg, i) =>
          arg !== '--all' &&
          !/^--(out|json|compare|merge|folder)/.test(arg) &&
          !/^--(out|json|compare|merge|folder)$/.test(args[i - 1] ?? ''),
      ),
    ]
      .join(' ')
      .replace(/ --$/, '');
    const save = (report: Report): string => {
      const text = `${renderReport(report)}${before ? `\n${renderComparison(before, report)}` : ''}`;
      if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, undefined, 2)}\n`);
      if (values.out !== undefined) writeFileSync(values.out, text);
      return text;
    };
    const report = mergeReports(await runSuites(chosen, context, command, (soFar) => save(mergeReports(soFar, earlier))), earlier);
    const text = save(report);
    if (values.out === undefined) process.stdout.write(text);
    return report.suites.some(({ rows }) => rows.length > 0) ? 0 : 1;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
    if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  for (const name of positionals) {
    if (!suites.some((suite) => suite.name === name)) {
      throw new Error(`there is no suite "${name}"; known are ${suites.map((suite) => suite.name).join(', ')}`);
    }
  }
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isSafeInteger(runs) && runs > 0)) {
    throw new Error(`--runs ${values.runs}: not a whole number from 1 up`);
  }
  return { values, runs, chosen: positionals.length === 0 ? suites : suites.filter(({ name }) => positionals.includes(name)) };
}
