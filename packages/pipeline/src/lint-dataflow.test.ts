import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { expect, it } from 'vitest';
import { isSlip } from './lint-dataflow.js';
import { loadPipeline } from './load-pipeline.js';

const inPlace =
  'version: "1.0"\nblocks:\n  - name: join\n    type: CombineColumnsBlock\n    config: { columns: [context, question], ' +
  'output_col: question }\n';

it.each([
  ['run.yaml', false, ['warning', 'column "question" must come with the input: no earlier block provides it', undefined]],
  [
    'knowledge.yaml',
    true,
    ['error', 'no earlier block and no seed provides column "question"', 'block join provides it, but only when it is done'],
  ],
])('lets a column that the input may bring be replaced in place: %s', async (file, asFolder, expected) => {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-dataflow-'));
  await writeFile(join(folder, file), inPlace);
  const { findings } = await loadPipeline(asFolder ? folder : join(folder, file), { catalog });
  await rm(folder, { recursive: true });
  expect(
    findings.filter(({ message }) => message.includes('"question"')).map(({ severity, message, remedy }) => [severity, message, remedy]),
  ).toEqual([expected]);
});

it.each([
  ['seed_qestion', 'seed_question', true],
  ['seed_quesiton', 'seed_question', true],
  ['Question', 'question', true],
  ['base_document', 'icl_document', false],
  ['tone', 'none', false],
  ['answer_2', 'answer_1', false],
  ['colour', 'color', true],
  ['documents', 'document', true],
  ['tone', 'Tone', true],
  ['answers', 'answering', false],
  ['response', 'resqxnse', false],
  ['context', 'contextxy', false],
  ['context', 'context', true],
])('takes %s for a slip of %s: %s', (name, meant, expected) => {
  expect(isSlip(name, meant)).toBe(expected);
  expect(isSlip(meant, name)).toBe(expected);
});

it('says which columns there are where nothing like it is provided', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-dataflow-'));
  await writeFile(
    join(folder, 'knowledge.yaml'),
    'version: "1.0"\nblocks:\n  - name: a\n    type: MapBlock\n    config: { columns: { b: x, a: x } }\n' +
      '  - name: b\n    type: MapBlock\n    config: { columns: { y: "{{ rating }}" } }\n',
  );
  const { findings } = await loadPipeline(folder, { catalog });
  await rm(folder, { recursive: true });
  expect(findings.map(({ remedy }) => remedy)).toEqual([
    expect.stringMatching(/^there are a, b, document, .*; a pipeline that is given as a file, not as a folder, takes columns of your own/),
  ]);
});

it('refuses a slip, and lets what is only like a known column come with the input', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'sdg-dataflow-')), 'run.yaml');
  await writeFile(
    file,
    'version: "1.0"\nblocks:\n  - name: a\n    type: MapBlock\n    config: { columns: { x: "{{ base_document }} {{ seed_qestion }}" } }\n',
  );
  const { findings } = await loadPipeline(file, { catalog });
  await rm(dirname(file), { recursive: true });
  expect(findings.map(({ severity, message, remedy }) => [severity, message, remedy])).toEqual([
    ['warning', 'column "base_document" must come with the input: no earlier block provides it', 'did you mean "icl_document"?'],
    ['error', 'no earlier block and no seed provides column "seed_qestion"', 'did you mean "seed_question"?'],
  ]);
});

it('judges what stands before a broken block, and nothing behind it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-dataflow-'));
  const block = (name: string, column: string, type = 'MapBlock'): string =>
    `  - name: ${name}\n    type: ${type}\n    config: { columns: { x: "{{ ${column} }}" } }\n`;
  const judged = async (...blocks: string[]): Promise<string[]> => {
    await writeFile(join(folder, 'run.yaml'), `version: "1.0"\nblocks:\n${blocks.join('')}`);
    const { findings } = await loadPipeline(join(folder, 'run.yaml'), { catalog });
    return findings.map(({ message }) => /"(\w+)"/.exec(message)![1]!);
  };
  expect(await judged(block('a', 'first'), block('b', 'second'))).toEqual(['first', 'second']);
  expect(await judged(block('a', 'first'), block('b', 'second', 'MopBlock'), block('c', 'third'))).toEqual(['first', 'MopBlock']);
  expect(await judged(block('a', 'first', 'MopBlock'), block('b', 'second'))).toEqual(['MopBlock']);
  await rm(folder, { recursive: true });
});
