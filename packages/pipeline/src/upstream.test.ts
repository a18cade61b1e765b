import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { columnsOf, Run, seedSample } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { loadPipeline } from './load-pipeline.js';

const pathOf = (name: string): string => fileURLToPath(new URL(`test-support/upstream/${name}`, import.meta.url));

/** One pipeline that uses what pipelines of the original use, in its ways of writing. */
describe('a pipeline written for the original', () => {
  // The config of an iterated block stands in a block_config in the one, beside block_type in the other.
  it.each(['pipeline.yaml', 'inline.yaml'])('loads and runs as it is: %s', async (name) => {
    const { pipeline, findings } = await loadPipeline(pathOf(name), { catalog });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(findings.map(({ message }) => message)).toEqual([
      'field "example" is not known',
      'column "tone" must come with the input: no earlier block provides it',
    ]);
    expect(pipeline!.chains[0]!.auxiliaryInstructions).toEqual({ summary: ['Summarise.'] });

    const teacher = scriptedTeacher(({ block, n }, index) => {
      if (block === 'ask') return Array.from({ length: n! }, (_, i) => `### Question Why ${i === 0 ? index : 'same'}?\n`);
      if (block === 'answer') return 'ANSWER: Because.<|end|>\nSource: book';
      return ' 1.5 ';
    });
    const run = new Run({ teacher, settings: { scaleFactor: 2 } });
    const output = await lastValueFrom(
      from([seedSample({ tone: 'strict', document: 'A document about rivers and seas' })]).pipe(
        compile(pipeline!, { catalog, run }),
        toArray(),
      ),
    );
    run.ledger.reconcile();
    const [ask] = teacher.requests;
    expect(ask).toMatchObject({
      model: 'some/model',
      family: 'mixtral',
      n: 2,
      parameters: { temperature: 0.7, max_tokens: 64, stop: ['</s>'], extra_body: { best_of: 2, min_p: 0.1 } },
      messages: [{ content: 'No context.\n1. A DOCUMENT ABOUT...\n2. A DOCUMENT ABOUT...\n\nAsk 2 questions. Be brief.' }],
    });
    expect(teacher.requests.find(({ block }) => block === 'answer')?.prompt).toMatch(
      /^<s> \[INST\] Answer Why .* from A document about rivers and seas\. \[\/INST\]$/,
    );
    expect(teacher.requests.find(({ block }) => block === 'judge')?.prompt).toBe('Score Because..');
    expect(teacher.requests.map(({ block }) => block)).toHaveLength(2 + 3 + 3);
    expect(output.length).toBeGreaterThan(0);
    expect(columnsOf(output[0]!)).toMatchObject({
      tone: 'strict',
      style: 'Be brief.',
      num_samples: 2,
      answer: 'Because.',
      source: 'book',
      chosen: 'book',
      text: 'Why 0?\n\nbook',
    });
    expect(output[0]).not.toHaveProperty('score');
  });
});
