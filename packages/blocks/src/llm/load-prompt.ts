import type { ConfigFile, ConfigLoader, Finding } from '@sdg/core';
import { schemaFindings, YamlSource } from '@sdg/core/config';
import { Ajv } from 'ajv';
import { compilePrompt, PromptConfig } from './prompt.js';

type At = readonly (string | number)[];

const validate = new Ajv({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true }).compile({
  ...PromptConfig,
  additionalProperties: false,
});

/** What is wrong with a prompt whose values have the right types: its template, and tags that do not pair up. */
function promptFindings(prompt: PromptConfig, columns: readonly string[] | undefined, source: YamlSource): Finding[] {
  const findings: Finding[] = [];
  try {
    compilePrompt(prompt);
  } catch (error) {
    findings.push({ severity: 'error', rule: 'prompt/template', message: `the template does not parse: ${(error as Error).message}`, ...source.placeOf([]) });
  }
  if (columns === undefined) return findings;
  for (const key of ['start_tags', 'end_tags'] as const) {
    const tags = prompt[key] ?? [];
    if (tags.length === 0 || tags.length === columns.length) continue;
    findings.push({
      severity: 'error',
      rule: 'prompt/tags',
      message: `${tags.length} ${key} for ${columns.length} output_cols (${columns.join(', ')})`,
      remedy: 'give every output column one tag, in the same order',
      ...source.placeOfKey([key]),
    });
  }
  return findings;
}

/**
 * Reads and judges a prompt file. `columns` pair with its tags; undefined where tags do not matter. What is wrong is
 * reported in the file itself; undefined where the prompt cannot be used.
 */
export async function loadPrompt(
  path: string,
  at: At,
  loader: ConfigLoader,
  columns: readonly string[] | undefined,
): Promise<PromptConfig | undefined> {
  const file: ConfigFile | undefined = await loader.read(path, at);
  if (!file) return undefined;
  const source = new YamlSource(file.text, file.file);
  const findings = [...source.findings];
  if (findings.length === 0 && !validate(source.value)) findings.push(...schemaFindings(validate.errors ?? [], source, source.value));
  if (findings.length === 0) findings.push(...promptFindings(source.value as PromptConfig, columns, source));
  for (const finding of findings) loader.reportIn(finding);
  return findings.some(({ severity }) => severity === 'error') ? undefined : (source.value as PromptConfig);
}
