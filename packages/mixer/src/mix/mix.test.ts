import { jsonLines } from '@sdg/testing/json-lines';
import { sumOf } from '@sdg/values';
import { appendFile, truncate, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFormats } from '../formats/load-formats.js';
import type { RowFormat } from '../formats/row-format.js';
import type { DatasetSpec, Recipe } from '../recipe/recipe.js';
import { openStream } from '../sources/open-source.js';
import { mix } from './mix.js';
import { describeDataset, type MixSummary } from './mix-summary.js';
import type { MixOptions } from './mix-options.js';

let folder: string;
let formats: RowFormat[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mix-'));
  const text = await readFile(new URL('../../../../recipes/formats.yaml', import.meta.url), 'utf8');
  const parsed = parseFormats(text, 'formats.yaml');
  expect(parsed.findings).toEqual([]);
  formats = parsed.formats;
});
afterAll(() => rm(folder, { recursive: true }));

interface Row {
  id: string;
  messages: { role: string; content: string }[];
  metadata: string;
}
const row = (n: number, more: object = {}): object => ({
  messages: [
    { role: 'user', content: `question ${n}` },
    { role: 'assistant', content: `answer ${n}` },
  ],
  id: `r${n}`,
  ...more,
});
const rows = (count: number, more: (n: number) => object = () => ({})): object[] =>
  Array.from({ length: count }, (_, n) => row(n, more(n)));
