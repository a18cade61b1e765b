import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
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

  it('lists the catalogue, a line a block, and gives blocks as JSON', () => {
    expect(catalogText(catalog).trimEnd().split('\n')).toHaveLength(catalog.size);
    for (const spec of catalog.values()) {
      expect(JSON.parse(JSON.stringify(blockJson(spec)))).toMatchObject({ type: spec.type, config: { type: 'object' } });
    }
  });
});
