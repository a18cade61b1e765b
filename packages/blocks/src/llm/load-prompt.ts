import { type ConfigFile, type ConfigLoader, type Finding, type Place, suggest } from '@sdg/core';
import { schemaErrors, schemaFindings, YamlSource } from '@sdg/config';
import { parseTemplate, Refused, TemplateSyntaxError, UnknownName } from '@sdg/python/jinja';
import type { PromptPlace } from './config.js';
import { PromptConfig, promptParts, promptText, turnTemplates } from './prompt.js';
import { saysAll, templateProblem } from './template-problem.js';

type At = readonly (string | number)[];

/** Tells what is wrong with a prompt: where in it, and where exactly if it stands in a file. */
type Report = (
  finding: Pick<Finding, 'message' | 'remedy' | 'rule'> & { readonly severity?: Finding['severity'] },
  at: At,
  place?: (source: YamlSource) => Place,
) => void;

/** Fields that the original would pass over: an error where they look like a slip, else worth a word. */
function checkFields(prompt: object, report: Report): void {
  const known = Object.keys(PromptConfig.properties);
  for (const name of Object.keys(prompt).filter((field) => !known.includes(field))) {
    const meant = suggest(
      name,
      known.filter((other) => !(other in prompt)),
    );
    const finding = { rule: 'prompt/field', message: `field "${name}" is not known` };
    const remedy = meant ? `did you mean "${meant}"?` : `it has no effect; known are ${known.join(', ')}`;
    report({ severity: meant ? 'error' : 'warning', ...finding, remedy }, [name], (source) => source.placeOfKey([name]));
  }
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

/** Where a fault stands in the file: its word or tag is looked for behind the key of its part, as often as it stands in the part before. */
function placeIn(at: At, before: string, error: TemplateSyntaxError, source: YamlSource): Place {
  const key = source.placeOfKey(at);
  const isWord = error instanceof UnknownName && error.kind !== 'statement';
  const wanted = isWord ? error.word : (error.tag ?? '').split('\n', 1)[0]!;
  const count = before.split(wanted).length - 1;
  let found = source.text
    .split('\n')
    .slice(0, key.line - 1)
    .join('\n').length;
  for (let i = 0; i <= count && found !== -1; i++) found = source.text.indexOf(wanted, i === 0 ? found : found + 1);
  if (found === -1) return key;
  return source.placeAt(error instanceof Refused ? found + Math.max(0, wanted.search(/\w/)) : found);
}

/** What a template's author should know, and where: the name that is not known, else the tag that is at fault. */
function reportFault(error: Error, text: string, at: At | undefined, prompt: PromptConfig, report: Report): void {
  const { message, remedy } = templateProblem(error);
  const finding = { rule: 'prompt/template', message: saysAll(error) ? error.message : message, ...(remedy !== undefined && { remedy }) };
  if (!(error instanceof TemplateSyntaxError)) return report(finding, at ?? []);
  const { part, start } = at ? { part: undefined, start: 0 } : partAt(prompt, error.offset);
  const where = at ?? [part!];
  report(finding, where, (source) => placeIn(where, text.slice(start, error.offset), error, source));
}

/** Reports templates that do not parse: the one of the five parts, or each turn's. */
function checkTemplates(prompt: PromptConfig, report: Report): void {
  const templates = prompt.messages ? turnTemplates(prompt) : [{ content: promptText(prompt), at: undefined }];
  for (const { content, at } of templates) {
    try {
      parseTemplate(content);
    } catch (error) {
      for (const fault of [error as Error, ...(error instanceof UnknownName ? error.others : [])]) {
        reportFault(fault, content, at, prompt, report);
      }
    }
  }
}

/** Reports turns that no chat template takes, and parts beside them. */
function checkTurns(prompt: PromptConfig, report: Report): void {
  const { messages } = prompt;
  const parts = promptParts.filter((part) => prompt[part] != null);
  if (!messages) {
    if (parts.length === 0) {
      report({ rule: 'prompt/empty', message: 'the prompt says nothing', remedy: 'write a generation, or messages' }, []);
    }
    return;
  }
  if (parts.length > 0) {
    report(
      { rule: 'prompt/messages', message: `${parts.join(', ')} beside messages`, remedy: 'say it in a turn of the messages' },
      [parts[0]!],
      (source) => source.placeOfKey([parts[0]!]),
    );
  }
  const roles = messages.map((turn) => ('role' in turn ? [turn.role] : turn.messages.map(({ role }) => role)));
  const late = roles.findIndex((some, i) => i > 0 && some.includes('system'));
  if (late !== -1) {
    report(
      {
        severity: 'warning',
        rule: 'prompt/messages',
        message: 'a system turn stands behind others',
        remedy: 'most chat templates take one as the first turn alone',
      },
      ['messages', late],
    );
  }
  if (roles.flat().at(-1) === 'system') {
    report(
      { rule: 'prompt/messages', message: 'the last turn is the system’s, so nothing is asked', remedy: 'end with a turn of the user' },
      ['messages', messages.length - 1],
    );
  }
}

/** Whether all tags are empty, or none is given: where there are several columns, no part of the reply is for one of them. */
const namesNoPart = ({ start_tags: starts, end_tags: ends }: PromptConfig): boolean => !starts?.some(Boolean) && !ends?.some(Boolean);

/** Reports that nothing tells the columns' parts of the reply apart; false where tags are not worth a further look. */
function checkParts({ start_tags: starts, end_tags: ends }: PromptConfig, columns: readonly string[], report: Report): boolean {
  const rest = { rule: 'prompt/tags', remedy: 'give start_tags and end_tags, or a parsing_pattern' };
  const named = `${columns.length} output_cols (${columns.join(', ')})`;
  // Pairs of empty tags stand for the whole reply, here as in the original; but who wants it several times?
  if (starts?.length === columns.length && ends?.length === columns.length) {
    const message = `all tags are empty, so each of ${named} gets the whole reply`;
    report({ severity: 'warning', message, ...rest }, ['start_tags'], (source) => source.placeOfKey(['start_tags']));
    return true;
  }
  const message = `nothing says which part of the reply is for which of ${named}`;
  report({ severity: 'error', message, ...rest }, [], (source) => source.placeOf([]));
  return false;
}

/** Reports a tag where the reply is cut and that the prompt does not ask for. */
function checkAsked(prompt: PromptConfig, report: Report): void {
  const tags = prompt.start_tags ?? [];
  const asked = promptText(prompt);
  // A bracket or a placeholder may build the tag: only words that stand nowhere are sure to be missed.
  const unasked = tags.findIndex((tag) => tag && !asked.includes(tag) && !asked.includes('{%'));
  if (unasked === -1) return;
  const message = `the prompt nowhere asks for ${JSON.stringify(tags[unasked])}, where the reply is cut`;
  report(
    { severity: 'warning', rule: 'prompt/unasked-tag', message, remedy: 'show the form of the reply in the prompt, with this tag' },
    ['start_tags', unasked],
    (source) => source.placeOf(['start_tags', unasked]),
  );
}

/** Reports tags that do not pair up with the output columns. */
function checkTags(prompt: PromptConfig, columns: readonly string[], report: Report): void {
  if (columns.length > 1 && namesNoPart(prompt) && !checkParts(prompt, columns, report)) return;
  for (const key of ['start_tags', 'end_tags'] as const) {
    const tags = prompt[key] ?? [];
    if (tags.length === 0 || tags.length === columns.length) continue;
    const message = `${tags.length} ${key} for ${columns.length} output_cols (${columns.join(', ')})`;
    report({ rule: 'prompt/tags', message, remedy: 'give every output column one tag, in the same order' }, [key], (source) =>
      source.placeOfKey([key]),
    );
  }
  checkAsked(prompt, report);
}

/** Whether a prompt whose values have the right types can be used; what is wrong with it is reported. */
function check(prompt: PromptConfig, columns: readonly string[] | undefined, report: Report): void {
  checkFields(prompt, report);
  checkTurns(prompt, report);
  checkTemplates(prompt, report);
  if (columns !== undefined) checkTags(prompt, columns, report);
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
  if (path.endsWith('.txt')) return textPrompt(file, at, loader);
  const source = new YamlSource(file.text, file.file);
  const part = source.beforeFault();
  const earlier = part ? schemaFindings(schemaErrors(PromptConfig, part.source.value), part.source, part.source.value) : [];
  const findings = [...(part ? earlier.filter(part.isSettled) : []), ...source.findings];
  findings.push(...source.repeatedKeys('warning'));
  const before = findings.length;
  if (source.findings.length === 0) findings.push(...schemaFindings(schemaErrors(PromptConfig, source.value), source, source.value));
  if (source.findings.length === 0 && findings.length === before) {
    check(source.value as PromptConfig, columns, (finding, path, place) =>
      findings.push({ severity: 'error', ...finding, ...(place ? place(source) : source.placeOf([...path])) }),
    );
  }
  for (const finding of findings) loader.reportIn(finding);
  return findings.some(({ severity }) => severity === 'error') ? undefined : (source.value as PromptConfig);
}

/** A file that is a template from its first character to its last, as DGT has them. */
function textPrompt(file: ConfigFile, at: At, loader: ConfigLoader): PromptConfig | undefined {
  try {
    parseTemplate(file.text);
    return { generation: file.text };
  } catch (error) {
    const { message, remedy } = templateProblem(error as Error);
    loader.reportIn({ severity: 'error', rule: 'prompt/template', file: file.file, message, ...(remedy !== undefined && { remedy }) });
    return undefined;
  }
}

/** The prompt of a block, from its file or its config; see {@link loadPrompt}. `at`: where in the config the prompt itself would stand. */
export async function promptOf(
  { config_path, prompt }: PromptPlace,
  loader: ConfigLoader,
  columns: readonly string[] | undefined,
  at: At = ['prompt'],
): Promise<PromptConfig | undefined> {
  const report = (message: string, remedy: string, where: At): undefined =>
    void loader.report(where, { rule: 'prompt/place', message, remedy });
  if (config_path !== undefined && prompt !== undefined) return report('both config_path and prompt are given', 'keep one of them', at);
  if (config_path !== undefined) return loadPrompt(config_path, ['config_path'], loader, columns);
  if (prompt === undefined) return report('the block has no prompt', 'name its file under config_path, or write it under prompt', []);
  const written: PromptConfig = typeof prompt === 'string' ? { generation: prompt } : prompt;
  let good = true;
  check(written, columns, ({ severity = 'error', ...finding }, path) => {
    good &&= severity !== 'error';
    loader.report([...at, ...(typeof prompt === 'string' ? [] : path)], { severity, ...finding });
  });
  return good ? written : undefined;
}
