import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from '@sdg/blocks';
import { Run, seedSample } from '@sdg/core';
import { blockLaws, runExample, scriptedTeacher } from '@sdg/testing';
import { from, lastValueFrom, toArray } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { blockReference } from '../docs/block-reference.js';
import { loadPipeline } from '../load-pipeline.js';
import { extendCatalog, loadPlugin } from './load-plugin.js';
import { withChatTemplates } from './with-chat-templates.js';

const example = fileURLToPath(new URL('../../examples/shout-plugin.js', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sdg-plugin-'));
});
afterAll(() => rm(folder, { recursive: true }));
const write = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text);
  return join(folder, name);
};

describe('the example plugin', () => {
  it('keeps the laws of blocks, and its example is right', async () => {
    const [spec] = (await loadPlugin(example)).blocks;
    expect(await runExample(spec!, spec!.examples[0]!)).toEqual(spec!.examples[0]!.output);
    for (const law of blockLaws(spec!, spec!.examples[0]!)) await law.check();
    expect(blockReference(spec!)).toContain('| `column` (required) | text | Column to change. |');
  });

  it('adds a block and a chat template to a pipeline, linted and run like any other', async () => {
    const plugin = await loadPlugin(example);
    const extended = extendCatalog(catalog, [plugin]);
    await write('ask.yaml', 'generation: "{{ text }}"\n');
    const blocks = [
      'version: "1.0"',
      'blocks:',
      '  - { name: shout, type: ShoutBlock, config: { column: text } }',
      '  - { name: ask, type: LLMBlock, config: { config_path: ask.yaml, output_cols: [reply], model_family: telegraph } }',
    ];
    const { pipeline, findings } = await loadPipeline(await write('p.yaml', blocks.join('\n')), { catalog: extended });
    expect(findings).toMatchObject([
      { severity: 'warning', message: 'column "text" must come with the input: no earlier block provides it' },
    ]);
    const teacher = scriptedTeacher(['yes']);
    const operator = compile(withChatTemplates(pipeline!, plugin.chatTemplates), { catalog: extended, run: new Run({ teacher }) });
    const output = await lastValueFrom(from([seedSample({ text: 'fire' })]).pipe(operator, toArray()));
    expect(output).toMatchObject([{ text: 'FIRE', reply: 'yes' }]);
    expect(teacher.requests[0]).toMatchObject({ prompt: 'FIRE STOP' });
  });
});

describe('loadPlugin', () => {
  it.each([
    ['none.js', undefined, /there is no such file/],
    ['broken.js', 'export const = 1', /it does not load/],
    ['empty.js', 'export const x = 1', /exports neither blocks nor chatTemplates/],
    ['list.js', 'export const blocks = {}', /blocks is not a list/],
    ['null.js', 'export const blocks = [null]', /blocks\[0\] is not a block spec/],
    ['half.js', 'export const blocks = [{ type: "A", summary: "x" }]', /blocks\[0\] \(A\) has no config \(an object\)/],
    [
      'schema.js',
      'export const blocks = [{ type: "A", summary: "x", config: { type: "objekt" }, columns: () => 0, create: () => 0 }]',
      /blocks\[0\] \(A\) has a config that is no JSON Schema: data\/type must be equal to one of the allowed values/,
    ],
    [
      'ref.js',
      'export const blocks = [{ type: "A", summary: "x", config: { $ref: "#/none" }, columns: () => 0, create: () => 0 }]',
      /blocks\[0\] \(A\) has a config that is no JSON Schema: can't resolve reference #\/none/,
    ],
    ['no-config.js', 'export const blocks = [{ type: "A", summary: "x", config: null }]', /blocks\[0\] \(A\) has no config \(an object\)/],
    [
      'no-create.js',
      'export const blocks = [{ summary: "x", config: {}, columns: () => 0, type: "A", create: 3 }]',
      /blocks\[0\] \(A\) has no create \(a function\)/,
    ],
    ['no-type.js', 'export const blocks = [{}]', /blocks\[0\] has no type \(a string\); a plugin exports blocks/],
    ['no-chat.js', 'export const chatTemplates = null', /chatTemplates is not a map/],
    ['other.mjs', 'import "there-is-no-such"', /it does not load: .*there-is-no-such.*; a plugin exports blocks/],
    ['chat.js', 'export const chatTemplates = { a: 1 }', /chatTemplates is not a map/],
  ])('says what is wrong with %s', async (name, text, message) => {
    const file = text === undefined ? join(folder, name) : await write(name, text);
    await expect(loadPlugin(file)).rejects.toThrow(message);
  });

  it.each([
    ['draft 2020-12', { $schema: 'https://json-schema.org/draft/2020-12/schema' }],
    ['draft 2019-09', { $schema: 'https://json-schema.org/draft/2019-09/schema' }],
    ['draft 4', { $schema: 'http://json-schema.org/draft-04/schema#' }],
    ['a part that is the schema of schemas', { properties: { shape: { $ref: 'http://json-schema.org/draft-07/schema#' } } }],
    ['a format of its own', { properties: { shape: { format: 'colour' } } }],
  ])('takes a schema of %s, also where two blocks give theirs one name', async (name, schema) => {
    const config = JSON.stringify({ $id: 'mine.json', type: 'object', required: ['n'], ...schema });
    const columns = '() => ({ reads: [], adds: [], removes: [] })';
    const block = (type: string): string =>
      `{ type: "${type}", summary: "x.", config: ${config}, columns: ${columns}, create: () => (s) => s }`;
    const plugin = await loadPlugin(await write(`${name}.mjs`, `export const blocks = [${block('One')}, ${block('Two')}];`));
    const text = ['version: "1.0"', 'blocks:', '  - { name: a, type: One, config: { n: 1 } }', '  - { name: b, type: Two, config: {} }'];
    const file = await write(`${name}.yaml`, text.join('\n'));
    const { findings } = await loadPipeline(file, { catalog: extendCatalog(catalog, [plugin]) });
    expect(findings.map(({ message }) => message)).toEqual(['field "n" is missing']);
  });

  it('refuses a type that is taken', async () => {
    const file = await write(
      'taken.js',
      'export default { blocks: [{ type: "LLMBlock", summary: "x.", config: {}, columns: () => ({ reads: [], adds: [], removes: ' +
        '[] }), create: () => (s) => s }] }',
    );
    const plugin = await loadPlugin(file);
    expect(() => extendCatalog(catalog, [plugin])).toThrow(/there is a block type "LLMBlock" already/);
  });
});
