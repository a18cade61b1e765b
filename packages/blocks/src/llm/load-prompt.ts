import { type ConfigFile, type ConfigLoader, type Finding, type Place, suggest } from '@sdg/core';
import { schemaFindings, YamlSource } from '@sdg/config';
import { Ajv } from 'ajv';
import { findFault, Refused, type TemplateFault, UnknownName } from '@sdg/python/jinja';
import { compilePrompt, PromptConfig, promptParts, promptText } from './prompt.js';

type At = readonly (string | number)[];

const validate = new Ajv({ allErrors: true, verbose: true, strict: false, allowUnionTypes: true }).compile(PromptConfig);

/** Fields that the original would pass over: an error where they look like a slip, else worth a word. */
function unknownFields(prompt: object, source: YamlSource): Finding[] {
  const known = Object.keys(PromptConfig.properties);
  return Object.keys(prompt).flatMap((name): Finding[] => {
    if (known.includes(name)) return [];
    const meant = suggest(name, known.filter((other) => !(other in prompt)));
    const finding = { rule: 'prompt/field', message: `field "${name}" is not known`, ...source.placeOfKey([name]) };
    return [meant ? { severity: 'error', ...finding, remedy: `did you mean "${meant}"?` } : { severity: 'warning', ...finding, remedy: `it has no effect; known are ${known.join(', ')}` }];
  });
}

/** Where in a text the word stands that a template's fault is about: -1 if it is not to be found. */
function offsetOf(error: UnknownName | Refused, text: string): number {
  const marks = error instanceof Refused ? '\\{%[-+]?|' : { filter: '\\||\\(', test: 'is\\s|not\\s|[(,]', method: '\\.', function: '' }[error.kind];
  const quote = error instanceof UnknownName && (error.kind === 'filter' || error.kind === 'test') ? '[\'"]?' : '';
  const offset = text.search(new RegExp(`(?:${marks})\\s*${quote}\\b${error.word}\\b`));
  return offset === -1 ? -1 : text.indexOf(error.word, offset);
}

/** What a template's author should know, and where: the name that is not known, else the tag that is at fault. */
function templateFault(error: Error, prompt: PromptConfig, source: YamlSource): Pick<Finding, 'message' | 'remedy'> & Place {
  if (error instanceof UnknownName || error instanceof Refused) {
    const offset = offsetOf(error, source.text);
    return { message: error.message, remedy: error.remedy, ...(offset === -1 ? source.placeOf([]) : source.placeAt(offset)) };
  }
  const whole = promptText(prompt);
  const fault = findFault(whole);
  if (!fault) return { message: `the template does not parse: ${error.message}`, ...source.placeOf([]) };
  const { message, remedy, offset } = fault;
  return { message: `the template does not parse: ${message}`, ...(remedy !== undefined && { remedy }), ...placeIn(prompt, whole, fault, partAt(prompt, offset), source) };
}

/** The part of a prompt that an offset of its whole text falls into, and where that part begins in it. */
function partAt(prompt: PromptConfig, offset: number): { readonly part: (typeof promptParts)[number]; readonly start: number } {
  let start = 0;
  for (const part of promptParts) {
    const end = start + (prompt[part] ?? '').length;
    if (offset <= end) return { part, start };
    start = end + 1;
  }
  return { part: 'generation', start: 0 };
}

/** Where a tag stands in the file: it is looked for behind the key of its part, as often as it stands in the part before. */
function placeIn(prompt: PromptConfig, whole: string, { tag, offset }: TemplateFault, { part, start }: ReturnType<typeof partAt>, source: YamlSource): Place {
  const key = source.placeOfKey([part]);
  const line = tag.split('\n', 1)[0]!;
  const before = whole.slice(start, offset).split(line).length - 1;
  let found = source.text.split('\n').slice(0, key.line - 1).join('\n').length;
  for (let i = 0; i <= before && found !== -1; i++) found = source.text.indexOf(line, i === 0 ? found : found + 1);
  return found === -1 ? key : source.placeAt(found);
}

/** What is wrong with a prompt whose values have the right types: its template, and tags that do not pair up. */
function promptFindings(prompt: PromptConfig, columns: readonly string[] | undefined, source: YamlSource): Finding[] {
  const findings = unknownFields(prompt, source);
  try {
    compilePrompt(prompt);
  } catch (error) {
    const faults = [error as Error, ...(error instanceof UnknownName ? error.others : [])];
    findings.push(...faults.map((fault): Finding => ({ severity: 'error', rule: 'prompt/template', ...templateFault(fault, prompt, source) })));
  }
  if (columns === undefined) return findings;
  if (columns.length > 1 && !prompt.start_tags?.some(Boolean) && !prompt.end_tags?.some(Boolean)) {
    const pairUp = prompt.start_tags?.length === columns.length && prompt.end_tags?.length === columns.length;
    findings.push({
      // Pairs of empty tags stand for the whole reply, here as in the original; but who wants it several times?
      severity: pairUp ? 'warning' : 'error',
      rule: 'prompt/tags',
      message: pairUp
        ? `all tags are empty, so each of ${columns.length} output_cols (${columns.join(', ')}) gets the whole reply`
        : `nothing says which part of the reply is for which of ${columns.length} output_cols (${columns.join(', ')})`,
      remedy: 'give start_tags and end_tags, or a parsing_pattern',
      ...(pairUp ? source.placeOfKey(['start_tags']) : source.placeOf([])),
    });
    if (!pairUp) return findings;
  }
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
  for (const { key, ...place } of source.repeatedKeys()) {
    findings.push({ severity: 'warning', rule: 'yaml/repeated-key', message: `"${key}" is given twice; the last one counts`, ...place });
  }
  const before = findings.length;
  if (source.findings.length === 0 && !validate(source.value)) findings.push(...schemaFindings(validate.errors ?? [], source, source.value));
  if (source.findings.length === 0 && findings.length === before) findings.push(...promptFindings(source.value as PromptConfig, columns, source));
  for (const finding of findings) loader.reportIn(finding);
  return findings.some(({ severity }) => severity === 'error') ? undefined : (source.value as PromptConfig);
}