const lines = (list: readonly unknown[]): string => list.map((item) => `${JSON.stringify(item)}\n`).join('');
async function file(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
const all = { kind: 'ratio', value: 1 } as const;
const dataset = (path: string, more: Partial<DatasetSpec> = {}): DatasetSpec => ({
  name: path.split('/').at(-1)!,
  path,
  size: all,
  ...more,
});

async function run(recipe: Recipe, options: Partial<MixOptions> = {}): Promise<{ text: string; rows: Row[]; summary: MixSummary }> {
  const parts: Buffer[] = [];
  const mixing = mix(recipe, { formats, threads: 1, ...options });
  for (;;) {
    const step = await mixing.next();
    if (step.done) {
      const text = Buffer.concat(parts).toString();
      return {
        text,
        rows: jsonLines<Row>(text),
        summary: step.value,
      };
    }
    parts.push(step.value);
  }
}
/** What comes out to somebody who looks at a piece only when the next one has come. */
async function runLate(recipe: Recipe): Promise<{ text: string; pieces: number }> {
  const parts: Buffer[] = [];
  let last: Buffer = Buffer.alloc(0);
  for await (const piece of mix(recipe, { formats, threads: 1, reusesPieces: true })) {
    parts.push(Buffer.from(last));
    last = piece;
  }
  return { text: Buffer.concat([...parts, last]).toString(), pieces: parts.length };
}
const ids = (list: readonly Row[]): string[] => list.map(({ id }) => id);

describe('mix', () => {
  it('knows the licence that the README of a source names', async () => {
    await mkdir(join(folder, 'set'));
    await file('set/README.md', '---\nlicense: cc-by-4.0\n---\n# A set\n');
    await file('set/train.jsonl', lines(rows(3)));
    const { summary } = await run({ datasets: [dataset(join(folder, 'set')), dataset(await file('own.jsonl', lines(rows(2))))] });
    expect(summary.datasets.map(({ license }) => license)).toEqual(['cc-by-4.0', undefined]);
  });

  it('may use the memory of pieces again, each but the last two', async () => {
    const long = await file('long.jsonl', lines(rows(6000, (n) => ({ group: 'g'.repeat(n % 400) }))));
    const other = await file(
      'other.jsonl',
      lines(
        rows(3000, () => ({
          messages: [
            { role: 'user', content: 'q' },
            { role: 'tool', content: 'a', name: 't' },
          ],
        })),
      ),
    );
    const stripe = (dropped: number): object[] =>
      rows(7000 + dropped, (n) => ({ kept: n < 5000 || n >= 5000 + dropped, group: 'g'.repeat(400) }));
    const striped = await Promise.all([600, 900, 1700].map((dropped) => file(`striped-${dropped}.jsonl`, lines(stripe(dropped)))));
    const some = { kind: 'count', value: 5000 } as const;
    for (const recipe of [
      { datasets: [dataset(long), dataset(other)] },
      { datasets: [dataset(long, { size: some }), dataset(other)] },
      { datasets: [dataset(long, { size: some }), dataset(other)], shuffle: true },
      // Whole blocks of which nothing comes out, one and several.
      ...striped.map((path) => ({ datasets: [dataset(path, { filter: [{ column: 'kept', equals: true }] })] })),
    ]) {
      const { text, pieces } = await runLate(recipe);
      expect(pieces).toBeGreaterThan(4);
      expect(text).toBe((await run(recipe)).text);
    }
  });

  it('concatenates whole datasets, each row with system message and metadata', async () => {
    const a = await file('a.jsonl', lines(rows(3, (n) => ({ metadata: '{"x":1}', group: n }))));
    const b = await file('b.jsonl', lines([row(9)]).trimEnd());
    const notes: string[] = [];
    const { rows: out, summary } = await run(
      { datasets: [dataset(a), dataset(b)] },
      { systemPrompt: 'S', note: (text) => notes.push(text) },
    );
    expect(ids(out)).toEqual(['r0', 'r1', 'r2', 'r9']);
    expect(out[1]!.messages.map(({ content }) => content)).toEqual(['S', 'question 1', 'answer 1']);
    expect(out[1]!.metadata).toBe('{"x":1,"group":1}');
    expect(summary.out).toBe(4);
    expect(notes).toContain('dataset columns: messages, id, metadata, group (format messages)');
    expect(notes).toContain('dataset a.jsonl loaded with 3 samples');
  });

  it('draws exactly what a recipe asks for, without replacement', async () => {
    const a = await file('a.jsonl', lines(rows(1000)));
    const { rows: out, summary } = await run({ datasets: [dataset(a, { size: { kind: 'ratio', value: 0.3 } })] });
    expect(out).toHaveLength(300);
    expect(new Set(ids(out)).size).toBe(300);
    expect(summary.datasets[0]).toMatchObject({ rows: 1000, wanted: 300, out: 300, repeated: 0 });
  });

  it('takes shares as they are written, not as binary numbers round them', async () => {
    const a = await file('a.jsonl', lines(rows(100)));
    const b = await file('b.jsonl', lines(rows(5)));
    // 100 × 0.29 is 28.999999999999996, and 100 × 0.07 is 7.000000000000001.
    const { summary } = await run({
      datasets: [dataset(a, { size: { kind: 'ratio', value: 0.29 } }), dataset(b, { upsample: { floor: 0.07, of: 'a.jsonl' } })],
    });
    expect(summary.datasets.map(({ out }) => out)).toEqual([29, 7]);
  });

  it('repeats whole copies plus a draw when asked for more, and says so', async () => {
    const a = await file('a.jsonl', lines(rows(10)));
    const { rows: out, summary } = await run({ datasets: [dataset(a, { size: { kind: 'count', value: 25 } })] });
    const counts = ids(out).reduce((map, id) => map.set(id, (map.get(id) ?? 0) + 1), new Map<string, number>());
    expect([...counts.values()].sort().join('')).toBe('2222233333');
    expect(describeDataset(summary.datasets[0]!)).toBe('a.jsonl: 25 of 10 rows; 15 repeated');
  });

  it('shares a total out by weight, to the row', async () => {
    const a = await file('a.jsonl', lines(rows(100)));
    const weights = [1 / 3, 1 / 3, 1 / 3];
    const { summary } = await run({
      totalSamples: 100,
      datasets: weights.map((value, i) => dataset(a, { name: `d${i}`, size: { kind: 'weight', value } })),
    });
    expect(summary.datasets.map(({ out }) => out)).toEqual([34, 33, 33]);
    await expect(run({ totalSamples: 10, datasets: [dataset(a, { size: { kind: 'weight', value: 0.5 } })] })).rejects.toThrow(
      'the weights sum to 0.5, 0.5 too little; change them so that they sum to 1',
    );
  });

  it('shuffles the rows of several datasets among each other, none of them lost or harmed', async () => {
    const paths = await Promise.all(
      ['x', 'y', 'z'].map((name) =>
        file(`several-${name}.jsonl`, lines(rows(300, (n) => ({ id: `${name}${n}`, note: name.repeat(n % 50) })))),
      ),
    );
    const datasets = paths.map((path, i) => dataset(path, { size: { kind: 'count', value: 100 + 300 * i } }));
    const [plain, shuffled] = [await run({ datasets }), await run({ datasets, shuffle: true })];
    expect(shuffled.text.split('\n').sort()).toEqual(plain.text.split('\n').sort());
    const runs = shuffled.rows.filter(({ id }, i) => id[0] !== shuffled.rows[i - 1]?.id[0]).length;
    expect([shuffled.rows.length, runs > 300]).toEqual([1200, true]);
  });

  it('gives the same bytes from a file, a pipe and a packed file, whatever the chunks', async () => {
    const text = lines(rows(500, (n) => ({ note: 'é'.repeat(n % 90) })));
    const path = await file('same.jsonl', text);
    const packed = await file('same.jsonl.gz', gzipSync(text));
    const asked = (place: string): Recipe => ({
      shuffle: true,
      datasets: [dataset(place, { name: 'n', size: { kind: 'count', value: 77 } })],
    });
    const expected = (await run(asked(path))).text;
    expect((await run(asked(packed))).text).toBe(expected);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 40_000 }), async (size) => {
        const bytes = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
        const { text: found } = await run(asked('-'), { open: async () => openStream(Readable.from(chunks), 'stdin') });
        expect(found).toBe(expected);
      }),
      { numRuns: 10 },
    );
    expect((await run(asked(path), { seed: 7 })).text).not.toBe(expected);
  });

  it('is fair after filters, to rows of interleaved groups', async () => {
    const a = await file('fair.jsonl', lines(rows(60, (n) => ({ group: n % 3 }))));
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 120; seed++) {
      const { rows: out } = await run(
        { datasets: [dataset(a, { size: { kind: 'count', value: 10 }, filter: [{ column: 'group', not: 1 }] })] },
        { seed },
      );
      for (const id of ids(out)) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    expect(counts.size).toBe(40);
    const statistic = sumOf(counts.values(), (count) => (count - 30) ** 2 / 30) / (30 / 39);
    expect((statistic - 39) / Math.sqrt(78)).toBeLessThan(3.5);
  });

  it('cuts leaves to max_per_leaf and upsamples to a floor', async () => {
    const a = await file('leaves.jsonl', lines(rows(90, (n) => ({ metadata: { _sdg: { origin: { leaf: n < 80 ? 'big' : 'small' } } } }))));
    const { rows: out, summary } = await run({ datasets: [dataset(a, { maxPerLeaf: 20 })] });
    expect(out).toHaveLength(30);
    expect(summary.datasets[0]!.overLeafCap).toBe(60);
    const big = await file('big.jsonl', lines(rows(1000)));
    const { summary: floored } = await run({ datasets: [dataset(a, { upsample: { floor: 0.3, of: 'big.jsonl' } }), dataset(big)] });
    expect(floored.datasets.map(({ out: n, repeated }) => [n, repeated])).toEqual([
      [300, 210],
      [1000, 0],
    ]);
  });

  it('drops duplicates, exact and near, across datasets, and what evaluation files hold', async () => {
    const say = (id: string, text: string): object => ({
      id,
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: 'Because of the rain that fell in the hills above the town.' },
      ],
    });
    const long =
      'Why did the river rise so quickly after the storm passed over the northern hills last week and flood the old market square';
    const a = await file('d1.jsonl', lines([say('1', long), say('2', 'Another question entirely about stars and planets')]));
    const b = await file(
      'd2.jsonl',
      lines([say('3', long), say('4', `${long} again`), say('5', 'What is the boiling point of water at sea level in degrees')]),
    );
    const evaluation = await file(
      'eval.jsonl',
      lines([{ question: 'x What is the boiling point of water at sea level in degrees Celsius?' }]),
    );
    const datasets = [dataset(a), dataset(b)];
    expect(ids((await run({ datasets, dedupe: { mode: 'exact' } })).rows)).toEqual(['1', '2', '4', '5']);
    const near = await run({ datasets, dedupe: { mode: 'near', threshold: 0.7 } });
    expect(ids(near.rows)).toEqual(['1', '2', '5']);
    expect(near.summary.datasets[1]!.duplicates).toBe(2);
    // Texts that share a template are no repeats of each other, though letters say so.
    const towns = Array.from({ length: 40 }, (_, i) => say(`t${i}`, `${long}, as people in Town${i} still ask each other every spring`));
    const notes: string[] = [];
    const note = (text: string): void => void notes.push(text);
    const eaten = [dataset(await file('towns.jsonl', lines(towns)))];
    await run({ datasets: eaten, dedupe: { mode: 'near', threshold: 0.7 } }, { note });
    expect(notes.filter((text) => /these share a template/.test(text))).toHaveLength(1);
    notes.length = 0;
    await run({ datasets: eaten, dedupe: { mode: 'exact' } }, { note });
    await run({ datasets, dedupe: { mode: 'near', threshold: 0.7 } }, { note });
    expect(notes.filter((text) => /these share a template/.test(text))).toEqual([]);
    const deep = await file('deep.jsonl', `{"a":${'['.repeat(20_000)}"x ${long}"${']'.repeat(20_000)}}\n`);
    expect(ids((await run({ datasets, decontaminate: { files: [deep] } })).rows)).toEqual(['2', '5']);
    const none = await file('textless.jsonl', '\n{"a":1}\n');
    await expect(run({ datasets, decontaminate: { files: [none] } })).rejects.toThrow('has no text that rows could be compared with');
    const clean = await run({ datasets, decontaminate: { files: [evaluation], ngram: 8 } });
    expect(ids(clean.rows)).toEqual(['1', '2', '3', '4']);
    expect(clean.summary.datasets[1]!.dropped).toEqual({ contaminated: 1 });
  });

  it('takes short answers and names in evaluation files for no contamination, short questions for one', async () => {
    const say = (id: string, question: string): object => ({
      id,
      messages: [
        { role: 'user', content: question },
        { role: 'assistant', content: 'Yes.' },
      ],
    });
    const a = await file('short.jsonl', lines([say('1', 'Is water wet?'), say('2', 'What is two times two?')]));
    const evaluation = await file(
      'eval-short.jsonl',
      lines([{ role: 'user', question: 'What is two times two?', choices: ['yes', 'no'] }]),
    );
    expect(ids((await run({ datasets: [dataset(a)], decontaminate: { files: [evaluation] } })).rows)).toEqual(['1']);
  });

  it('draws by weight column', async () => {
    const a = await file('w.jsonl', lines(rows(20, (n) => ({ w: n < 10 ? 0 : 1 }))));
    const { rows: out } = await run({ datasets: [dataset(a, { size: { kind: 'count', value: 8 }, weightColumn: 'w' })] });
    expect(out.every(({ id }) => Number(id.slice(1)) >= 10)).toBe(true);
  });

  it('draws by weight column with replacement, in whole copies, and never rows without weight', async () => {
    const a = await file('w.jsonl', lines(rows(20, (n) => ({ w: n < 15 ? 0 : n === 19 ? 100 : 1 }))));
    const draw = (value: number, more: Partial<DatasetSpec>) =>
      run({ datasets: [dataset(a, { size: { kind: 'count', value }, weightColumn: 'w', ...more })] });
    const replaced = await draw(50, { replacement: true });
    expect(replaced.rows).toHaveLength(50);
    expect(ids(replaced.rows).filter((id) => id === 'r19').length).toBeGreaterThan(40);
    const copies = await draw(12, {});
    expect(ids(copies.rows).every((id) => Number(id.slice(1)) >= 15)).toBe(true);
    expect(copies.rows).toHaveLength(12);
    expect(describeDataset(copies.summary.datasets[0]!)).toBe('w.jsonl: 12 of 20 rows; 15 dropped (no weight), 7 repeated');
    expect((await run({ datasets: [dataset(a, { weightColumn: 'w' })] })).rows).toHaveLength(5);
  });

  it('measures a floor by all rows of the other dataset, however few of them are in the mix', async () => {
    const small = await file('small.jsonl', lines(rows(10)));
    const big = await file('big.jsonl', lines(rows(1000)));
    const datasets = [dataset(small, { upsample: { floor: 0.03, of: 'big.jsonl' } }), dataset(big, { size: { kind: 'count', value: 50 } })];
    expect((await run({ datasets })).summary.datasets.map(({ out }) => out)).toEqual([30, 50]);
  });

  describe('with rows of no use', () => {
    const useless = (n: number): object => ({
      id: `r${n}`,
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: ' ' },
      ],
    });
    const text = lines(Array.from({ length: 200 }, (_, n) => (n % 4 === 0 ? useless(n) : row(n))));
    const count = (value: number): Partial<DatasetSpec> => ({ size: { kind: 'count', value } });

    it('draws others in their place, from files and pipes alike', async () => {
      const a = await file('useless.jsonl', text);
      for (const more of [{}, { shuffle: true }]) {
        const { rows: out, summary, text: drawn } = await run({ ...more, datasets: [dataset(a, count(100))] });
        expect(new Set(ids(out)).size).toBe(100);
        expect(summary.datasets[0]).toMatchObject({ out: 100, wanted: 100, repeated: 0 });
        expect(summary.datasets[0]!.dropped['empty message']).toBeGreaterThan(10);
        const piped = await run(
          { ...more, datasets: [dataset('-', { ...count(100), name: 'useless.jsonl' })] },
          { open: async () => openStream(Readable.from([Buffer.from(text)]), 'stdin') },
        );
        expect(piped.text).toBe(drawn);
      }
    });

    it('draws with replacement, and leaves bad rows out of the draw, too', async () => {
      const a = await file('useless.jsonl', text.replaceAll('"content":"q"', '"content":5'));
      const bad: string[] = [];
      const { rows: out } = await run(
        { datasets: [dataset(a, { ...count(300), replacement: true })] },
        { onBadRow: ({ error }) => bad.push(error.message) },
      );
      expect(out).toHaveLength(300);
      expect(bad.length).toBe(new Set(bad).size);
    });

    it('repeats rows of use when there are too few', async () => {
      const a = await file('useless.jsonl', text);
      const { rows: out, summary } = await run({ datasets: [dataset(a, count(380))] });
      const times = ids(out).reduce((map, id) => map.set(id, (map.get(id) ?? 0) + 1), new Map<string, number>());
      expect(out).toHaveLength(380);
      expect(new Set(times.values())).toEqual(new Set([2, 3]));
      expect(summary.datasets[0]).toMatchObject({ repeated: 230 });
      const shares = await run({ datasets: [dataset(a, { size: { kind: 'ratio', value: 2 } })] });
      expect(shares.summary.datasets[0]).toMatchObject({ out: 300, wanted: 300, dropped: { 'empty message': 50 } });
      const most = await run({ datasets: [dataset(a, { size: { kind: 'ratio', value: 0.9 } })] });
      expect(most.summary.datasets[0]).toMatchObject({ out: 150, wanted: 150, repeated: 0 });
      const whole = await file('whole.jsonl', lines(Array.from({ length: 2000 }, (_, n) => row(n))));
      const raised = await run({ datasets: [dataset(whole), dataset(a, { upsample: { floor: 0.2, of: 'whole.jsonl' } })] });
      expect(raised.summary.datasets[1]).toMatchObject({ out: 400, wanted: 400 });
    });

    it('says by how much it falls short when no row is of use', async () => {
      const a = await file('no-use.jsonl', lines([0, 4, 8].map(useless)));
      const { summary } = await run({ datasets: [dataset(a, count(2))] });
      expect(describeDataset(summary.datasets[0]!)).toBe('no-use.jsonl: 0 of 3 rows; 3 dropped (empty message), short of 2 by 2');
    });

    it('is fair to the rows of use', async () => {
      const a = await file('fair-use.jsonl', lines(Array.from({ length: 60 }, (_, n) => (n < 20 || n % 5 === 0 ? useless(n) : row(n)))));
      const times = new Map<string, number>();
      for (let seed = 0; seed < 160; seed++) {
        for (const id of ids((await run({ datasets: [dataset(a, count(8))] }, { seed })).rows)) times.set(id, (times.get(id) ?? 0) + 1);
      }
      expect(times.size).toBe(32);
      const statistic = sumOf(times.values(), (n) => (n - 40) ** 2 / 40) / (24 / 31);
      expect((statistic - 31) / Math.sqrt(62)).toBeLessThan(3.5);
    });
  });

  it('drops rows with an empty turn and counts them', async () => {
    const a = await file(
      'e.jsonl',
      lines([
        row(1),
        {
          messages: [
            { role: 'user', content: 'q' },
            { role: 'assistant', content: ' ' },
          ],
        },
      ]),
    );
    const { summary } = await run({ datasets: [dataset(a)] });
    expect(describeDataset(summary.datasets[0]!)).toBe('e.jsonl: 1 of 2 rows; 1 dropped (empty message)');
  });

  it('mixes formats and writes Alpaca, ShareGPT and ChatML', async () => {
    const a = await file('alpaca.json', JSON.stringify([{ instruction: 'Add.', input: '1 1', output: '2' }], null, 2));
    const b = await file(
      'gpt.jsonl',
      lines([
        {
          conversations: [
            { from: 'human', value: 'Hi' },
            { from: 'gpt', value: 'Ho' },
          ],
        },
      ]),
    );
    const c = await file('q.csv', 'question,answer\n"What, now?","Go\non"\n');
    const datasets = [dataset(a), dataset(b), dataset(c)];
    const plain = ({ id: _, metadata, ...rest }: Row): object => ({ ...rest, ...(metadata !== '{}' && { metadata }) });
    expect((await run({ datasets, format: 'alpaca' })).rows.map(plain)).toEqual([
      { source: 'alpaca.json', instruction: 'Add.', input: '1 1', output: '2' },
      { source: 'gpt.jsonl', instruction: 'Hi', input: '', output: 'Ho' },
      { source: 'q.csv', instruction: 'What, now?', input: '', output: 'Go\non' },
    ]);
    expect(plain((await run({ datasets, format: 'sharegpt' })).rows[0]!)).toEqual({
      source: 'alpaca.json',
      conversations: [
        { from: 'human', value: 'Add.\n\n1 1' },
        { from: 'gpt', value: '2' },
      ],
    });
    expect(plain((await run({ datasets, format: 'chatml' })).rows[1]!)).toEqual({
      source: 'gpt.jsonl',
      text: '<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\nHo<|im_end|>\n',
    });
  });
});

