import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { formatFinding } from '@sdg/core';
import { afterAll, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-flow-'));
afterAll(() => rm(folder, { recursive: true }));
writeFileSync(join(folder, 'ask.yaml'), 'generation: "Ask about {{ topic }} as [Q] and [/Q]."\nstart_tags: ["[Q]"]\nend_tags: ["[/Q]"]\n');

const flow = `- block_type: DuplicateColumns
  block_config:
    block_name: copy
    columns_map: {topic: subject}
- block_type: LLMBlock
  block_config:
    block_name: ask
    config_path: ask.yaml
    model_id: m
    output_cols: [question]
  gen_kwargs:
    temperature: 0.7
    max_tokens: 100
  drop_duplicates: [question]
- block_type: FilterByValueBlock
  block_config:
    block_name: keep
    filter_column: question
    filter_value: "?"
    operation: operator.contains
    batch_kwargs: {num_procs: 8}
  drop_columns: [subject]
`;

async function load(text: string) {
  const path = join(folder, 'flow.yaml');
  writeFileSync(path, text);
  const { pipeline, findings } = await loadPipeline(path, { catalog, shown: () => 'flow.yaml' });
  return { blocks: pipeline?.chains[0]?.blocks, errors: findings.filter(({ severity }) => severity === 'error').map(formatFinding) };
}

it('reads a flow of sdg_hub 0.1 as it is', async () => {
  const { blocks, errors } = await load(flow);
  expect(errors).toEqual([]);
  expect(blocks).toMatchObject([
    { name: 'copy', type: 'DuplicateColumnsBlock', config: { columns_map: { topic: 'subject' } } },
    {
      name: 'ask',
      type: 'LLMBlock',
      config: { model_id: 'm', gen_kwargs: { temperature: 0.7, max_tokens: 100 } },
      dropDuplicates: ['question'],
    },
    { name: 'keep', type: 'FilterByValueBlock', config: { operation: 'contains' }, dropColumns: ['subject'] },
  ]);
});

it('finds what is wrong in it where it is written', async () => {
  expect((await load(flow.replace('temperature: 0.7', 'temperature: hot'))).errors).toEqual([
    'flow.yaml:12:18 [block ask] expected number or null, found "hot"',
  ]);
  expect((await load(flow.replace('filter_column: question', 'filter_colum: question'))).errors.join('\n')).toContain(
    'flow.yaml:18:5 [block keep] field "filter_colum" is not known; did you mean "filter_column"?',
  );
  expect((await load(flow.replace('LLMBlock', 'LLMBlok'))).errors[0]).toContain(
    'flow.yaml:5:15 [block ask] there is no block type "LLMBlok"; did you mean "LLMBlock"?',
  );
});

it('says of a later flow what it is', async () => {
  const { errors } = await load('metadata: {name: x}\nblocks:\n  - block_type: PromptBuilderBlock\n    block_config: {block_name: a}\n');
  expect(errors).toEqual([
    expect.stringMatching(
      /^flow\.yaml:3:5 \[blocks\] this is a flow of sdg_hub 0\.2 or later, whose blocks are of another make; write each PromptBuilderBlock/,
    ),
  ]);
});
