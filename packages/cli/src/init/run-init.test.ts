import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalog } from '@sdg/blocks';
import type { Finding } from '@sdg/core';
import { judgeTaxonomy } from '@sdg/taxonomy';
import fc from 'fast-check';
import { parse } from 'yaml';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lintFile } from '../lint/lint-file.js';
import type { InitInvocation } from '../commands/init.js';
import { runInit } from './run-init.js';
import { knowledgeLeaf } from './templates.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-init-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const init = async (flags: object, ...positionals: string[]): Promise<string> => {
  let out = '';
  const none = (): void => undefined;
  const env = { USER: 'someone', XDG_CACHE_HOME: await temporaryFolder() };
  const invocation = {
    flags: { 'no-cache': true, ...flags },
    positionals,
    env,
    say: none,
    complain: none,
    stdout: { write: (text: string) => (out += text) },
    interrupted: new AbortController().signal,
  };
  await runInit(invocation as unknown as InitInvocation);
  return out;
};

const judge = async (folder: string): Promise<Finding[]> => {
  const findings: Finding[] = [];
  for await (const _judged of judgeTaxonomy([folder], { onFinding: (finding) => findings.push(finding) }));
  return findings;
};

describe('sdg init', () => {
  it.each(['skill', 'knowledge'])('writes a %s that every check passes, and nothing over it', async (kind) => {
    const folder = join(await temporaryFolder(), kind === 'skill' ? 'compositional_skills/a' : 'knowledge/a');
    expect(await init({}, kind, folder)).toContain(`${folder}/qna.yaml\n`);
    expect(await judge(folder)).toEqual([]);
    await expect(init({}, kind, folder)).rejects.toMatchObject({ code: 'usage' });
  });

  it.each([
    ['pipeline', 'p', 'p'],
    ['recipe', 'r.yaml', 'r.yaml'],
    ['recipe', 'r', 'r/recipe.yaml'],
    ['task', 't', 't/task.yaml'],
    ['task', 'x.yaml', 'x.yaml'],
  ])('writes a %s at %s that lints clean', async (kind, at, file) => {
    const folder = await temporaryFolder();
    await init({}, kind, join(folder, at));
    expect(await lintFile(join(folder, file), { catalog, env: {} })).toEqual([]);
    expect(await readFile(join(folder, file === 'p' ? 'p/knowledge.yaml' : file), 'utf8')).toMatch(/^# /m);
  });

  it('names what was meant', async () => {
    await expect(init({}, 'knowlege', 'x')).rejects.toThrow('did you mean "knowledge"?');
    await expect(init({}, 'skill')).rejects.toMatchObject({ code: 'usage' });
    await expect(init({}, 'skill', '')).rejects.toThrow('where to is missing');
    await expect(init({ from: ['docs'] }, 'skill', 'x')).rejects.toThrow('--from drafts knowledge');
  });

  it('drafts pairs of documents, which nobody learns from until they are confirmed', async () => {
    const folder = await temporaryFolder();
    const docs = join(folder, 'knowledge/a/docs');
    await init({}, 'knowledge', join(folder, 'knowledge/a'));
    await rm(join(folder, 'knowledge/a/qna.yaml'));
    await rm(join(folder, 'knowledge/a/documents'), { recursive: true });
    await mkdir(docs, { recursive: true });
    const about = (name: string): string =>
      `# ${name}\n\nThe ${name} pump of the plant moves 100 litres of water in a minute. It was built in 1998 by a firm in ` +
      `Kiel. The valve of the ${name} pump opens at ten bar, because a higher pressure would burst the pipe. Whoever ` +
      `services it closes the valve first.\n`;
    for (const name of ['north', 'south', 'east', 'west', 'upper', 'lower']) await writeFile(join(docs, `${name}.md`), about(name));
    await init({ from: [docs], teacher: 'offline' }, 'knowledge', join(folder, 'knowledge/a'));
    const file = join(folder, 'knowledge/a/qna.yaml');
    const text = await readFile(file, 'utf8');
    expect(text).toContain('repo: "./docs"');
    const findings = await judge(folder);
    expect(findings).toHaveLength(15);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['qna/draft']));
    expect(text.split('\n')[findings[0]!.line! - 1]).toContain('draft: true');
    await writeFile(file, text.replace(/^ *draft: true\n/gm, ''));
    expect(await judge(folder)).toEqual([]);
  });

  it('says so where the documents are too few, and writes nothing', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'a.md'), 'Short.');
    await expect(init({ from: [join(folder, 'a.md')], teacher: 'offline' }, 'knowledge', join(folder, 'k'))).rejects.toMatchObject({
      code: 'bad-input',
    });
    expect(existsSync(join(folder, 'k'))).toBe(false);
  });

  it('gives texts back from the YAML as they were, but for spaces at the ends of lines', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(
        fc
          .array(fc.oneof(text, fc.constantFrom('- a', 'a: b', '# c', '  x', '', '| t |', "'")), { minLength: 1, maxLength: 8 })
          .map((lines) => lines.join('\n'))
          .filter((whole) => whole.trim() !== ''),
        (context) => {
          const leaf = knowledgeLeaf(
            {
              domain: context,
              outline: context,
              repo: '.',
              patterns: ['*'],
              isDraft: false,
              examples: [{ context, pairs: [{ question: context, answer: context }] }],
            },
            'me',
          );
          const read = parse(leaf) as {
            domain: string;
            seed_examples: { context: string; questions_and_answers: { question: string }[] }[];
          };
          const squeeze = (value: string): string => value.replace(/\s+/g, ' ').trim();
          expect([read.domain, read.seed_examples[0]!.questions_and_answers[0]!.question]).toEqual([context, context]);
          expect(squeeze(read.seed_examples[0]!.context)).toBe(squeeze(context));
        },
      ),
    );
  });
});