describe('Alpaca of a conversation', () => {
  const turn = (role: string, content: string): object => ({ role, content });
  const alpacaOf = async (...messages: readonly object[]) => {
    const a = await file('c.jsonl', lines([{ messages }]));
    const { rows, summary } = await run({ datasets: [dataset(a)], format: 'alpaca' });
    const { system, instruction, output } = rows[0] as Row & Readonly<Record<string, unknown>>;
    return { row: [system, instruction, output], said: describeDataset(summary.datasets[0]!) };
  };

  it('has what is asked in several turns as one question, to which its answer belongs', async () => {
    const { row, said } = await alpacaOf(turn('user', 'Look:'), turn('user', 'Why?'), turn('assistant', 'So.'));
    expect(row).toEqual([undefined, 'Look:\n\nWhy?', 'So.']);
    expect(said).toBe('c.jsonl: 1 of 1 row; 1 with questions in a row as one');
  });

  it('has no system turn of what is cut, nor what is asked there', async () => {
    const later = [turn('system', 'Later.'), turn('user', 'And?'), turn('assistant', 'Also.')];
    const { row, said } = await alpacaOf(turn('system', 'First.'), turn('user', 'Why?'), turn('assistant', 'So.'), ...later);
    expect(row).toEqual(['First.', 'Why?', 'So.']);
    expect(said).toContain('1 cut to the first question and answer');
  });
});

