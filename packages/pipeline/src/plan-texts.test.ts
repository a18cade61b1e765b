import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockAccount } from '@sdg/core';
import { YamlSource } from '@sdg/config';
import { describe, expect, it } from 'vitest';
import { estimatePlan, measureInput, type BlockEstimate } from './estimate.js';
import { expectedCalls, expectedRows } from './exactly-expected.js';
import { findUse } from './find-use.js';
import { formatEstimate } from './format-estimate.js';
import { formatMermaid, formatPlan } from './format-plan.js';
import { listPipelines } from './list-pipelines.js';
import type { Plan, PlannedBlock } from './plan.js';
import { isSeedColumn, seedColumnsOf } from './seed-columns.js';
import type { Stage } from './stages.js';
import { chainOf } from './test-support/chain-of.js';

const free = { calls: 0, fanOut: 1, assumed: false };
const block = (name: string, over: Partial<PlannedBlock> = {}): PlannedBlock => ({
  ...{ label: name, name, type: 'T', reads: [], adds: [], removes: [], dropDuplicates: [], columns: [], barrier: false, files: [] },
  cost: free,
  ...over,
});
const step = (name: string, account: string | undefined) => ({ name, label: name, account, type: 'T', config: {}, priority: 1, depth: 1 });
const stage = (index: number, over: Partial<Stage>): Stage => ({
  ...{ chain: 'c', kind: undefined, index, order: 'none', barrier: false, holds: false, steps: [step('ask', 'T')] },
  ...over,
});
const ask = block('ask', {
  ...{ type: 'LLMBlock', reads: ['topic'], adds: ['b', 'a'], files: ['ask.yaml', 'more.yaml'], dropDuplicates: ['a'] },
  cost: { calls: 1, fanOut: 2.345, assumed: true, promptChars: 100, texts: 3 },
});
const keep = block('keep "best"', { removes: ['b'], columns: ['topic', 'a'], barrier: true, cost: { calls: 2, fanOut: 1, assumed: true } });
const plan: Plan = {
  pipeline: 'p',
  chains: [
    {
      name: 'skills',
      kind: 'freeform_skill',
      blocks: [ask, block('tidy'), keep],
      stages: [
        stage(0, { steps: [step('ask', 'T'), step('ask', 'drop_duplicates'), step('ask', undefined)] }),
        stage(1, { order: 'leaf' }),
        stage(2, { order: 'stream' }),
        stage(3, { order: 'stream', barrier: true }),
      ],
    },
    { name: 'rest', kind: undefined, blocks: [], stages: [] },
  ],
};

describe('the plan in words', () => {
  it('says what each block costs and does, and what waits for what', () => {
    expect(formatPlan(plan)).toBe(
      [
        'pipeline p',
        '',
        'skills: samples of leaf_node_type freeform_skill',
        '   1. ask (LLMBlock): 1 call a sample, about 2.35 out for 1 in (assumed)',
        '       prompt   ask.yaml, more.yaml',
        '       reads    topic',
        '       adds     b, a',
        '       distinct a',
        '   2. tidy (T)',
        '   3. keep "best" (T): 2 calls a sample, about 1 out for 1 in (assumed), waits for the whole input',
        '       removes  b',
        '  stage 1, in any order: ask, ask/drop_duplicates',
        '  stage 2, in order of each leaf: ask',
        '  stage 3, in order: ask',
        '  stage 4, once all are there: ask',
        '  out: a, topic',
        '',
        'rest: all samples',
        '  out: ',
        '',
      ].join('\n'),
    );
    const known = { ...plan.chains[0]!, stages: [], blocks: [block('split', { cost: { calls: 0, fanOut: 3, assumed: false } })] };
    expect(formatPlan({ ...plan, chains: [known] })).toContain('   1. split (T): 3 out for 1 in\n');
    const filter = { ...known, blocks: [block('filter', { cost: { calls: 0, fanOut: 1, assumed: true } })] };
    expect(formatPlan({ ...plan, chains: [filter] })).toContain('   1. filter (T)\n');
  });

  it('draws it: calls round, barriers as hexagons, a branch for each chain', () => {
    expect(formatMermaid(plan)).toBe(
      [
        ...['---', 'title: p', '---', 'flowchart TD', '  seeds[/"seed samples"/]', '  seeds --> route{"leaf_node_type"}'],
        ...['  subgraph chain0["skills"]', '    c0b0(["ask<br/><small>LLMBlock</small>"])', '    c0b1["tidy<br/><small>T</small>"]'],
        ...['    c0b0 -->|"b, a"| c0b1', '    c0b2{{"keep &quot;best&quot;<br/><small>T</small>"}}', '    c0b1 --> c0b2', '  end'],
        ...['  route -->|"freeform_skill"| c0b0', '  c0b2 --> out[/"generated samples"/]', '  subgraph chain1["rest"]', '  end', ''],
      ].join('\n'),
    );
    const alone = { ...plan, chains: [{ ...plan.chains[0]!, kind: undefined, blocks: [block('one')] }] };
    expect(formatMermaid(alone)).toContain('\n  seeds --> c0b0\n');
    expect(formatMermaid(alone)).not.toContain('route');
  });
});

