import { ESLint } from 'eslint';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What lint says about a line of code, were it in that file. */
async function lint(file: string, code: string): Promise<readonly string[]> {
  const eslint = new ESLint({ cwd: root });
  const [result] = await eslint.lintText(code, { filePath: `${root}${file}` });
  return result!.messages.filter(({ ruleId }) => ruleId === '@nx/enforce-module-boundaries').map(({ message }) => message);
}

describe('module boundaries', () => {
  it.each([
    ['packages/values/src/sample.ts', '@sdg/core'],
    ['packages/core/src/run.ts', '@sdg/blocks'],
    ['packages/config/src/index.ts', '@sdg/core'],
    ['packages/taxonomy/src/index.ts', '@sdg/core'],
    ['packages/blocks/src/index.ts', '@sdg/teacher'],
    ['packages/mixer/src/index.ts', '@sdg/pipeline'],
    ['packages/pipeline/src/index.ts', '@sdg/blocks'],
    ['packages/documents/src/index.ts', '@sdg/taxonomy'],
    ['packages/teacher/src/index.ts', '@sdg/cli'],
    ['packages/blocks/src/index.ts', '@sdg/testing'],
    ['packages/pipeline/src/index.ts', '@sdg/session'],
    ['packages/session/src/index.ts', '@sdg/blocks'],
    ['packages/session/src/index.ts', '@sdg/mixer'],
    ['packages/session/src/index.ts', '@sdg/cli'],
    ['packages/teacher/src/index.ts', '@sdg/session'],
  ])('%s may not import %s', async (file, forbidden) => {
    const messages = await lint(file, `import '${forbidden}';\n`);
    expect(messages.join('\n')).toMatch(/can only depend on libs tagged with|circular/i);
  });

  it.each([
    ['packages/blocks/src/index.ts', '@sdg/core'],
    ['packages/taxonomy/src/index.ts', '@sdg/documents'],
    ['packages/cli/src/index.ts', '@sdg/mixer'],
    ['packages/cli/src/index.ts', '@sdg/session'],
    ['packages/session/src/index.ts', '@sdg/teacher'],
  ])('%s may import %s', async (file, allowed) => {
    expect(await lint(file, `import '${allowed}';\n`)).toEqual([]);
  });
});
