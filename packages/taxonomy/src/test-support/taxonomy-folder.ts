import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder with these files, gone when the test ends. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-taxonomy-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

/** A skills qna.yaml, version 3, whose example number 1 has a context. */
export const skillYaml = (topic = 'haiku'): string =>
  `version: 3\ncreated_by: someone\ntask_description: write a ${topic}\nseed_examples:\n` +
  [1, 2, 3, 4, 5]
    .map((n) => `  - question: Question ${n} about ${topic}?\n    answer: Answer ${n}.\n${n === 2 ? '    context: A context.\n' : ''}`)
    .join('');

/** A knowledge qna.yaml, version 3, on documents in `repo`. */
export const knowledgeYaml = (repo: string, patterns: readonly string[] = ['*.md'], commit = 'main'): string =>
  `version: 3\ncreated_by: someone\ndomain: rivers\ndocument_outline: About rivers.\n` +
  `document:\n  repo: ${JSON.stringify(repo)}\n  commit: ${JSON.stringify(commit)}\n  ` +
  `patterns:\n${patterns.map((pattern) => `    - ${JSON.stringify(pattern)}\n`).join('')}` +
  `seed_examples:\n` +
  [1, 2, 3, 4, 5]
    .map(
      (n) =>
        `  - context: Context ${n}.\n    questions_and_answers:\n` +
        [1, 2, 3].map((m) => `      - question: Question ${n}.${m}?\n        answer: Answer ${n}.${m}.\n`).join(''),
    )
    .join('');
