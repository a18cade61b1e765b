import { mkdtempSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog, compilePrompt, type PromptConfig } from '@sdg/blocks';
import { formatFinding } from '@sdg/core';
import { afterAll, expect, it } from 'vitest';
import { shippedPipelines } from './find-pipeline.js';
import { loadPipeline } from './load-pipeline.js';
import { Overrides } from './overrides.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-dgt-'));
afterAll(() => rm(folder, { recursive: true }));

/** Prompts of `skills_sdg` by chain and block, with a folder of templates laid over; what is wrong otherwise. */
async function load(
  name: string,
  templates: Readonly<Record<string, string>>,
): Promise<{ readonly prompts: Readonly<Record<string, PromptConfig>>; readonly findings: readonly string[] }> {
  const dir = join(folder, name);
  await mkdir(dir, { recursive: true });
  for (const [file, text] of Object.entries(templates)) writeFileSync(join(dir, file), text);
  const config = join(folder, `${name}.yaml`);
  writeFileSync(config, `teacher_config: ${name}\n`);
  const { overrides, findings } = await Overrides.read(config);
  if (!overrides) return { prompts: {}, findings: findings.map(formatFinding) };
  const loaded = await loadPipeline(join(shippedPipelines(), 'skills_sdg'), { catalog, overrides });
  const blocks =
    loaded.pipeline?.chains.flatMap((chain) =>
      chain.blocks.map((block) => [`${chain.name}/${block.name}`, (block.config as { prompt?: PromptConfig }).prompt] as const),
    ) ?? [];
  return {
    prompts: Object.fromEntries(blocks.flatMap(([name, prompt]): [string, PromptConfig][] => (prompt ? [[name, prompt]] : []))),
    findings: [...loaded.findings, ...overrides.unused()].map(formatFinding),
  };
}

const nine = {
  'freeform_question_generation.txt': '{{ task_description }}: {{ num_samples }} like\n{{ icl_question }}\n',
  'freeform_question_validation.txt': 'Judge {{ question }} for {{ task_description }}.',
  'answer_generation.txt': '{{ icl_question }} -> {{ icl_response }}; {{ question }} ->',
  'answer_validation.txt': '{{ question }} = {{ answer }}',
  'context_generation.txt': 'As {{ context }}: [Start of Context] … [End of Context]',
  'context_based_question_generation.txt': '{{ icl_context }} | {{ icl_question }} | {{ context }} | {{ num_samples }}',
  'context_based_question_validation.txt': '{{ context }} | {{ question }}',
  'context_based_answer_generation.txt': '{{ icl_context }} | {{ icl_question }} | {{ icl_response }} | {{ context }} | {{ question }}',
  'context_based_answer_validation.txt': 'Judge the pair {{ question }} {{ answer }}.',
};
const columns = {
  task_description: 'Weigh',
  num_samples: 5,
  question: 'Q?',
  response: 'A.',
  context: 'C.',
  icl_examples: [
    { question: 'q1?', answer: 'a1', context: 'c1' },
    { question: 'q2?', answer: 'a2', context: 'c2' },
  ],
};

it('takes the nine templates of DGT in place of the prompts of its skills builder', async () => {
  const { prompts, findings } = await load('nine', nine);
  expect(findings).toEqual([]);
  const rendered = Object.fromEntries(
    Object.entries(prompts).map(([name, prompt]) => [name, compilePrompt(prompt).render(columns)[0]!.content]),
  );
  expect(rendered).toEqual({
    'freeform_skills/gen_questions': 'Weigh: 5 like\n### Question 1: q1?\n### Question 2: q2?',
    'freeform_skills/judge_questions': 'Judge Q? for Weigh.',
    'freeform_skills/gen_answers': 'q1? -> a1; Q? ->',
    'freeform_skills/judge_pairs': 'Q? = A.',
    'grounded_skills/gen_contexts': 'As c1: [Start of Context] … [End of Context]',
    'grounded_skills/gen_questions': 'c1 | q1? | C. | 5',
    'grounded_skills/judge_questions': 'C. | Q?',
    'grounded_skills/gen_answers': 'c1 | q1? | a1 | C. | Q?',
    'grounded_skills/judge_pairs': 'Judge the pair Q? A..',
  });
  expect(prompts['grounded_skills/gen_contexts']).toMatchObject({ start_tags: ['[Start of Context]'], end_tags: ['[End of Context]'] });
});

it('names a folder without prompts, and a template that DGT does not have', async () => {
  expect((await load('empty', {})).findings).toEqual([
    expect.stringMatching(
      /empty\.yaml:1:17 \[teacher_config\] no prompt file \(\.yaml\) is in .*; name the files as the pipeline's prompts; the nine templates of DGT are freeform_question_generation\.txt, /,
    ),
  ]);
  expect((await load('slip', { 'anwser_generation.txt': 'x' })).findings).toEqual([
    expect.stringContaining('DGT has no template anwser_generation.txt; did you mean "answer_generation"?'),
  ]);
  expect((await load('wrong', { 'answer_generation.txt': 'Answer {{ qestion }}: {{ question }}' })).findings[0]).toMatch(
    /column "qestion"/,
  );
});
