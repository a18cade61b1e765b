import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { defineBlock } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { catalogReference } from './block-reference.js';
import { blockJson, blockText, catalogText } from './block-text.js';
import { pipelineSchema } from './pipeline-schema.js';

const inRepository = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

// `npm run generate` runs this file with --update, which writes what is out of date; otherwise that fails here.
describe('generated files are up to date', () => {
  it('pipelines/schema.json', async () => {
    await expect(`${JSON.stringify(pipelineSchema(catalog), null, 2)}\n`).toMatchFileSnapshot(inRepository('pipelines/schema.json'));
  });

  it('packages/blocks/README.md', async () => {
    await expect(catalogReference(catalog)).toMatchFileSnapshot(inRepository('packages/blocks/README.md'));
  });
});

describe('pipelineSchema', () => {
  const valid = new Ajv({ strict: false, allowUnionTypes: true }).compile(pipelineSchema(catalog));
  const file = (type: string, config: object) => ({ version: '1.0', blocks: [{ name: 'b', type, config }] });

  it('judges the config of each block by its own schema', () => {
    expect(valid(file('DropColumnsBlock', { columns: ['a'] }))).toBe(true);
    expect(valid(file('DropColumnsBlock', { column: ['a'] }))).toBe(false);
    expect(valid(file('NoSuchBlock', {}))).toBe(false);
  });
});

describe('blockText', () => {
  it('shows summary, fields and an example', () => {
    const text = blockText(catalog.get('FilterByValueBlock')!);
    expect(text).toMatch(/^FilterByValueBlock: Lets samples through/);
    expect(text).toContain('  filter_column (text, required)');
    expect(text).toContain('"eq" or "ne" or "gt"');
    expect(text).toContain('  type: FilterByValueBlock');
    expect(blockText(catalog.get('SetToMajorityValueBlock')!)).toContain('Waits for the whole input before anything comes out.');
  });

  it('breaks long descriptions, and leaves out what is not there', () => {
    const words = Array.from({ length: 24 }, (_, i) => `word${i}`);
    const config = Type.Object({
      few: Type.String({ description: 'A few words.' }),
      none: Type.Any(),
      many: Type.Null({ description: words.join('\n') }),
    });
    const parts = { type: 'MadeUpBlock', summary: 'Does nothing.', examples: [], columns: () => ({ reads: [], adds: [], removes: [] }) };
    const create = () => (source: unknown) => source as never;
    const long = 'a line that is longer than eighty characters, and stays in one piece as it is in the pipeline file';
    const examples = [{ title: 'long', config: { few: long }, input: [], output: [] }];
    expect(blockText(defineBlock({ ...parts, config, create, examples }))).toBe(
      [
        'MadeUpBlock: Does nothing.',
        'Passes samples on at once.',
        'config:',
        '  few (text, required)',
        '      A few words.',
        '  none (any value, required)',
        '  many (nothing, required)',
        // A hundred characters at most.
        `      ${words.slice(0, 15).join(' ')}`,
        `      ${words.slice(15).join(' ')}`,
        'for example (long):',
        '  type: MadeUpBlock',
        '  config:',
        `    few: ${long}`,
        '',
      ].join('\n'),
    );
    expect(blockText(defineBlock({ ...parts, config: Type.Object({}), create }))).toBe(
      'MadeUpBlock: Does nothing.\nPasses samples on at once.\n',
    );
  });

  it('says as data whether a block is a barrier', () => {
    const parts = { config: Type.Object({}), summary: '', type: '', examples: [], columns: () => ({ reads: [], adds: [], removes: [] }) };
    const barrierOf = (more: object): unknown =>
      blockJson(defineBlock({ ...parts, create: () => (source) => source as never, ...more })).barrier;
    expect([barrierOf({}), barrierOf({ barrier: true }), barrierOf({ isBarrier: () => false })]).toEqual([false, true, 'by config']);
  });

  it('lists the catalogue, a line a block, and gives blocks as JSON', () => {
    expect(catalogText(catalog).trimEnd().split('\n')).toHaveLength(catalog.size);
    const two = new Map(['A', 'LongBlock'].map((type) => [type, { ...catalog.get('DropColumnsBlock')!, type, summary: 'Does.' }]));
    expect(catalogText(two)).toBe('A          Does.\nLongBlock  Does.\n');
    for (const spec of catalog.values()) {
      expect(JSON.parse(JSON.stringify(blockJson(spec)))).toMatchObject({ type: spec.type, config: { type: 'object' } });
    }
  });
});
