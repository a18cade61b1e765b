import { jsonLines } from '@sdg/testing/json-lines';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sample, seedSample } from '@sdg/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { YamlSource } from '@sdg/config';
import { readRecipe } from '../recipe/read-recipe.js';
import { recipeText } from './recipe-text.js';
import { RunFolder, type RunFolderOptions } from './run-folder.js';
import { testRows, timeSuffix } from './seed-rows.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'run-folder-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const skill = (leaf: string, n: number, more: object = {}): Sample =>
  seedSample(
    {
      task_description: 't',
      question: `q${n}?`,
      response: `a${n}`,
      leaf_node_type: 'freeform_skill',
      leaf_node_path: leaf.replaceAll('/', '_'),
      ...more,
    },
    { leaf },
  );
const output = (more: Partial<RunFolderOptions> = {}): RunFolder =>
  new RunFolder({ folder: join(folder, 'out'), suffix: 'T', systemPrompt: 'S', seed: 1, mix: { formats: [], threads: 1 }, ...more });
const rows = async (name: string): Promise<Record<string, unknown>[]> => jsonLines(await readFile(join(folder, 'out', name), 'utf8'));

describe('RunFolder', () => {
  it('keeps leaves apart whose names come out equal', async () => {
    const out = output();
    const leaves = await out.leaves('generated', [skill('a_b/c', 1), skill('a/b_c', 2), skill('a_b/c', 3)]);
    expect(leaves.map(({ stem, rows: n }) => [stem.replace(/_[0-9a-f]{8}$/, '_<hash>'), n])).toEqual([
      ['a_b_c', 2],
      ['a_b_c_<hash>', 1],
    ]);
    expect(await readdir(join(folder, 'out/generated_T'))).toHaveLength(2);
  });

  it('shortens names that no file can have, and keeps their leaves apart', async () => {
    const out = output();
    const [long, other] = [`a/${'é'.repeat(300)}`, `a/${'é'.repeat(300)}b`];
    const leaves = await out.leaves('generated', [skill(long, 1), skill(other, 2)]);
    expect(leaves.map(({ leaf }) => leaf)).toEqual([long, other]);
    await out.finish(leaves);
    const names = await readdir(join(folder, 'out/node_datasets_T'));
    expect(names.map((name) => name.replace(/_[0-9a-f]{8}(?=[.])/, '_<hash>'))).toEqual(Array(2).fill(`a_${'é'.repeat(94)}_<hash>.jsonl`));
  });

  it.each([0, 1])('keeps a skill apart from knowledge whose rows would have its name (knowledge at %i)', async (at) => {
    const knowledge = seedSample(
      { document: 'd', question: 'k?', response: 'yes', domain: 'x', leaf_node_type: 'knowledge', leaf_node_path: 'x' },
      { leaf: 'x' },
    );
    const samples = [skill('x_p07', 1), skill('x_p10', 2), skill('mmlubench_x', 3)];
    samples.splice(3 * at, 0, knowledge);
    await writeFile(join(folder, 'pre.jsonl'), '{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n');
    const out = output({
      recipes: {
        skills: { datasets: [{ name: 'pre', path: join(folder, 'pre.jsonl'), size: { kind: 'ratio', value: 1 }, format: 'messages' }] },
      },
    });
    const leaves = await out.leaves('generated', samples);
    out.addEvaluation(leaves.find(({ isKnowledge }) => isKnowledge)!.stem, [{ question: 'e?' }]);
    await out.finish(leaves);
    const names = (await readdir(join(folder, 'out/node_datasets_T'))).map((name) => name.replace(/_[0-9a-f]{8}(?=[._])/, '_<hash>'));
    const own =
      at === 0
        ? ['x_p07', 'x_p10', 'mmlubench_x'].map((name) => `${name}_<hash>.jsonl`)
        : ['x_p07', 'x_p10', 'mmlubench_x'].map((name) => `${name}.jsonl`);
    const stem = at === 0 ? 'x' : 'x_<hash>';
    expect(names.sort()).toEqual([...own, `${stem}_p07.jsonl`, `${stem}_p10.jsonl`, `mmlubench_${stem}.jsonl`, `${stem}_task.yaml`].sort());
    // Of skills a number of rows is taken, whatever they are called; knowledge is raised to its floor.
    const { recipe, findings } = await readRecipe(join(folder, 'out/skills_recipe_T.yaml'), {});
    expect(findings).toEqual([]);
    expect(
      recipe!.datasets
        .slice(1)
        .map(({ size, upsample }) => [size.kind, upsample !== undefined])
        .sort(),
    ).toEqual([
      ['count', false],
      ['count', false],
      ['count', false],
      ['ratio', true],
    ]);
  });

  it('asks about the same text in every file, whether question and answer came apart or in one reply', async () => {
    const out = output();
    const grounded = seedSample(
      {
        leaf_node_type: 'grounded_skill',
        leaf_node_path: 'x',
        task_description: 't',
        seed_context: 'The notes.',
        output: 'Who came? Ann.',
      },
      { leaf: 'x' },
    );
    await out.finish(await out.leaves('generated', [grounded, { ...grounded, output: 'no question at all' }]));
    const [leaf, ...others] = await rows('node_datasets_T/x.jsonl');
    const [train] = await rows('train_T.jsonl');
    const [messages] = await rows('messages_T.jsonl');
    const asked = (row: Record<string, unknown>): string =>
      (row['messages'] as { role: string; content: string }[]).find(({ role }) => role === 'user')!.content;
    expect([asked(leaf!), train!['user'], asked(messages!)]).toEqual(Array(3).fill('Who came?\nThe notes.'));
    expect(others).toEqual([]);
    expect(await rows('train_T.jsonl')).toHaveLength(1);
  });

  it('judges every sample by its own kind: grounded and freeform in one leaf', async () => {
    const out = output();
    await out.finish(await out.leaves('generated', [skill('x', 1), skill('x', 2, { context: 'ctx', leaf_node_type: 'grounded_skill' })]));
    const [free, grounded] = await rows('node_datasets_T/x.jsonl');
    expect((free!['messages'] as { content: string }[])[1]!.content).toBe('q1?');
    expect((grounded!['messages'] as { content: string }[])[1]!.content).toBe('q2?\nctx');
    expect(grounded).toMatchObject({ context: 'ctx', task_description: 't', unmask: false, id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(await rows('train_T.jsonl')).toEqual([
      { system: 'S', user: 'q1?', assistant: 'a1' },
      { system: 'S', user: 'q2?\nctx', assistant: 'a2' },
    ]);
    expect((await rows('messages_T.jsonl'))[0]).toMatchObject({
      messages: [
        { role: 'user', content: 'q1?' },
        { role: 'assistant', content: 'a1' },
      ],
    });
  });

  it('takes 30 rows of every skill leaf, or as many as asked', async () => {
    const samples = Array.from({ length: 40 }, (_, n) => skill('x', n));
    const out = output();
    const { mixes } = await out.finish(await out.leaves('generated', samples));
    expect(mixes.skills!.out).toBe(30);
    const other = output({ folder: join(folder, 'other'), skillSamples: 55 });
    expect((await other.finish(await other.leaves('generated', samples))).mixes.skills).toMatchObject({
      out: 55,
      datasets: [{ repeated: 15 }],
    });
  });

  it('writes recipes that say the same when they are read', async () => {
    const out = output();
    await out.finish(await out.leaves('generated', [skill('x', 1)]));
    const { recipe, findings } = await readRecipe(join(folder, 'out/skills_recipe_T.yaml'), {});
    expect(findings).toEqual([]);
    expect(recipe).toMatchObject({
      systemPrompt: 'S',
      datasets: [{ path: join(folder, 'out/node_datasets_T/x.jsonl'), size: { kind: 'count', value: 30 } }],
    });
    const text = recipeText([{ name: 'a', path: 'a', size: { kind: 'ratio', value: 2 } }], 'S');
    expect(new YamlSource(text, 'r').sourceOf(['datasets', 0, 'sampling_size'])).toBe('2.0');
  });

  it('keeps runs apart that begin in one second', async () => {
    const suffix = '2024-10-27T08_34_59';
    const leaves = await Promise.all([1, 2, 3].map((n) => output({ suffix }).leaves('generated', [skill('x', n)])));
    expect(leaves.map(([leaf]) => leaf!.rows)).toEqual([1, 1, 1]);
    expect((await readdir(join(folder, 'out'))).sort()).toEqual([
      'generated_2024-10-27T08_34_59',
      'generated_2024-10-27T08_35_00',
      'generated_2024-10-27T08_35_01',
    ]);
  });

  it('leaves nothing behind when the samples fail', async () => {
    const failing = async function* (): AsyncGenerator<Sample> {
      yield skill('x', 1);
      throw new Error('stop');
    };
    await expect(output().leaves('generated', failing())).rejects.toThrow('stop');
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('testRows', () => {
  it('asks what the author asked', () => {
    expect(testRows({ leaf_node_type: 'grounded_skill', seed_question: 'q', seed_context: 'c', seed_response: 'r' }, 'S')).toEqual([
      { system: 'S', user: 'q\nc', assistant: 'r' },
    ]);
    const knowledge = {
      leaf_node_type: 'knowledge',
      icl_document: 'd',
      icl_query_1: 'q1',
      icl_response_1: 'r1',
      icl_query_2: 'q2',
      icl_response_2: 'r2',
    };
    expect(testRows(knowledge, 'S').map(({ user }) => user)).toEqual(['q1\nd', 'q2\nd']);
  });
  it('names files by time', () => {
    expect(timeSuffix(new Date('2024-10-27T08:34:48.123Z'))).toBe('2024-10-27T08_34_48');
  });
});
