import { defineCommand, type Flag, type Invocation, text, toggle, whole } from '../command.js';
import { embedderFlags } from '../embedder-flags.js';

const reportFlags = [
  text('output', 'FILE', 'where to write the page; - for stdout', { short: 'o', default: 'report.html in the folder of the run' }),
  toggle('serve', 'show it in the browser, made anew as the run goes on'),
  whole('port', 'N', 'with --serve: the port, on this machine alone', { min: 0, max: 65535, needs: 'serve', default: '0, any free one' }),
  ...embedderFlags,
] as const satisfies readonly Flag[];

export type ReportInvocation = Invocation<typeof reportFlags>;

export default defineCommand({
  name: 'report',
  summary: 'make one page of a run, to look at',
  usage: ['RUN [-o FILE] [--serve]', 'RUN OTHER [-o FILE]'],
  description:
    `Reads the folder of a run (--run-dir of sdg-run) and writes one HTML page, which opens from disk and asks nothing of any ` +
    `network: what went in and came out by block and leaf, and why not; calls over time; tokens and cost; rejects with prompt and ` +
    `raw reply; rows with their whole descent; how much they say. Of two runs: what differs in settings, yields, cost and rows.

--serve shows the page of a run while it goes on, on this machine alone, at an address with a secret in it.

With --embedder the page also says how near questions are in meaning to each other, to the examples that they were made from, and
to the paragraphs of their documents; not with --serve, which would ask anew every few seconds.`,
  flags: reportFlags,
  positionals: { min: 1, max: 2, name: 'RUN' },
  examples: [
    ['sdg-run full seeds.jsonl --run-dir run > rows.jsonl && sdg report run', 'writes run/report.html'],
    ['sdg report yesterday today -o compare.html', 'two runs side by side'],
  ],
  run: async (invocation) => (await import('../report/run-report.js')).runReport(invocation),
});
