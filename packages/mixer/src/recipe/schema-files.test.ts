import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parseFormats } from '../formats/load-formats.js';
import { formatsFile } from '../formats/formats-schema.js';
import { readRecipe } from './read-recipe.js';
import { recipeSchema } from './recipe-schema.js';

const recipes = new URL('../../../../recipes/', import.meta.url);

// Written again by `vitest run --update`.
describe('the schema files in recipes/', () => {
  it.each([
    ['recipe.schema.json', recipeSchema],
    ['formats.schema.json', formatsFile],
  ])('%s is what the code validates with', async (name, schema) => {
    const text = JSON.stringify({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...schema }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot(new URL(name, recipes).pathname);
  });
});

it('says what a file of formats gives twice', () => {
  const one = 'columns: [a, b]\n    user: a\n    assistant: b\n';
  const { findings } = parseFormats(`formats:\n  mine:\n    ${one}  mine:\n    ${one}`, 'formats.yaml');
  expect(findings.map(({ message }) => message)).toContain('"mine" is given twice; the last one counts');
});

describe('what is shipped in recipes/', () => {
  it('has all formats of DataMix', async () => {
    const { formats, findings } = parseFormats(await readFile(new URL('formats.yaml', recipes), 'utf8'), 'formats.yaml');
    expect(findings).toEqual([]);
    expect(formats.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'instruction_response',
        'input_output',
        'cap_instr_response',
        'instr_chosen_response',
        'question_answer',
        'question_response',
        'prompt_chosen',
        'alpaca_output',
        'question_choice_solution',
        'gpt_style',
      ]),
    );
  });

  it('has examples without faults', async () => {
    const names = (await readdir(new URL('examples/', recipes))).filter((name) => name.endsWith('.yaml'));
    expect(names.length).toBeGreaterThan(1);
    for (const name of names) {
      const { findings } = await readRecipe(new URL(`examples/${name}`, recipes).pathname, {});
      expect(findings, name).toEqual([]);
    }
  });
});
