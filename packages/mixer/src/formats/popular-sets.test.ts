import { jsonLines } from '@sdg/testing/json-lines';
import { sumOf } from '@sdg/values';
import { readFileSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { mix } from '../mix/mix.js';
import type { MixSummary } from '../mix/mix-summary.js';
import { openStream } from '../sources/open-source.js';
import { parseFormats } from './load-formats.js';
import { OUTPUT_FORMATS, type OutputFormat } from './output-format.js';
import { furtherPopularSets } from '../test-support/further-popular-sets.js';
import { morePopularSets } from '../test-support/more-popular-sets.js';
import { otherPopularSets } from '../test-support/other-popular-sets.js';
import { popularSets, type PopularSet } from '../test-support/popular-sets.js';

const allSets = [...popularSets, ...morePopularSets, ...furtherPopularSets, ...otherPopularSets];

const file = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
const { formats, findings } = parseFormats(file('recipes/formats.yaml'), 'formats.yaml');

interface Row {
  readonly [column: string]: unknown;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly metadata: string;
}

async function mixed({ name, rows }: PopularSet, format: OutputFormat = 'messages'): Promise<{ rows: Row[]; summary: MixSummary }> {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const mixing = mix(
    { datasets: [{ name, path: name, size: { kind: 'ratio', value: 1 } }] },
    { formats, format, threads: 1, systemPrompt: null, open: async () => openStream(Readable.from([Buffer.from(text)]), name) },
  );
  const parts: Buffer[] = [];
  for (;;) {
    const step = await mixing.next();
    if (step.done) {
      return {
        rows: jsonLines<Row>(Buffer.concat(parts).toString()),
        summary: step.value,
      };
    }
    parts.push(step.value);
  }
}

it('has formats that are in order', () => expect(findings).toEqual([]));

it.each(allSets.map((set) => [set.name, set] as const))('%s', async (_, set) => {
  if (set.format === undefined) return void (await expect(mixed(set)).rejects.toThrow(set.refusal!));
  const { rows, summary } = await mixed(set);
  const [dataset] = summary.datasets;
  expect(dataset!.format).toBe(set.format);
  expect(rows).toHaveLength(set.out ?? set.rows.length);
  if (rows.length === 0) return;
  expect(rows[0]!.messages.map(({ role, content }) => [role, content])).toEqual(set.turns);
  expect(rows[0]).toMatchObject(set.has ?? {});
  expect(Object.keys(dataset!.changes)).toEqual(set.changes ?? expect.anything());
  const metadata = JSON.parse(rows[0]!.metadata) as object;
  for (const column of set.metadata ?? []) expect(metadata).toHaveProperty([column]);
  // No column is lost: each is in the turns, beside them or in the metadata.
  const dropped = sumOf(Object.values(dataset!.dropped));
  expect(dataset!.rows).toBe(dataset!.out + dropped);
});

it.each(OUTPUT_FORMATS)('every set is written as %s, or refused with a reason and a count', async (format) => {
  for (const set of allSets.filter((one) => one.format !== undefined)) {
    const { rows, summary } = await mixed(set, format);
    const [dataset] = summary.datasets;
    expect(rows.length + sumOf(Object.values(dataset!.dropped)), set.name).toBe(set.rows.length);
    for (const row of rows) expect(row, set.name).toMatchObject({ id: expect.any(String), metadata: expect.any(String) });
  }
});

const cell = (text: string): string => text.replaceAll('|', '\\|');

it('stands in the documentation', async () => {
  const lines = allSets.map(
    ({ name, rows, format, becomes }) =>
      `| ${cell(name)} | ${Object.keys(rows[0]!)
        .map((column) => `\`${column}\``)
        .join(', ')} | ${format === undefined ? '–' : `\`${format}\``} | ${cell(becomes)} |`,
  );
  const table = ['| set | columns | format | what becomes of a row |', '| --- | --- | --- | --- |', ...lines].join('\n');
  const path = new URL('../../DATASETS.md', import.meta.url);
  const expected =
    `<!-- Made by the test of popular sets; \`npm run generate\` writes it anew. -->\n# Datasets as they are\n\nShapes of ` +
    `well-known sets, and what \`sdg-mix\` makes of their rows. Columns that the turns do not say go into \`metadata\`; tools, ` +
    `images and arguments of chat templates stay columns.\n\n${table}\n`;
  if (process.env['SDG_GENERATE']) writeFileSync(path, expected);
  expect(readFileSync(path, 'utf8')).toBe(expected);
});
