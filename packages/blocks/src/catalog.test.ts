import { blockLaws, runExample } from '@sdg/testing';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';

const ajv = new Ajv({ strict: false, allowUnionTypes: true });

describe.each([...catalog.values()].map((spec) => [spec.type, spec] as const))('%s', (_type, spec) => {
  it('says what it does in one sentence and shows it', () => {
    expect(spec.summary).toMatch(/^[A-Z].*\.$/);
    expect(spec.examples.length).toBeGreaterThan(0);
  });

  it.each(spec.examples.map((example) => [example.title, example] as const))('example: %s', async (_title, example) => {
    expect(ajv.validate(spec.config, example.config), ajv.errorsText()).toBe(true);
    expect(await runExample(spec, example, catalog)).toEqual(example.output);
  });

  it.each(blockLaws(spec, spec.examples[0]!, catalog).map((law) => [law.name, law] as const))('law: %s', async (_name, law) => {
    await law.check();
  });
});
