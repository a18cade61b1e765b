import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog as shipped } from '@sdg/blocks';
import { defineBlock, formatFinding, type Catalog } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import { afterAll, describe, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-block-'));
afterAll(() => rm(folder, { recursive: true }));
writeFileSync(join(folder, 'ask.yaml'), 'generation: Ask.\n');

/** One that says nothing of what else its config may hold. */
const open = defineBlock({
  type: 'OpenBlock',
  summary: 'Passes on.',
  config: Type.Object({ a: Type.Number() }),
  examples: [],
  columns: () => ({ reads: [], adds: [], removes: [] }),
  create: () => (source) => source,
});

/** The config of a block of this type, or what is wrong with it. */
async function load(type: string, ...config: readonly string[]) {
  const catalog = new Map([...shipped, [open.type, open]]) as Catalog;
  const path = join(folder, 'pipeline.yaml');
  const lines = ['version: "1.0"', 'blocks:', '  - name: it', `    type: ${type}`, '    config:', ...config.map((line) => `      ${line}`)];
  writeFileSync(path, `${lines.join('\n')}\n`);
  const { pipeline, findings } = await loadPipeline(path, { catalog, shown: () => 'p' });
  const errors = findings.filter(({ severity }) => severity === 'error').map((finding) => formatFinding(finding));
  return { config: pipeline?.chains[0]!.blocks[0]!.config as Readonly<Record<string, unknown>> | undefined, errors };
}
const LLM = ['config_path: ask.yaml', 'output_cols: [x]'];

describe('a config', () => {
  it.each([
    ['"0.5"', 0.5],
    ['" 1 "', 1],
    ['".5"', 0.5],
    ['"5e-1"', 0.5],
    ['0.5', 0.5],
  ])('takes a sampling parameter in quotes for its number, as the original does: %s', async (written, number) => {
    const { config, errors } = await load('LLMBlock', ...LLM, `gen_kwargs: {temperature: ${written}, stop: ["5"], user: "7"}`);
    expect(errors).toEqual([]);
    expect(config!['gen_kwargs']).toMatchObject({ temperature: number, stop: ['5'], user: '7' });
  });

  it.each(['""', '" "', 'one', '"0.5 1"', '"Infinity"', '[1]'])('takes no other text for a number: %s', async (written) => {
    expect((await load('LLMBlock', ...LLM, `gen_kwargs: {temperature: ${written}}`)).errors[0]).toContain(
      'p:8:33 [block it] expected number',
    );
  });

  it('may hold what the original takes for its batches and names, and nothing else that is not known', async () => {
    const further = ['batch_kwargs: {num_procs: 8}', 'num_procs: 8', 'block_name: x', 'block_version: 1'];
    expect((await load('RenameColumnsBlock', 'columns_map: {a: b}', ...further)).config).toEqual({ columns_map: { a: 'b' } });
    expect((await load('RenameColumnsBlock', 'columns_map: {a: b}', 'batch_kwarg: {}')).errors).toEqual([
      'p:7:7 [block it] field "batch_kwarg" is not known; known are columns_map',
    ]);
    expect((await load('RenameColumnsBlock', 'columns_map: 3')).errors).toEqual(['p:6:20 [block it] expected object, found 3']);
  });

  it('is as it is written where a block takes anything', async () => {
    expect((await load('OpenBlock', 'a: 1', 'batch_kwargs: {b: c}', 'gen_kwargs: {n: "1"}')).config).toEqual({
      a: 1,
      batch_kwargs: { b: 'c' },
      gen_kwargs: { n: '1' },
    });
    expect((await load('OpenBlock', '[1]')).errors[0]).toContain('p:6:7');
  });

  it('is told where a sampling parameter belongs', async () => {
    expect((await load('LLMBlock', ...LLM, 'temperature: 0.5', 'temperatur: 1')).errors).toEqual([
      'p:8:7 [block it] field "temperature" is not known; it is a sampling parameter: write it under gen_kwargs',
      expect.stringMatching(/^p:9:7 \[block it\] field "temperatur" is not known; (?!it is a sampling)/),
    ]);
    expect((await load('RenameColumnsBlock', 'columns_map: {a: b}', 'temperature: 1')).errors[0]).not.toContain('sampling');
  });
});

describe('a block inside another', () => {
  const inner = ['num_iters: 2', 'block_type: LLMBlock'];
  const nested = (line: string) => ['block_config:', ...LLM.map((one) => `  ${one}`), `  ${line}`];

  it('has its config below a key of its own, beside it, or both', async () => {
    for (const lines of [
      [...inner, ...LLM, 'model_id: m'],
      [...inner, ...nested('model_id: m')],
      [...inner, ...nested('model_family: f'), 'model_id: m'],
    ]) {
      const { config, errors } = await load('IterBlock', ...lines);
      expect(errors).toEqual([]);
      expect(config!['config']).toMatchObject({ output_cols: ['x'], model_id: 'm' });
    }
  });

  it('has its mistakes placed where they stand', async () => {
    const wrong = 'gen_kwargs: {temperature: hot}';
    const says = '[block it] expected number or null, found "hot"';
    expect((await load('IterBlock', ...inner, ...LLM, wrong)).errors).toEqual([`p:10:33 ${says}`]);
    expect((await load('IterBlock', ...inner, ...nested(wrong))).errors).toEqual([`p:11:35 ${says}`]);
    expect((await load('IterBlock', ...inner, ...nested('model_id: m'), wrong)).errors).toEqual([`p:12:33 ${says}`]);
    // Of two the one below its own key counts.
    expect((await load('IterBlock', ...inner, ...nested(wrong), 'gen_kwargs: {temperature: cold}')).errors).toEqual([`p:11:35 ${says}`]);
    expect((await load('IterBlock', 'num_iters: 2', 'block_type: LMBlock', ...nested('model_id: m'))).errors).toEqual([
      'p:7:19 [block it] there is no block type "LMBlock"; did you mean "LLMBlock"?',
    ]);
  });

  it('is told of the fields of both where one beside it is misspelt, and of its own below its key', async () => {
    expect((await load('IterBlock', ...inner, ...LLM, 'num_itres: 3')).errors).toEqual([
      'p:10:7 [block it] field "num_itres" is not known; did you mean "num_iters"?',
    ]);
    expect((await load('IterBlock', ...inner, ...nested('num_itres: 3'))).errors[0]).toMatch(
      /^p:11:9 \[block it\] field "num_itres" is not known; known are config_path/,
    );
    expect((await load('IterBlock', ...inner, ...LLM, 'model_idd: m')).errors).toEqual([
      'p:10:7 [block it] field "model_idd" is not known; did you mean "model_id"?',
    ]);
  });
});
