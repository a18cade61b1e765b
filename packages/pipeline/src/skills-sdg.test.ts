import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { observers, Random, rejectsTo, Run, seedSample, type RejectRecord, type Sample, type TeacherRequest } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { exactly } from './exactly.js';
import { loadPipeline } from './load-pipeline.js';

const { pipeline, findings } = await loadPipeline(fileURLToPath(new URL('../../../pipelines/skills_sdg', import.meta.url)), { catalog });

const freeform = [0, 1, 2, 3].map((i) =>
  seedSample({
    task_description: 'Debate.',
    seed_question: `Freeform seed number ${i}?`,
    seed_response: `Answer ${i}.`,
    leaf_node_type: 'freeform_skill',
    leaf_node_path: 't',
  }),
);
const grounded = [0, 1].map((i) =>
  seedSample({
    task_description: 'Debate.',
    seed_context: `Seed context ${i}.`,
    seed_question: `On text ${i}?`,
    seed_response: `Says ${i}.`,
    leaf_node_type: 'grounded_skill',
    leaf_node_path: 't',
  }),
);

const promptOf = ({ messages }: TeacherRequest): string => messages![0]!.content;
const lettersOf = (text: string): string => {
  const random = new Random(text);
  return Array.from({ length: 8 }, () => random.uint32().toString(36)).join(' ');
};

/** Plays every part well. `over` may say something else, by the block that asks. */
function play(over: (block: string, request: TeacherRequest, n: number) => string | undefined = () => undefined) {
  return scriptedTeacher((request, n) => {
    const block = request.block!.split('/').at(-1)!;
    const said = over(block, request, n);
    if (said !== undefined) return said;
    const seed = `${promptOf(request)} ${request.sampleId!}`;
    switch (block) {
      case 'gen_contexts':
        return `<context>\nText ${lettersOf(seed)}\n</context>`;
      case 'gen_questions':
        return [1, 2, 3, 4, 5].map((i) => `### Question ${i}:\nQ ${lettersOf(seed + i)}?`).join('\n');
      case 'gen_answers':
        return `A ${lettersOf(seed)}.`;
      default:
        return block === 'judge_pairs' ? 'Rating: [[3]]' : 'Rating: [[1]]';
    }
  });
}

async function go(seeds: readonly Sample[], teacher: ReturnType<typeof play>, { numOutputs = 12, seed = 1 } = {}) {
  const rejects: RejectRecord[] = [];
  const until = exactly({ numOutputs, maxStalledAttempts: 10 });
  const run = new Run({
    teacher,
    seed,
    ...until.runOptions,
    observer: observers(
      until.runOptions.observer,
      rejectsTo((record) => rejects.push(record)),
    ),
  });
  const output = await lastValueFrom(from(seeds).pipe(until.operator(run, compile(pipeline!, { catalog, run })), toArray()));
  run.ledger.reconcile();
  const asked = (block: string): string[] => teacher.requests.filter(({ block: by }) => by!.endsWith(block)).map(promptOf);
  return { output, rejects, asked };
}

describe('skills_sdg', () => {
  it('is sound', () => {
    expect(findings).toEqual([]);
  });

  it('writes rows in DGT’s columns, and puts all examples of the task in its prompts', async () => {
    const { output, asked } = await go(freeform, play());
    expect(Object.keys(output[0]!).sort()).toEqual([
      '_sdg',
      'context',
      'instruction',
      'is_seed',
      'leaf_node_path',
      'leaf_node_type',
      'rating',
      'response',
      'tags',
      'task_description',
    ]);
    expect(output[0]).toMatchObject({ is_seed: false, context: null, tags: [], rating: 3 });
    const [first] = asked('gen_questions');
    expect(first!.match(/Freeform seed number \d/g)).toHaveLength(3);
    expect(first).toContain('Write 5 new questions that practise this skill.');
  });

  it('fault: text before the first mark becomes a question; here it does not', async () => {
    const { output, asked } = await go(
      freeform,
      play((block, request) =>
        block === 'gen_questions' ? `Sure, with pleasure!\n\n### Question 1: Q ${lettersOf(request.sampleId!)}?` : undefined,
      ),
      { numOutputs: 3 },
    );
    expect(output).toHaveLength(3);
    for (const prompt of asked('judge_questions')) expect(prompt).not.toContain('pleasure');
  });

  it('fault: an untagged reply becomes the literal None in later prompts; here it is rejected with the reply', async () => {
    const teacher = play((block, _request, n) => (block === 'gen_contexts' && n % 2 === 0 ? 'Just a text without tags.' : undefined));
    const { output, rejects, asked } = await go(grounded, teacher);
    expect(output).toHaveLength(12);
    expect(rejects).toContainEqual(
      expect.objectContaining({ block: 'grounded_skills/gen_contexts', reason: 'no-match', reply: 'Just a text without tags.' }),
    );
    for (const prompt of asked('gen_questions')) expect(prompt).not.toMatch(/\bNone\b|Just a text/);
  });

  it('fault: the judge of grounded pairs never sees the pair; here it sees context, question and answer', async () => {
    const { output, asked } = await go(grounded, play());
    const judged = asked('judge_pairs');
    for (const { context, instruction, response } of output) {
      expect(judged.some((prompt) => [context, instruction, response].every((part) => prompt.includes(String(part))))).toBe(true);
    }
    for (const prompt of judged) expect(prompt).not.toMatch(/\[(?:Context|Question|Answer)\]\s*(?:\[|Now|$)/);
  });

  it('fault: rows without a context are dropped where any row has one; here each goes by its own kind', async () => {
    const { output, asked } = await go([...freeform, ...grounded], play(), { numOutputs: 60 });
    const kinds = output.map(({ leaf_node_type: kind }) => kind);
    expect(kinds.filter((kind) => kind === 'freeform_skill').length).toBeGreaterThan(
      kinds.filter((kind) => kind === 'grounded_skill').length,
    );
    expect(kinds).toContain('grounded_skill');
    for (const prompt of asked('gen_contexts')) expect(prompt).not.toContain('Freeform seed');
  });

  it('fault: exact duplicates all survive; here a teacher that repeats itself ends in a stall, with each row once', async () => {
    const same = ['What is a fair price for a loaf?', 'Who should water the plants?'];
    const { output } = await go(
      freeform,
      play((block) => (block === 'gen_questions' ? same.map((text, i) => `### Question ${i + 1}: ${text}`).join('\n') : undefined)),
    );
    expect(output.map(({ instruction }) => instruction)).toEqual(same);
  });

  it('fault: randomness has no seed; here the seed decides which examples are shown, and nothing else does', async () => {
    const shown = async (seed: number) => (await go(freeform, play(), { seed })).asked('gen_questions').join('\n---\n');
    const [one, again, other] = [await shown(1), await shown(1), await shown(2)];
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it('rejects hold what the judge saw and said', async () => {
    const { rejects, output } = await go(
      freeform,
      play((block, _request, n) => (block === 'judge_pairs' && n % 3 === 0 ? 'Too short.\n\nRating: [[1]]' : undefined)),
      { numOutputs: 8 },
    );
    expect(output).toHaveLength(8);
    const [reject] = rejects;
    expect(reject).toMatchObject({
      block: 'freeform_skills/judge_pairs',
      reason: 'low-rating',
      message: 'rated 1; kept from 2 up',
      reply: 'Too short.\n\nRating: [[1]]',
    });
    expect(reject!.prompt).toContain(String(reject!.sample['question']));
    expect(reject!.prompt).toContain(String(reject!.sample['response']));
  });
});
