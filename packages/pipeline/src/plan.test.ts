import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { Run, seedSample } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { estimatePlan, measureInput } from './estimate.js';
import { formatEstimate } from './format-estimate.js';
import { formatMermaid, formatPlan } from './format-plan.js';
import { loadPipeline } from './load-pipeline.js';
import { planPipeline } from './plan.js';

const open = async (name: string) =>
  (await loadPipeline(fileURLToPath(new URL(`../../../pipelines/${name}`, import.meta.url)), { catalog })).pipeline!;
const settings = { scaleFactor: 30 };
const skill = {
  task_description: 'haiku',
  seed_question: 'Q?',
  seed_response: 'A',
  leaf_node_type: 'freeform_skill',
  leaf_node_path: 'a_b',
};
const knowledge = {
  document: 'D'.repeat(4000),
  icl_document: 'I',
  document_outline: 'O',
  domain: 'd',
  leaf_node_type: 'knowledge',
  leaf_node_path: 'k',
  ...Object.fromEntries(
    [1, 2, 3].flatMap((n) => [
      [`icl_query_${n}`, 'q'],
      [`icl_response_${n}`, 'r'],
    ]),
  ),
};

describe('planPipeline', () => {
  it('shows blocks with their columns, prompts and barriers, as text', async () => {
    const text = formatPlan(planPipeline(await open('full/freeform_skills.yaml'), { catalog, settings }));
    expect(text).toContain('freeform_skills: all samples');
    expect(text).toContain('   1. gen_questions (LLMBlock): 1 call a sample, about 30 out for 1 in (assumed)');
    expect(text).toContain('       reads    task_description, seed_question');
    expect(text).toContain('       adds     num_samples, question');
    expect(text).toContain('       distinct question');
    expect(text).toContain('       removes  evaluation, score, num_samples');
    expect(text).toMatch(/prompt {3}.*freeform_questions\.yaml/);
    expect(text).toMatch(/out: .*question, response/);
    expect(text.match(/ {2}stage .*/g)).toEqual([
      '  stage 1, in any order: gen_questions',
      '  stage 2, in order of each leaf: gen_questions/drop_duplicates',
      '  stage 3, in any order: eval_questions, filter_questions, gen_responses, guard_pairs, evaluate_qa_pair, filter_qa_pair',
    ]);
  });

  it('draws a Mermaid flowchart with a branch for each kind of leaf', async () => {
    const plan = planPipeline(await open('simple'), { catalog, settings });
    const mermaid = formatMermaid(plan);
    expect(plan.chains[0]!.blocks[0]!.label).toBe(`${plan.chains[0]!.name}/${plan.chains[0]!.blocks[0]!.name}`);
    expect(mermaid).toContain('flowchart TD');
    expect(mermaid).toContain('route -->|"knowledge"| c2b0');
    expect(mermaid).toContain('c2b0(["gen_knowledge<br/><small>LLMBlock</small>"])');
  });

  it('estimates calls, tokens and money of an input, and says what it assumes', async () => {
    const plan = planPipeline(await open('simple'), { catalog, settings });
    const input = await measureInput([skill, skill, knowledge].map((columns) => seedSample(columns)));
    const estimates = estimatePlan(plan, input);
    const [freeform, grounded, know] = estimates.filter(({ block }) => block.name.startsWith('gen_'));
    expect(freeform).toMatchObject({ in: 2, calls: 2, out: 60, completionTokens: 2 * 30 * 120 });
    expect(grounded).toMatchObject({ in: 0, calls: 0 });
    expect(know!.calls).toBe(1);
    expect(know!.promptTokens).toBeGreaterThan(1000);
    expect(know!.promptTokens).toBeLessThan(1500);
    const text = formatEstimate(estimates, { concurrency: 8, price: [1, 2] });
    expect(text).toMatch(/all +3 +[\d,]+ +10,800 +0\.02/);
    expect(text).toContain('* assumed: each reply holds as many rows');
    expect(text).toContain('with 8 calls at once, assuming 40 tokens a second for each');
  });

  it('counts by what a trial of a few seeds shows', async () => {
    const pipeline = await open('full/freeform_skills.yaml');
    const plan = planPipeline(pipeline, { catalog, settings });
    const seeds = Array.from({ length: 10 }, (_, i) => seedSample({ ...skill, seed_question: `Q${i}?` }));
    const teacher = scriptedTeacher(({ block }, index) => {
      if (block === 'gen_questions') return `[Start of Question]a${index}[End of Question][Start of Question]b${index}[End of Question]`;
      if (block === 'gen_responses') return '[Start of Response]x[End of Response]';
      return (
        `[Start of Evaluation]e[End of Evaluation][Start of ` +
        `Score]${block === 'eval_questions' && index % 2 === 0 ? 0 : block === 'eval_questions' ? 1 : 3}[End of Score]`
      );
    });
    const run = new Run({ teacher });
    await lastValueFrom(from(seeds.slice(0, 4)).pipe(compile(pipeline, { catalog, run })), { defaultValue: undefined });
    const estimates = estimatePlan(plan, await measureInput(seeds), { samples: () => 4, accounts: run.ledger.toJSON() });
    expect(estimates.map(({ block, calls, assumed }) => [block.name, calls, assumed]).slice(0, 3)).toEqual([
      ['gen_questions', 10, false],
      ['eval_questions', 20, false],
      ['filter_questions', 0, false],
    ]);
    expect(formatEstimate(estimates, { concurrency: 4, trial: 4 })).toContain('from a trial with 4 seeds');
  });
});
