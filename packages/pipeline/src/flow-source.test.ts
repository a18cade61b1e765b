import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { formatFinding } from '@sdg/core';
import { afterAll, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';
import { Overrides } from './overrides.js';

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

async function load(text: string, config?: string) {
  const path = join(folder, 'flow.yaml');
  writeFileSync(path, text);
  writeFileSync(join(folder, 'config.yaml'), config ?? '');
  const { overrides } = config === undefined ? {} : await Overrides.read(join(folder, 'config.yaml'));
  const { pipeline, findings } = await loadPipeline(path, { catalog, overrides, shown: () => 'flow.yaml' });
  const said = (wanted: string) =>
    findings.filter(({ severity }) => severity === wanted).map((finding) => formatFinding(finding).replaceAll(`${folder}/`, ''));
  return { blocks: pipeline?.chains[0]?.blocks, errors: said('error'), warnings: said('warning') };
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

it('places all of a block: its name, what is missing, what stands in its config or beside it', async () => {
  expect((await load(flow.replace('block_name: ask', 'block_name: copy'))).errors).toEqual([
    'flow.yaml:7:17 [block copy] two blocks are named "copy"; give each a name of its own',
  ]);
  expect((await load(flow.replace('    columns_map: {topic: subject}\n', ''))).errors[0]).toBe(
    'flow.yaml:3:5 [block copy] field "columns_map" is missing; add it',
  );
  const inside = flow.replace('    output_cols: [question]', '    output_cols: [question]\n    parser_kwargs: {parser_name: none}');
  expect((await load(inside)).errors).toEqual(['flow.yaml:11:34 [block ask] expected "custom" or null, found "none"']);
  expect((await load(inside.replace('  gen_kwargs:', '  parser_kwargs:\n  gen_kwargs:'))).errors[0]).toContain('flow.yaml:11:34');
  expect((await load(inside.replace('  gen_kwargs:', '  parser_kwargs: {parser_name: any}\n  gen_kwargs:'))).errors[0]).toContain('12:32');
  expect((await load(flow.replace('drop_columns: [subject]', 'drop_columns: [subjcet]'))).warnings).toEqual([
    expect.stringContaining('flow.yaml:4:19'),
    'flow.yaml:22:18 [block keep] warning: there is no column "subjcet" to drop; did you mean "subject"?',
  ]);
  expect((await load(`${flow}- block_typ: LLMBlock\n`)).errors).toEqual(['flow.yaml:23:3 [blocks[3]] field "type" is missing; add it']);
  expect((await load(`${flow}- text\n`)).errors).toEqual(['flow.yaml:23:3 [blocks[3]] expected object, found "text"']);
  expect((await load('[]\n')).errors[0]).toContain('flow.yaml:1:1');
});

it('reads what is left out, and lists of one', async () => {
  const block = '- block_type: LLMBlock\n  block_config: {config_path: ask.yaml, output_cols: [q]}\n  batch_kwargs:\n';
  const { blocks, errors } = await load(`${block}  drop_duplicates: q\n${block}`);
  expect(errors).toEqual([]);
  expect(blocks).toMatchObject([
    { name: 'block_1', type: 'LLMBlock', dropDuplicates: ['q'], dropColumns: [] },
    { name: 'block_2', dropDuplicates: [] },
  ]);
  const wrong = await load('- block_type: SamplePopulatorBlock\n- block_type: LLMBlock\n  block_config: {block_name: 7, operation: 3}\n');
  expect(wrong.errors.map((line) => line.slice(0, 70))).toEqual([
    'flow.yaml:1:3 [block block_1] field "config_paths" is missing; add it',
    'flow.yaml:1:3 [block block_1] field "column_name" is missing; add it',
    'flow.yaml:3:17 [block 2] field "output_cols" is missing; add it',
    'flow.yaml:3:30 [blocks[1].name] expected string, found 7',
    expect.stringContaining('flow.yaml:3:33 [block 2] field "operation" is not known'),
  ]);
});

it('places what a config changes in that, and all else in the flow', async () => {
  const { errors } = await load(flow.replace('temperature: 0.7', 'temperature: hot'), 'blocks:\n  ask: {model_id: 7}\n');
  expect(errors).toEqual([
    'config.yaml:2:19 [block ask] expected string or null, found 7',
    'flow.yaml:12:18 [block ask] expected number or null, found "hot"',
  ]);
});

it('says of a later flow what it is', async () => {
  const { errors } = await load('metadata: {name: x}\nblocks:\n  - block_type: PromptBuilderBlock\n    block_config: {block_name: a}\n');
  expect(errors).toEqual([
    expect.stringMatching(
      /^flow\.yaml:3:5 \[blocks\] this is a flow of sdg_hub 0\.2 or later, whose blocks are of another make; write each PromptBuilderBlock/,
    ),
  ]);
});