describe('mix, given bad input', () => {
  it('refuses a misspelt option', async () => {
    const rows = mix({ datasets: [] } as unknown as Recipe, { formats, threds: 1 } as unknown as MixOptions);
    await expect(rows.next()).rejects.toThrow('mix: option "threds" is not known; did you mean "threads"?');
  });

  const fails = async (recipe: Recipe, options: Partial<MixOptions> = {}): Promise<string> =>
    run(recipe, options).then(
      () => 'nothing failed',
      (error: Error) => error.message.replaceAll(`${folder}/`, ''),
    );

  it('refuses more rows than can be shuffled, or drawn with replacement', async () => {
    const a = await file('few.jsonl', lines([row(1)]));
    const size = { kind: 'count', value: 1e12 } as const;
    await expect(run({ datasets: [dataset(a, { size, replacement: true })] })).rejects.toThrow('1,000,000,000,000 rows are too many');
    await expect(run({ shuffle: true, datasets: [dataset(a, { size, exhausted: 'repeat' })] })).rejects.toThrow(
      '1,000,000,000,000 rows are too many',
    );
  });

  it('takes the last turn of a column of turns as the answer', async () => {
    const chosen = [
      { role: 'user', content: 'p' },
      { role: 'assistant', content: 'c' },
    ];
    const a = await file('preferences.jsonl', lines([{ prompt: 'p', chosen, rejected: [] }]));
    const options = { formats: [{ name: 'prompt_chosen', instruction_key: 'prompt', output_key: 'chosen' }], format: 'alpaca' as const };
    expect((await run({ datasets: [dataset(a)] }, options)).rows).toMatchObject([
      { source: 'preferences.jsonl', instruction: 'p', input: '', output: 'c', metadata: '{"rejected":[]}' },
    ]);
  });

  it('names file, line and column of a row that is not JSON, whole or drawn', async () => {
    const a = await file('bad.jsonl', `${lines([row(1)])}\n{"messages": [}\n`);
    expect(await fails({ datasets: [dataset(a)] })).toMatch(/^bad\.jsonl:3:15: /);
    expect(await fails({ shuffle: true, datasets: [dataset(a)] })).toMatch(/^bad\.jsonl:3:15: /);
    const bad: string[] = [];
    const { summary } = await run({ datasets: [dataset(a)] }, { onBadRow: ({ error }) => bad.push(error.message) });
    expect(bad).toHaveLength(1);
    expect(summary.datasets[0]).toMatchObject({ bad: 1, out: 1 });
  });

  it('takes a line that no row can be for a bad one, whole or drawn', async () => {
    const a = await file('long.jsonl', `${lines([row(1), row(2)])}\n{"messages":[`);
    await truncate(a, 2 ** 28 + 2 ** 20);
    await appendFile(a, `\n${lines([row(3)])}\n`);
    expect(await fails({ datasets: [dataset(a)] })).toMatch(/^long\.jsonl:4:1: a line is longer than 256 MiB; /);
    for (const more of [{}, { shuffle: true }]) {
      const bad: string[] = [];
      const { rows: out, summary } = await run(
        { ...more, datasets: [dataset(a)] },
        { onBadRow: ({ error, text }) => bad.push(`${error.message.replace(/^.*\/|;.*/g, '')}|${text.slice(0, 13)}`) },
      );
      expect(bad).toEqual(['long.jsonl:4:1: a line is longer than 256 MiB|{"messages":[']);
      expect([out.length, summary.datasets[0]!.bad]).toEqual([3, 1]);
    }
  });

  it('names a row that lacks what its format needs', async () => {
    const a = await file('lacks.jsonl', lines([{ question: 'q', answer: 'a' }, { question: 'q' }, { question: 'q', answer: null }]));
    expect(await fails({ datasets: [dataset(a)] })).toBe(
      'lacks.jsonl:2:1: column "answer" is missing, so the row is not of format question_answer; name the right format:, or ' +
        'pass --skip-bad-lines to leave such rows out',
    );
  });

  it('names the record of a table that lacks what its format needs', async () => {
    const a = await file('lacks.csv', 'question,answer\n"q\nq",a\nq,b\n');
    expect(await fails({ datasets: [dataset(a, { format: 'alpaca_output' })] })).toMatch(
      /^lacks\.csv: record 1: column "instruction" is missing/,
    );
    const b = await file('lacks.json', '[{"question":"q","answer":"a"},\n\n{"question":"q"}]');
    expect(await fails({ datasets: [dataset(b)] })).toMatch(/^lacks\.json: record 2: column "answer" is missing/);
  });

  it('refuses datasets that are missing, empty, folders without data, of no known format', async () => {
    const place = { file: 'r.yaml', line: 3, column: 5 };
    expect(await fails({ datasets: [dataset(join(folder, 'none.jsonl'), { place })] })).toBe(
      'r.yaml:3:5: dataset none.jsonl: cannot read none.jsonl: there is no such file; check the path',
    );
    expect(await fails({ datasets: [dataset(await file('empty.jsonl', ''))] })).toMatch('empty.jsonl is empty');
    expect(await fails({ datasets: [dataset(await file('blank.jsonl', '\n\n'))] })).toMatch('has no rows');
    const none = join(folder, 'no-data');
    await mkdir(none, { recursive: true });
    expect(await fails({ datasets: [dataset(none)] })).toMatch('has no data files that can be read; name one of its files');
    expect(await fails({ datasets: [dataset(await file('a.zip', 'PK'))] })).toMatch('is an archive; unpack it');
    expect(await fails({ datasets: [dataset(await file('odd.jsonl', '{"foo":1}\n'))] })).toMatch('no known format has the columns "foo"');
    expect(await fails({ datasets: [dataset(await file('odd.jsonl', '{"foo":1}\n'), { format: 'alpaca_outptu' })] })).toMatch(
      'did you mean "alpaca_output"?',
    );
    expect(await fails({ datasets: [dataset('x', { size: { kind: 'ratio', value: -1 } })] })).toMatch('-1 is no size');
  });

  it('refuses damaged files', async () => {
    expect(await fails({ datasets: [dataset(await file('cut.jsonl.gz', gzipSync(lines(rows(1000))).subarray(0, 900)))] })).toMatch(
      'not whole gzip data',
    );
    expect(await fails({ datasets: [dataset(await file('cut.json', '[{"question":"q","answer":"a"},'))] })).toMatch('does not end');
    expect(await fails({ datasets: [dataset(await file('no.parquet', 'PAR1 nonsense'))] })).toMatch('not a Parquet file');
    expect(await fails({ datasets: [dataset(await file('no.csv', 'a,b\n"1,2\n'))] })).toMatch(/no\.csv/);
  });

  it('stops when told to', async () => {
    const a = await file('a.jsonl', lines(rows(10)));
    expect(await fails({ datasets: [dataset(a)] }, { signal: AbortSignal.abort() })).toBe('the mix was interrupted');
  });

  it('says which columns asked for the first row has not', async () => {
    const a = await file('asked.jsonl', lines(rows(4, () => ({ group: 1 }))));
    const notes: string[] = [];
    const note = (text: string): void => void (text.includes('first row') && notes.push(text));
    await run({ datasets: [dataset(a, { filter: [{ column: 'groop', equals: 1 }], maxPerLeaf: 1 })] }, { note });
    expect(notes).toEqual([
      'asked.jsonl: the first row has no "groop"; rows without it count as null; did you mean "group"?',
      'asked.jsonl: the first row has no "_sdg.origin.leaf"; rows without it are one leaf; leaf_column names another',
    ]);
    notes.length = 0;
    await run({ datasets: [dataset(a, { filter: [{ column: 'group', equals: 1 }], weightColumn: 'group' })] }, { note });
    expect(notes).toEqual([]);
  });

  it('says of how many conversations Alpaca has room for the beginning alone', async () => {
    const turns = (n: number): object => ({
      messages: Array.from({ length: n }, (_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: `${i}` })),
    });
    const a = await file(
      'long.jsonl',
      lines([
        turns(2),
        turns(4),
        turns(6),
        { messages: [{ role: 'system', content: 's' }, ...(turns(2) as { messages: object[] }).messages] },
      ]),
    );
    for (const size of [all, { kind: 'count', value: 8 } as const]) {
      const { summary } = await run({ datasets: [dataset(a, { size })], format: 'alpaca' });
      expect(describeDataset(summary.datasets[0]!)).toContain(`${size === all ? 2 : 4} cut to the first question and answer`);
    }
    expect((await run({ datasets: [dataset(a)] })).summary.datasets[0]!.cut).toBe(0);
  });

  it('says of how many conversations Alpaca leaves out the calls of tools', async () => {
    const call = { type: 'function', function: { name: 'f', arguments: { id: 1 } } };
    const row = (more: object): object => ({
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'a7', ...more },
      ],
    });
    const a = await file('calls.jsonl', lines([row({}), row({ tool_calls: [call] }), row({ tool_calls: [] })]));
    const { summary } = await run({ datasets: [dataset(a)], format: 'alpaca' });
    expect(describeDataset(summary.datasets[0]!)).toContain('1 without the calls of tools');
  });
});
