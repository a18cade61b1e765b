import { type ExamplePool, Run, type Sample, seedSample, sumOf } from '@sdg/core';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { sampleExamples, type IclExample } from './sample-examples.js';

const seeds = Array.from({ length: 6 }, (_, i) =>
  seedSample({ leaf_node_type: 'freeform_skill', seed_question: `seed ${i}`, seed_response: 'a' }),
);
const grounded = seedSample({ leaf_node_type: 'grounded_skill', seed_question: 'on a text', seed_response: 'a', seed_context: 'c' });
const accepted = Array.from({ length: 8 }, (_, i) => seedSample({ leaf_node_type: 'freeform_skill', question: `made ${i}`, answer: 'b' }));
const poolOf = (all: readonly Sample[], made: readonly Sample[]): ExamplePool => ({ seeds: () => all, accepted: () => made });
const seed_columns = { question: 'seed_question', answer: 'seed_response' };
const rows = (count: number, columns: object = {}): Sample[] =>
  Array.from({ length: count }, (_, n) => ({
    ...seedSample({ ...seeds[0], n }),
    ...columns,
    _sdg: { ...seeds[0]!._sdg, id: `attempt ${n}` },
  }));

async function draw(pool: ExamplePool, input: readonly Sample[], config: object = {}, seed = 1) {
  const operator = sampleExamples({ seed_columns, ...config }, new Run({ pool, seed }).block('icl'));
  const output = await lastValueFrom(from(input).pipe(operator, toArray()));
  return output.map((sample) => ({ sample, questions: (sample['icl_examples'] as IclExample[]).map(({ question }) => question!) }));
}

describe('sampleExamples', () => {
  it('draws without replacement, the sample’s own seed among them, and none of another kind', async () => {
    for (const { questions } of await draw(poolOf([...seeds, grounded], []), rows(200))) {
      expect(new Set(questions).size).toBe(3);
      expect(questions).toContain('seed 0');
      expect(questions).not.toContain('on a text');
    }
  });

  it.each([0, 0.25, 0.5, 1])('keeps a share of %d for accepted samples', async (machine_share) => {
    const drawn = await draw(poolOf(seeds, accepted), rows(2000), { machine_share });
    const made = drawn.flatMap(({ questions }) => questions).filter((question) => question.startsWith('made')).length;
    expect(made / 6000).toBeCloseTo(machine_share, 1);
    for (const { sample, questions } of drawn) {
      const ids = accepted.filter(({ question }) => questions.includes(question)).map(({ _sdg }) => _sdg.id);
      expect([...(sample._sdg?.examples ?? [])].sort()).toEqual([...ids].sort());
    }
  });

  it('fills up from the other kind where one runs short, and does with less where both do', async () => {
    const [few] = await draw(poolOf(seeds.slice(0, 1), accepted), rows(1));
    expect(few!.questions).toHaveLength(3);
    const [less] = await draw(poolOf(seeds.slice(0, 1), accepted.slice(0, 1)), rows(1));
    expect([...less!.questions].sort()).toEqual(['made 0', 'seed 0']);
    const [alone] = await draw(poolOf(seeds.slice(0, 1), []), rows(1));
    expect(alone!.questions).toEqual(['seed 0']);
  });

  it('lets columns of the sample win over the config', async () => {
    const drawn = await draw(poolOf(seeds, accepted), rows(50, { num_examples: 5, machine_share: 1 }), {
      num_examples: 2,
      machine_share: 0,
    });
    for (const { questions } of drawn) expect(questions.filter((question) => question.startsWith('made'))).toHaveLength(5);
  });

  it('makes up for what could not be shown at first, so that the share is one of all examples', async () => {
    let known = 0;
    const pool: ExamplePool = { seeds: () => seeds, accepted: () => accepted.slice(0, known++ < 16 ? 0 : 8) };
    const drawn = await draw(pool, rows(60));
    const made = drawn.map(({ questions }) => questions.filter((question) => question.startsWith('made')).length);
    expect(made.slice(0, 16).every((count) => count === 0)).toBe(true);
    expect(sumOf(made) / 180).toBeCloseTo(0.25, 1.7);
    expect(Math.max(...made)).toBe(2);
  });

  it('depends on the seed and the samples alone', async () => {
    const run = async (seed: number, input: readonly Sample[]) =>
      (await draw(poolOf(seeds, accepted), input, {}, seed)).map(({ questions }) => questions.join());
    const input = rows(20);
    expect(await run(1, input)).toEqual(await run(1, [...input]));
    expect(await run(1, input)).not.toEqual(await run(2, input));
  });
});
