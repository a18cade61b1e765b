import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { formatFinding } from '@sdg/core';
import { afterAll, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-chain-'));
afterAll(() => rm(folder, { recursive: true }));
writeFileSync(join(folder, 'ask.yaml'), 'generation: Ask of {{ topic }}.\n');
writeFileSync(join(folder, 'again.yaml'), 'generation: Is {{ score }} right?\n');

/** All that is said of a pipeline file. */
async function said(text: string): Promise<string[]> {
  writeFileSync(join(folder, 'p.yaml'), text);
  const { findings } = await loadPipeline(join(folder, 'p.yaml'), { catalog, shown: (path) => path.slice(folder.length + 1) });
  return findings.map((finding) => formatFinding(finding));
}
const head = 'version: "1.0"\nblocks:\n';
const drop = '  - {name: a, type: DropColumnsBlock, config: {columns: [x]}}\n';

it('says one thing of one mistake', async () => {
  expect(await said(head + drop)).toEqual([]);
  expect(await said(`version: 1.0\nblocks:\n${drop}`)).toEqual([
    'p.yaml:1:10 [version] expected string, found 1; put it in quotes: version: "1.0"',
  ]);
  expect(await said(`version: [1]\nblocks:\n${drop}`)).toEqual(['p.yaml:1:10 [version] expected string, found [1]']);
  expect(await said(`${head}${drop.replace('name: a', 'name: 7')}${drop.replace('name: a', 'name: 7')}`)).toEqual([
    'p.yaml:3:12 [blocks[0].name] expected string, found 7',
    'p.yaml:4:12 [blocks[1].name] expected string, found 7',
  ]);
  expect(await said(`${head}  - text\n`)).toEqual(['p.yaml:3:5 [blocks[0]] expected object, found "text"']);
});

it('judges instructions for auxiliary rows where all blocks could be loaded', async () => {
  const flat =
    '  - {name: a, type: FlattenColumnsBlock, config: {var_cols: [x], value_name: v, var_name: dataset_type}}\n' +
    '  - {name: b, type: DropColumnsBlock, config: {columns: [v]}}\n';
  const mixing = 'datamixing: {auxiliary_instructions: {y: [Do.]}}\n';
  const told = (lines: string[]): boolean => lines.some((line) => line.includes('these instructions go nowhere'));
  expect(told(await said(head + flat + mixing))).toBe(true);
  expect(told(await said(head + flat.replace('[v]', '3') + mixing))).toBe(false);
  expect(told(await said(head + flat + mixing.replace('y:', 'x:')))).toBe(false);
  expect(told(await said(head + drop + mixing))).toBe(false);
});

it('warns of a column that a prompt prints and that may be null', async () => {
  const read = '  - {name: read, type: ReadabilityBlock, config: {columns: [topic], lix_col: score}}\n';
  const ask = '  - {name: ask, type: LLMBlock, config: {config_path: again.yaml, output_cols: [y]}}\n';
  const warning =
    'again.yaml:1:19 [block ask] warning: column "score" may be null here (block read), and the prompt would read None; ' +
    'write {{ score or "" }}, or {% if score %}';
  expect(await said(head + read + ask)).toContain(warning);
  expect(await said(head + read + drop.replace('[x]', '[score]') + ask)).not.toContain(warning);
});
