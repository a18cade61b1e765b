import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { catalog } from '@sdg/blocks';
import { formatFinding } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { loadPipeline } from './load-pipeline.js';
import { Overrides } from './overrides.js';

const files = {
  'p/freeform_skills.yaml': `version: "1.0"
blocks:
  - name: gen_questions
    type: LLMBlock
    config:
      config_path: prompts/ask.yaml
      output_cols: [question]
      gen_kwargs: {temperature: 0.5, max_tokens: 100}
  - name: judge_questions
    type: RatingJudgeBlock
    config: {config_path: prompts/rate.yaml, scale: [0, 1], keep_from: 1}
`,
  'p/prompts/ask.yaml': 'generation: Ask about {{ task_description }}.\n',
  'p/prompts/rate.yaml': 'generation: Rate {{ question }}.\n',
};

async function load(config: string, further: Readonly<Record<string, string>> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-override-'));
  for (const [name, text] of Object.entries({ ...files, 'c/config.yaml': config, ...further })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const { overrides, findings } = await Overrides.read(join(folder, 'c/config.yaml'));
  const loaded = overrides && (await loadPipeline(join(folder, 'p'), { catalog, overrides }));
  const all = [...findings, ...(loaded?.findings ?? [])];
  return {
    overrides,
    configs: Object.fromEntries(
      loaded?.pipeline?.chains[0]?.blocks.map(({ name, config }) => [name, config as Record<string, unknown>]) ?? [],
    ),
    findings: all.map((finding) => formatFinding(finding).replaceAll(`${folder}/`, '')),
  };
}

describe('Overrides', () => {
  it('merges members by block name, later rules over earlier ones, and leaves the rest', async () => {
    const { configs, findings, overrides } = await load(`
teachers:
  big: {url: "http://127.0.0.1:1/v1", model: big}
validator: {teacher: big, keep_from: 0}
blocks:
  "*": {gen_kwargs: {temperature: 0.9}}
  freeform_skills/gen_questions: {gen_kwargs: {stop: ["X"]}, model_id: small}
`);
    expect(findings).toEqual([]);
    expect(configs['gen_questions']).toMatchObject({ gen_kwargs: { temperature: 0.9, max_tokens: 100, stop: ['X'] }, model_id: 'small' });
    expect(configs['judge_questions']).toMatchObject({ keep_from: 0, scale: [0, 1], gen_kwargs: { temperature: 0.9 } });
    expect(overrides?.teacherOf('freeform_skills', 'judge_questions')).toBe('big');
    expect(overrides?.teacherOf('freeform_skills', 'gen_questions')).toBeUndefined();
  });

  it('takes prompts from a folder, from a file of prompts, and from a block’s own path', async () => {
    const prompts = { 'c/mine/rate.yaml': 'generation: Mine {{ question }}\n' };
    const folder = await load('teacher_config: mine\n', prompts);
    expect(folder.findings).toEqual([]);
    expect(folder.configs['judge_questions']).toMatchObject({ prompt: { generation: 'Mine {{ question }}' } });
    const file = await load('teacher_config: all.yaml\n', {
      'c/all.yaml': 'rate: {generation: "Inline {{ question }}"}\nask: mine/ask.yaml\n',
      'c/mine/ask.yaml': 'generation: Other\n',
    });
    expect(file.findings).toEqual([]);
    expect(file.configs).toMatchObject({
      judge_questions: { prompt: { generation: 'Inline {{ question }}' } },
      gen_questions: { prompt: { generation: 'Other' } },
    });
    const own = await load('blocks: {judge_questions: {config_path: mine/rate.yaml}}\n', prompts);
    expect(own.configs['judge_questions']).toMatchObject({ prompt: { generation: 'Mine {{ question }}' } });
  });

  it.each<[title: string, config: string, findings: readonly string[], files?: Readonly<Record<string, string>>]>([
    [
      'a block that is not there',
      'blocks:\n  judge_question: {keep_from: 0}\n',
      ['c/config.yaml:2:3 [blocks.judge_question] no block is named "judge_question"; did you mean "judge_questions"?'],
    ],
    [
      'a misspelt member',
      'blocks:\n  judge_questions:\n    keep_form: 0\n',
      ['c/config.yaml:3:5 [block judge_questions] field "keep_form" is not known; did you mean "keep_from"?'],
    ],
    [
      'a wrong type',
      'blocks:\n  gen_questions:\n    gen_kwargs:\n      temperature: hot\n',
      ['c/config.yaml:4:20 [block gen_questions] expected number or null, found "hot"'],
    ],
    [
      'a wrong value',
      'blocks:\n  judge_questions: {keep_from: 7}\n',
      ['c/config.yaml:2:32 [block judge_questions] keep_from is 7, outside the scale from 0 to 1; give a rating of the scale'],
    ],
    [
      'a missing prompt',
      'blocks:\n  gen_questions: {config_path: none.yaml}\n',
      ['c/config.yaml:2:32 [block gen_questions] there is no file '],
    ],
    [
      'what is missing where it is missing',
      'blocks:\n  gen_questions: {model_id: big, output_cols: null}\n',
      ['c/config.yaml:2:47 [block gen_questions] expected array, found null'],
    ],
    [
      'what a later rule wrote',
      'blocks:\n  "gen_*": {gen_kwargs: {temperature: 1, top_p: x}}\n  "*s": {gen_kwargs: {temperature: hot}}\n',
      [
        'c/config.yaml:2:49 [block gen_questions] expected number or null, found "x"',
        'c/config.yaml:3:36 [block gen_questions] expected number or null, found "hot"',
        'c/config.yaml:3:36 [block judge_questions] expected number or null, found "hot"',
      ],
    ],
    [
      'a prompt that the file of prompts names, and that is not there',
      'teacher_config: all.yaml\n',
      ['c/config.yaml:1:17 [block gen_questions] there is no file '],
      { 'c/all.yaml': 'ask: none.yaml\n' },
    ],
    ['a column that nothing provides', 'blocks:\n  judge_questions: {config_path: x.yaml}\n', ['c/x.yaml:1']],
    [
      'an unknown teacher',
      'teachers: {judge: {url: offline}}\nvalidator: {teacher: jugde}\n',
      ['c/config.yaml:2:22 [validator.teacher] there is no teacher "jugde"; did you mean "judge"?'],
    ],
    ['an unknown field', 'block: {}\n', ['c/config.yaml:1:1: field "block" is not known; did you mean "blocks"?']],
    ['a teacher without address', 'teachers:\n  a: {model: x}\n', ['c/config.yaml:2:6 [teachers.a] field "url" is missing; add it']],
    ['no prompts', 'teacher_config: nowhere\n', ['c/config.yaml:1:17 [teacher_config] there is no file or folder ']],
    ['what is no YAML', 'blocks: [\n', ['c/config.yaml:2:1: ']],
  ])('finds %s at its place', async (_name, config, expected, further) => {
    const { findings } = await load(config, { ...further, 'c/x.yaml': 'generation: "{{ anwser }}"\n' });
    expect(findings).toHaveLength(expected.length);
    for (const [i, start] of expected.entries()) expect(findings[i]!.slice(0, start.length)).toBe(start);
  });

  it('leaves a mistake of the pipeline where it is, whatever else is changed', async () => {
    const file = 'p/freeform_skills.yaml';
    const broken = files[file].replace('      output_cols: [question]\n', '').replace('scale: [0, 1]', 'scale: [0, x]');
    const { findings } = await load('blocks: {"*": {model_id: big}}\n', { [file]: broken });
    expect(findings).toEqual([
      'p/freeform_skills.yaml:6:7 [block gen_questions] field "output_cols" is missing; add it',
      'p/freeform_skills.yaml:10:57 [block judge_questions] expected number, found "x"',
    ]);
  });

  it('takes files that it names from beside itself, whichever block reads them', async () => {
    const pipeline = `version: "1.0"
blocks:
  - {name: choose, type: ConditionalLLMBlock, config: {selector_column_name: seed_question, output_cols: [x]}}
  - {name: words, type: WordListBlock, config: {matches_col: found}}
  - {name: again, type: IterBlock, config: {num_iters: 2, block_type: LLMBlock}}
`;
    const { configs, findings } = await load(
      `blocks:
  choose: {config_paths: [[mine.yaml, easy], [mine.yaml, 2]]}
  words: {list_paths: [words.txt], columns: [x]}
  again: {block_config: {config_path: mine.yaml, output_cols: [y]}}
`,
      { 'p/freeform_skills.yaml': pipeline, 'c/mine.yaml': 'generation: Mine.\n', 'c/words.txt': 'one\n' },
    );
    expect(findings).toEqual([]);
    expect(configs).toMatchObject({
      choose: { prompts: { easy: { generation: 'Mine.' }, 2: { generation: 'Mine.' } } },
      again: { config: { prompt: { generation: 'Mine.' } } },
    });
  });

  it('says which prompts nobody uses, and which files cannot be prompts', async () => {
    const unused = await load('teacher_config: mine\n', {
      'c/mine/rate.yml': 'generation: Mine {{ question }}\n',
      'c/mine/other.yaml': 'generation: x\n',
      'c/mine/ask.yaml.old': 'generation: x\n',
    });
    expect(unused.findings).toEqual(['c/config.yaml:1:17 [teacher_config] warning: no block uses a prompt "other"']);
    expect(unused.configs).toMatchObject({ judge_questions: { prompt: { generation: 'Mine {{ question }}' } } });
    const says = async (files: Readonly<Record<string, string>>) => (await load('teacher_config: x\n', files)).findings;
    expect(await says({ 'c/x': '[a]\n' })).toEqual([
      expect.stringContaining('c/config.yaml:1:17 [teacher_config] the file holds no prompts by name'),
    ]);
    expect(await says({ 'c/x': 'a: [\n' })).toEqual([expect.stringMatching(/^c\/x:2:1: /)]);
    expect(await says({ 'c/x/readme.md': '' })).toEqual([expect.stringContaining('no prompt file (.yaml) is in c/x; name the files as')]);
  });

  it('finds what stands before what is no YAML, and leaves what may still come', async () => {
    expect((await load('block: {}\nteachers:\n  a:\n    model: x\n    @\n')).findings.map((line) => line.slice(0, 46))).toEqual([
      'c/config.yaml:1:1: field "block" is not known;',
      expect.stringMatching(/^c\/config\.yaml:5:5: /),
    ]);
    await expect(Overrides.read('/nowhere.yaml')).rejects.toThrow('--config: cannot read /nowhere.yaml: there is no such file');
  });

  it('leaves a file alone whose blocks are no blocks', async () => {
    const all = 'blocks: {"*": {model_id: m}}\n';
    const none = await load(all, { 'p/freeform_skills.yaml': 'version: "1.0"\nblocks: 3\n' });
    expect(none.findings).toContain('p/freeform_skills.yaml:2:9 [blocks] expected array, found 3');
    const odd = await load(all, { 'p/freeform_skills.yaml': 'version: "1.0"\nblocks:\n  - text\n  - {type: LLMBlock}\n' });
    expect(odd.findings).toContain('p/freeform_skills.yaml:3:5 [blocks[0]] expected object, found "text"');
    expect(odd.findings).toContain('p/freeform_skills.yaml:4:5 [blocks[1]] field "name" is missing; add it');
  });
});