describe('the estimate', () => {
  const estimate = (over: Partial<BlockEstimate>): BlockEstimate => ({
    ...{ block: ask, in: 1000, out: 1999.6, calls: 1000, promptTokens: 1_500_000, completionTokens: 250_000, assumed: false },
    ...over,
  });

  it('is a table with its sums, and says what it rests on', () => {
    const two = [estimate({}), estimate({ block: keep, in: 2000, out: 1, calls: 20, promptTokens: 0, completionTokens: 0, assumed: true })];
    const text = formatEstimate(two, { concurrency: 10, price: [2, 4] });
    expect(text.split('\n').slice(0, 6)).toEqual([
      'block             in    out  calls  tokens in  tokens out  money',
      'ask            1,000  2,000  1,000  1,500,000     250,000   4.00',
      'keep "best" *  2,000      1     20          0           0   0.00',
      'all                          1,020  1,500,000     250,000   4.00',
      '',
      'time: about 10 min with 10 calls at once, assuming 40 tokens a second for each',
    ]);
    expect(text).toContain(
      '* assumed: each reply holds as many rows as it was asked for and nothing is filtered; a generated text has 120',
    );
    expect(text).toContain('  --sample N tries N seeds for real');
    const sure = formatEstimate([estimate({})], { concurrency: 1, secondsPerCall: 1.234, trial: 1 });
    expect(sure).toContain('time: about 21 min with 1 calls at once, at 1.23 s a call, as in the trial\nfrom a trial with 1 seed, scaled');
    expect(sure).not.toMatch(/assumed|--sample|money/);
    expect(formatEstimate(two, { concurrency: 1, trial: 2 })).not.toContain('--sample');
  });

  it.each([
    [89.4, '89 s'],
    [90, '2 min'],
    [5399, '90 min'],
    [5400, '1.5 h'],
    [36_000, '10.0 h'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(formatEstimate([estimate({ calls: 1 })], { concurrency: 1, secondsPerCall: seconds })).toContain(`about ${text} with`);
  });

  const account = (name: string, over: Partial<BlockAccount>): BlockAccount => ({
    ...{
      block: name,
      type: 'T',
      in: 0,
      made: 0,
      out: 0,
      filtered: 0,
      deduplicated: 0,
      unfinished: 0,
      rejected: {},
      calls: 0,
      cachedCalls: 0,
    },
    ...{ promptTokens: 0, completionTokens: 0, tokensEstimated: false, models: {}, ...over },
  });

  it('follows the samples through the blocks, by what these say of themselves', async () => {
    const input = await measureInput([
      { topic: 'x'.repeat(300), leaf_node_type: 'freeform_skill', list: [1, 2] },
      { topic: 'x'.repeat(100), leaf_node_type: 'freeform_skill' },
      { topic: 'x'.repeat(999), leaf_node_type: 'odd' },
    ]);
    expect([input.total, input.samples(undefined), input.samples('freeform_skill'), input.samples('knowledge')]).toEqual([3, 3, 2, 0]);
    expect([input.chars('freeform_skill', 'topic'), input.chars('freeform_skill', 'list'), input.chars('knowledge', 'topic')]).toEqual([
      200, 2.5, 0,
    ]);
    expect(input.chars(undefined, 'topic')).toBeCloseTo(1399 / 3);
    const judge = block('judge', { reads: ['a', 'topic'], cost: { calls: 2, fanOut: 0.5, assumed: false, texts: 2, maxTokens: 50 } });
    const estimates = estimatePlan({ ...plan, chains: [{ ...plan.chains[0]!, blocks: [ask, judge, block('tidy')] }] }, input);
    // 100 characters of the prompt and 200 of the topic; three texts of 120 tokens.
    expect(estimates[0]).toEqual({ block: ask, in: 2, out: 4.69, calls: 2, promptTokens: 150, completionTokens: 720, assumed: true });
    // A generated text of 120 tokens, and the topic; at most 50 tokens come back.
    expect(estimates[1]).toMatchObject({
      in: 4.69,
      out: 2.345,
      calls: 9.38,
      promptTokens: 9.38 * 170,
      completionTokens: 9.38 * 50,
      assumed: true,
    });
    expect(estimates[2]).toMatchObject({ in: 2.345, calls: 0, promptTokens: 0, completionTokens: 0, assumed: false });
  });

  it('goes by a trial where one got there, what drop_duplicates took counted in', async () => {
    const input = await measureInput([{ leaf_node_type: 'freeform_skill' }, { leaf_node_type: 'freeform_skill' }]);
    const accounts = [
      account('ask', { in: 4, out: 12, calls: 8, promptTokens: 80, completionTokens: 160 }),
      account('ask/drop_duplicates', { in: 12, out: 6 }),
      account('keep "best"', {}),
    ];
    const observed = { samples: () => 4, accounts };
    const estimates = estimatePlan(plan, input, observed);
    expect(estimates[0]).toEqual({ block: ask, in: 2, out: 3, calls: 4, promptTokens: 40, completionTokens: 80, assumed: false });
    // No sample got to these.
    expect(estimates.slice(1).map(({ in: entered, calls, assumed }) => [entered, calls, assumed])).toEqual([
      [3, 0, false],
      [3, 6, true],
    ]);
  });
});

describe('what is expected of a seed', () => {
  const pipeline = {
    name: 'p',
    chains: [
      chainOf('knowledge', [{ type: 'Three' }, { type: 'Ask' }, { type: 'Three' }, { type: 'unknown' }]),
      chainOf('freeform_skill', [{ type: 'Three' }]),
    ],
  };
  const costs = new Map([
    ['Three', { cost: () => ({ ...free, fanOut: 3 }) }],
    ['Ask', { cost: () => ({ ...free, calls: 2 }) }],
  ]) as never;

  it('is by the chain for its kind; of no chain, one', () => {
    const settings = { scaleFactor: 30 };
    const [rows, calls] = [expectedRows(pipeline, costs, settings), expectedCalls(pipeline, costs, settings)];
    const kinds = ['knowledge', 'freeform_skill', 'grounded_skill', undefined].map((leaf_node_type) => ({ leaf_node_type }));
    expect(kinds.map(rows)).toEqual([9, 3, 1, 1]);
    expect(kinds.map(calls)).toEqual([6, 1, 1, 1]);
    const whole = { name: 'p', chains: [chainOf(undefined, [{ type: 'Ask' }, { type: 'Three' }])] };
    expect([expectedRows(whole, costs, settings)({}), expectedCalls(whole, costs, settings)({})]).toEqual([3, 2]);
  });

  it('knows the columns of seeds by kind, of tasks and of any number of examples too', () => {
    expect(seedColumnsOf('grounded_skill')).toContain('seed_context');
    expect(seedColumnsOf('freeform_skill')).not.toContain('seed_context');
    expect(new Set(seedColumnsOf(undefined)).size).toBe(seedColumnsOf(undefined).length);
    const known = (name: string) => ([undefined, 'knowledge', 'freeform_skill'] as const).map((kind) => isSeedColumn(name, kind));
    expect(known('icl_query_7')).toEqual([true, true, false]);
    expect(known('icl_query_0')).toEqual([false, false, false]);
    expect(known('xicl_query_1')).toEqual([false, false, false]);
    expect(known('num_outputs')).toEqual([true, false, true]);
    expect(known('document')).toEqual([true, true, false]);
  });
});

describe('where a block names a column', () => {
  const text = 'blocks:\n  - name: a\n    config:\n      first: "{{ other }}"\n      inner: [x, "say {{ wanted }}"]\n      wanted: 1\n';
  const source = new YamlSource(text, 'p.yaml');
  const config = { first: '{{ other }}', inner: ['x', 'say {{ wanted }}'], wanted: 1 };
  const place = (name: string, files: { file: string; text: string }[] = []) =>
    findUse(name, source, ['blocks', 0, 'config'], config, files);

  it('is in a prompt first, else in its config, else where that begins', () => {
    const prompts = [
      { file: 'one.yaml', text: 'generation: wanted {{ unwanted }} {{ a.wanted }}\n' },
      { file: 'two.yaml', text: 'generation: x\nmore: "{% if wanted %}"\n' },
    ];
    expect(place('wanted', prompts)).toEqual({ file: 'two.yaml', line: 2, column: 14 });
    expect(place('wanted')).toMatchObject({ file: 'p.yaml', line: 5 });
    expect(place('other')).toMatchObject({ line: 4 });
    expect(place('x')).toMatchObject({ line: 5 });
    expect(place('nowhere')).toMatchObject({ line: 4 });
  });

  it('takes a name for what it is, not for a pattern', () => {
    expect(place('a.b(c', [{ file: 'f', text: 'x: {{ a.b(c }}' }])).toEqual({ file: 'f', line: 1, column: 7 });
  });
});

it('lists the pipelines of a folder with what they say of themselves', () => {
  const shipped = mkdtempSync(join(tmpdir(), 'sdg-pipelines-'));
  const put = (name: string, file: string, text: string): void => {
    mkdirSync(join(shipped, name), { recursive: true });
    writeFileSync(join(shipped, name, file), text);
  };
  put('told', 'b.yaml', '# not this\n');
  put('told', 'a.yml', '\uFEFF# yaml-language-server: $schema=x\n## Makes   rows,\r\n#  and more.\nversion: "1.0"\n# later\n');
  put('told', 'prompt.txt', 'x');
  put('silent', 'a.yaml', 'version: "1.0"\n');
  put('other', 'readme.md', '# no\n');
  put('all', 'a.yaml', '# all of it');
  const listed = listPipelines({ shipped, env: {} }).map(({ name, summary, chains, shipped: own }) => [name, summary, chains, own]);
  expect(listed).toEqual([
    ['all', 'all of it', ['a'], true],
    ['silent', '', ['a'], true],
    ['told', 'Makes   rows, and more.', ['a', 'b'], true],
  ]);
});
