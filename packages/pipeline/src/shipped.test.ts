import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { Run, seedSample } from '@sdg/core';
import { scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compile } from './compile.js';
import { findPipeline } from './find-pipeline.js';
import { loadPipeline } from './load-pipeline.js';

const shipped = fileURLToPath(new URL('../../../pipelines', import.meta.url));
const open = async (name: string) => {
  const found = findPipeline(name, { shipped, env: { XDG_DATA_HOME: '/nowhere', XDG_DATA_DIRS: '/nowhere' } });
  return loadPipeline(found.path, { name: found.name, catalog });
};

const skill = {
  task_description: 'haiku',
  seed_question: 'Q?',
  seed_response: 'A',
  leaf_node_type: 'freeform_skill',
  leaf_node_path: 'a_b',
};
const grounded = { ...skill, seed_context: 'C', leaf_node_type: 'grounded_skill' };
const icl = Object.fromEntries(
  [1, 2, 3].flatMap((n) => [
    [`icl_query_${n}`, `q${n}`],
    [`icl_response_${n}`, `r${n}`],
  ]),
);
const knowledge = {
  document: 'Doc',
  icl_document: 'Icl',
  document_outline: 'Out',
  domain: 'd',
  leaf_node_type: 'knowledge',
  leaf_node_path: 'k',
  ...icl,
};

describe('shipped pipelines', () => {
  it('have all five parts in every prompt, without which the original does not load it', () => {
    const prompts = readdirSync(shipped, { recursive: true, encoding: 'utf8' }).filter((path) => /prompts.*\.yaml$/.test(path));
    expect(prompts.length).toBeGreaterThan(25);
    for (const path of prompts) {
      const parts = Object.keys(parse(readFileSync(join(shipped, path), 'utf8')) as object);
      expect([path, ...parts]).toEqual(expect.arrayContaining([path, 'system', 'introduction', 'principles', 'examples', 'generation']));
    }
  });

  it('simple: one call a seed, duplicates of a leaf dropped, in input order', async () => {
    const { pipeline, findings } = await open('simple');
    expect(findings).toEqual([]);
    const teacher = scriptedTeacher(({ n = 1 }) => Array.from({ length: n }, (_, i) => `What? ${i % 2}`));
    const run = new Run({ teacher, settings: { scaleFactor: 4 } });
    const input = [knowledge, skill, grounded].map((columns) => seedSample(columns));
    const output = await lastValueFrom(from(input).pipe(compile(pipeline!, { catalog, run }), toArray()));
    expect(output.map(({ leaf_node_type, output: text }) => [leaf_node_type, text])).toEqual(
      ['knowledge', 'freeform_skill', 'grounded_skill'].flatMap((type) => [
        [type, 'What? 0'],
        [type, 'What? 1'],
      ]),
    );
    expect(output[0]?._sdg).toMatchObject({ pipeline: 'simple', teachers: ['scripted-model'] });
    expect(teacher.requests[0]?.messages?.[0]?.content).toContain('Doc');
    run.ledger.reconcile();
  });

  it('full: what is asked for a new context stands last, where a teacher that knows the prompt alone looks for it', async () => {
    const { pipeline } = await open('full');
    const teacher = scriptedTeacher(() => ['[Start of Context]\nNew.\n[End of Context]']);
    const run = new Run({ teacher });
    await lastValueFrom(from([seedSample(grounded)]).pipe(compile(pipeline!, { catalog, run }), toArray()), { defaultValue: [] });
    const asked = teacher.requests.find(({ block }) => block?.endsWith('gen_contexts'));
    expect(asked?.messages?.[0]?.content.split('\n').at(-1)).toBe('Now write one new context of this kind, between the tags.');
  });
});
