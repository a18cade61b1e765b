import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import type { SdgError } from '@sdg/core';
import { expect, it } from 'vitest';
import { openPipeline, type OpenPipelineOptions } from './open-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-open-pipeline-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const keep = 'version: "1.0"\nblocks:\n  - name: keep\n    type: DropColumnsBlock\n    config: { columns: [topic] }\n';
const good = file('good.yaml', keep);
const bad = file('bad.yaml', keep.replace('[topic]', '[topic], colum: a'));

const open = (path: string, options: Partial<OpenPipelineOptions> = {}) => openPipeline(path, { env: {}, catalog, ...options });
const failure = (path: string, options: Partial<OpenPipelineOptions> = {}): Promise<SdgError> =>
  open(path, options).then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error as SdgError,
  );

it('gives a pipeline without errors, its catalogue, and no changes where none are given', async () => {
  const opened = await open(good);
  expect([opened.pipeline.name, opened.catalog.size, opened.overrides]).toEqual(['good', catalog.size, undefined]);
});

it('tells all findings line by line, and counts the errors', async () => {
  const told: unknown[] = [];
  const observer = { notice: (text: string, severity?: string) => told.push([text, severity]) };
  const one = await failure(bad, { observer });
  expect(one).toMatchObject({ code: 'config', what: 'pipeline bad has 1 error', remedy: 'nothing was run' });
  expect(told).toEqual([[expect.stringMatching(/bad\.yaml:5:\d+ .*"colum" is not known; did you mean "columns"/), 'warning']]);
  const several = file('several.yaml', keep.replace('columns:', 'colums:'));
  expect((await failure(several, { observer })).what).toBe('pipeline several has 2 errors');
});

it('says in the error what is wrong where nobody is told', async () => {
  for (const options of [{}, { observer: {} }]) {
    const { what } = await failure(bad, options);
    expect(what).toMatch(/^pipeline bad has 1 error:\n.*bad\.yaml:5:\d+ .*"colum"/);
  }
});

it('runs in spite of a warning, and tells it', async () => {
  const told: string[] = [];
  const newer = file('newer.yaml', keep.replace('1.0', '1.1'));
  expect((await open(newer, { observer: { notice: (text) => told.push(text) } })).pipeline.name).toBe('newer');
  expect(told).toEqual([expect.stringMatching(/newer\.yaml:1:\d+.* warning: version 1\.1 is newer than 1\.0/)]);
});

it('gives the changes that it has laid upon it', async () => {
  const config = file('config.yaml', 'blocks:\n  keep:\n    columns: [a]\n');
  const { pipeline, overrides } = await open(good, { config });
  expect(overrides).toBeDefined();
  expect(pipeline.chains[0]!.blocks[0]!.config).toEqual({ columns: ['a'] });
});

it('fails by what is wrong in the changes alone', async () => {
  const config = file('broken.yaml', 'blocs:\n  keep:\n    columns: [a]\n');
  expect((await failure(good, { config })).what).toMatch(/^pipeline good has 1 error:\n.*broken\.yaml:1:1: field "blocs" is not known/);
});
