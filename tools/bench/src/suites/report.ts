import { createWriteStream, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { atMost, lower, type Suite } from '../suite.js';

/** What a run folder keeps at most of rows and of exchanges, in bytes: see `descent-log.ts` of the session. */
const MOST_ROWS = 100_000_000;
const MOST_EXCHANGES = 300_000_000;
const LEAVES = 1000;
const BLOCKS = ['gen', 'judge', 'keep_good'];
const words = 'the harbour crane lifts a crate of letters at noon and the clerk writes each weight into a book by the door '.repeat(6);

const id = (i: number): string => (i * 2654435761 + 1).toString(16).padStart(32, '0').slice(-32);

/** Writes lines until there are enough of them or of bytes. */
async function writeLines(file: string, count: number, mostBytes: number, line: (i: number) => object): Promise<void> {
  const stream = createWriteStream(file);
  let bytes = 0;
  for (let i = 0; i < count && bytes < mostBytes; i += 500) {
    const text = Array.from({ length: Math.min(500, count - i) }, (_, j) => `${JSON.stringify(line(i + j))}\n`).join('');
    bytes += text.length;
    if (!stream.write(text)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

/** The folder of a run of so many samples, in the shapes and the bounds that the session writes. */
async function writeRun(folder: string, samples: number): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const counts = (n: number) => ({ in: n, made: 0, out: n, filtered: 0, deduplicated: 0, unfinished: 0 });
  const use = { calls: samples, promptTokens: samples * 200, completionTokens: samples * 100 };
  const blocks = BLOCKS.map((block) => ({
    ...{ block, type: 'LLMBlock', ...counts(samples), rejected: {}, cachedCalls: 0, tokensEstimated: false, ...use },
    models: { sim: use },
  }));
  const leaf = (i: number): string => `leaf_${i % LEAVES}`;
  const own = Object.fromEntries(BLOCKS.map((block) => [block, { ...counts(samples / LEAVES), rejected: 0 }]));
  const record = (name: string, content: object): void => writeFileSync(join(folder, name), JSON.stringify(content));
  record('lock.json', {
    ...{ format: 1, versions: {}, pipeline: { name: 'full', files: {} }, plugins: {}, inputs: {}, settings: {} },
    given: { positionals: ['full'], flags: {} },
  });
  record('ledger.json', { written: samples, seconds: samples / 50, exit: 'done', blocks });
  record('leaves.json', {
    leaves: Object.fromEntries(Array.from({ length: LEAVES }, (_, i) => [leaf(i), own])),
    leftOut: { exchanges: 0, rows: 0 },
  });
  const text = (i: number): string => `${i} ${words.slice(i % 97, (i % 97) + 220)}`;
  const lines: Record<string, [number, number, (i: number) => object]> = {
    'rows.jsonl': [
      samples,
      MOST_ROWS,
      (i) => ({
        question: text(i),
        response: text(i + 7),
        score: i % 5,
        leaf_node_path: leaf(i),
        _sdg: { id: id(i), root: id(i), path: [] },
      }),
    ],
    'exchanges.jsonl': [
      2 * samples,
      MOST_EXCHANGES,
      (i) => ({ sample: id(i), block: 'gen', model: 'sim', prompt: words, replies: [{ text: text(i), end: 'stop' }] }),
    ],
    'calls.jsonl': [
      2 * samples,
      Infinity,
      (i) => ({
        ...{ at: 1_700_000_000_000 + i * 10, server: 'http://127.0.0.1:8000/v1', block: BLOCKS[i % 2], sample: id(i), model: 'sim', n: 1 },
        ...{ queuedMs: i % 40, serviceMs: 200 + ((i * 7919) % 1500), outcome: i % 90 ? 'ok' : 'teacher-overloaded' },
        ...{ promptTokens: 200, completionTokens: 100, inFlight: 32, limit: 32 },
      }),
    ],
    'rejects.jsonl': [
      samples / 10,
      Infinity,
      (i) => ({
        block: BLOCKS[i % 3],
        kind: 'rejected',
        reason: `reason-${i % 12}`,
        reply: text(i),
        sample: { question: text(i), leaf_node_path: leaf(i) },
      }),
    ],
  };
  for (const [name, [count, bytes, line]] of Object.entries(lines)) await writeLines(join(folder, name), count, bytes, line);
}

const sizeOf = (context: BenchContext): number => context.size(1_000_000, 10_000);

export const report: Suite = {
  name: 'report',
  title: 'Report',
  minutes: 4,
  about: (context) =>
    `\`sdg report\` on the folder of a run of ${sizeOf(context).toLocaleString('en')} samples in ${LEAVES.toLocaleString('en')} leaves, ` +
    `with two logged tries a sample, a tenth rejected, and rows and exchanges up to what a run folder keeps of them.`,
  targets: {
    'report.time': atMost(60, 'issue 19', 'a report of a million samples in under a minute'),
    'report.memory': atMost(300, 'issue 19', 'and with less than 300 MB'),
    'report.bytes': atMost(2, 'issue 19', 'the page is below 2 MB'),
  },
  async *run(context) {
    const samples = sizeOf(context);
    const folder = join(context.folder, 'report-run');
    await writeRun(folder, samples);
    const page = join(folder, 'report.html');
    const runs = await context.repeat(() => context.command(bin('sdg'), ['report', folder, '--quiet', '-o', page]));
    const title = `a report of ${samples.toLocaleString('en')} samples`;
    yield lower('report.time', title, 's', runs, ({ wallMs }) => wallMs / 1000);
    yield lower('report.memory', `${title}: peak memory`, 'MB', runs, ({ usage }) => usage!.peakRssMb);
    yield lower('report.bytes', `${title}: the page`, 'MB', [statSync(page).size / 1e6]);
  },
};
