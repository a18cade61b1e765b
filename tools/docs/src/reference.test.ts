import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pipelinePage, qnaPage, recipePage, taskPage } from './field-pages.js';
import { messagesIn, sourcesIn } from './messages.js';
import { environmentPage, formatsPage, furtherVariables, messagesPage } from './other-pages.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const packages = readdirSync(`${root}packages`)
  .filter((name) => name !== 'testing')
  .map((name) => [name, `${root}packages/${name}/src`] as const);

// `npm run generate` runs this file with --update, which writes what is out of date; otherwise that fails here.
describe('the reference is up to date', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['qna', qnaPage],
    ['task', taskPage],
    ['recipe', recipePage],
    ['pipeline', pipelinePage],
    ['environment', environmentPage],
    ['formats', () => formatsPage(readFileSync(`${root}recipes/formats.yaml`, 'utf8'))],
    ['messages', () => messagesPage(packages)],
  ])('%s.md', async (name, write) => {
    await expect(await write()).toMatchFileSnapshot(`${root}docs/reference/${name}.md`);
  });
});

describe('the reference is whole', () => {
  it('has every environment variable that the sources name', () => {
    const named = packages.flatMap(([, folder]) =>
      sourcesIn(folder).flatMap((file) =>
        [...readFileSync(file, 'utf8').matchAll(/\benv(?:\.|\[')([A-Z][A-Z_]+)\b/g)].map(([, name]) => name!),
      ),
    );
    const page = readFileSync(`${root}docs/reference/environment.md`, 'utf8');
    const own = ['SDG_GENERATE', 'PATH', 'SLURM_ARRAY_TASK_STEP', 'NODE_OPTIONS'];
    expect([...new Set(named)].filter((name) => !own.includes(name) && !page.includes(`\`${name}\``))).toEqual([]);
    expect(Object.keys(furtherVariables).length).toBeGreaterThan(10);
  });

  it('has the messages of errors and of findings, with conditions and sums', () => {
    const texts = packages.flatMap(([, folder]) => messagesIn(folder));
    expect(texts.length).toBeGreaterThan(200);
    expect(texts.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['the template leaves the prompt out', 'the prompt says nothing']),
    );
  });
});
