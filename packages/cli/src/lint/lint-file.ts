import { isRecord } from '@sdg/values';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { loadPrompt, promptParts } from '@sdg/blocks';
import { fileError, type Catalog, type Finding } from '@sdg/core';
import { YamlSource } from '@sdg/config';
import { parseFormats, readRecipe } from '@sdg/mixer';
import { findPipeline, shippedPipelines, loadPipeline, Overrides } from '@sdg/pipeline';
import { judgeQna, lintTask } from '@sdg/taxonomy';

interface LintContext {
  readonly catalog: Catalog;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a YAML file is, by the keys at its top. */
function kindOf(value: unknown): 'pipeline' | 'changes' | 'recipe' | 'formats' | 'task' | 'prompt' | undefined {
  const keys = isRecord(value) ? Object.keys(value) : [];
  const has = (...names: string[]): boolean => names.some((name) => keys.includes(name));
  if (has('teachers', 'teacher_config', 'generator', 'validator')) return 'changes';
  if (has('blocks')) return Array.isArray((value as { blocks: unknown }).blocks) || has('version') ? 'pipeline' : 'changes';
  if (has('datasets', 'include', 'sys_prompt')) return 'recipe';
  if (has('formats')) return 'formats';
  if (has('seed_examples', 'data_builder', 'task_description', 'task_name')) return 'task';
  if (has(...promptParts)) return 'prompt';
  return has('version') ? 'pipeline' : undefined;
}

async function lintPrompt(file: string, text: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  await loadPrompt(
    file,
    [],
    {
      read: async () => ({ file, text }),
      report: (_at, { severity = 'error', ...finding }) => findings.push({ severity, file, ...finding }),
      reportIn: (finding) => findings.push(finding),
      loadBlock: async () => undefined,
    },
    undefined,
  );
  return findings;
}

/** All that is wrong with a pipeline (folder, file or name), a recipe, a task, a leaf's qna.yaml or a prompt. */
export async function lintFile(path: string, { catalog, env }: LintContext): Promise<readonly Finding[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    const { path: folder, name } = findPipeline(path, { shipped: shippedPipelines(), env });
    return (await loadPipeline(folder, { catalog, name })).findings;
  }
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError('read', path, error);
  });
  const source = new YamlSource(text, path);
  if (basename(path) === 'qna.yaml') return judgeQna(text, path, path).findings;
  // Of a file that does not parse, what stands before the fault tells the kind.
  switch (kindOf((source.findings.length > 0 ? source.beforeFault()?.source : source)?.value)) {
    case 'pipeline':
      return (await loadPipeline(path, { catalog })).findings;
    case 'changes':
      return (await Overrides.read(path)).findings;
    case 'recipe':
      return (await readRecipe(path, env)).findings;
    case 'formats':
      return parseFormats(text, path).findings;
    case 'task':
      return lintTask(text, path);
    case 'prompt':
      return lintPrompt(path, text);
    default: {
      if (source.findings.length > 0) return source.findings;
      const message = 'this is no pipeline, recipe, task or prompt';
      return [
        {
          severity: 'error',
          rule: 'lint/kind',
          message,
          remedy: 'a pipeline has blocks, a recipe datasets, a task seed_examples',
          ...source.placeOf([]),
        },
      ];
    }
  }
}
