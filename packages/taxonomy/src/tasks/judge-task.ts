import { compareFindings, defined, type Finding, isRecord, type Place, suggest } from '@sdg/values';
import { formatYamlPath, schemaErrors, schemaFindings, type YamlPath, YamlSource } from '@sdg/config';
import { fileFinding } from '../find-qna-files.js';
import type { Task, TaskSeed } from './task.js';
import { builderName, builtAsSkills, otherBuilders, seedFields, skillsBuilders, taskSchema, withoutEffect } from './task-schema.js';

/** What is thought of a task.yaml: the task is there exactly when no finding is an error. */
export interface TaskJudgement {
  readonly task?: Task;
  readonly findings: readonly Finding[];
}

type Mapping = Readonly<Record<string, unknown>>;

/** What is said of a field; `place`: where it stands. */
const findingOf = (
  severity: Finding['severity'],
  rule: string,
  path: string,
  [message, remedy]: readonly [message: string, remedy: string],
  place: Place,
): Finding => ({ severity, rule: `task/${rule}`, path, message, remedy, ...place });

/** Fields of a task, and of its seed examples, that hold text. */
const TEXTS = ['task_name', 'task_description', 'created_by', 'taxonomy_path'];
const SEED_TEXTS = Object.values(seedFields).flat() as readonly string[];

/**
 * A value that YAML does not take for text, as Python writes it: `True`, `12`, `1.0`; undefined for one that is text, nothing or a list.
 */
function asPythonText(value: unknown, source: YamlSource, path: YamlPath): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Date) {
    return value
      .toISOString()
      .replace(/T00:00:00\.000Z$/, '')
      .replace('T', ' ')
      .replace(/\.000Z$/, '');
  }
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const { line, column } = source.placeOf(path);
  const written = source.text.split('\n')[line - 1]!.slice(column - 1);
  return /^[-+]?\d+\.0*\s*(?:[#,}\]]|$)/.test(written) ? `${value}.0` : String(value);
}

/** The task with numbers, dates and truths as text where text belongs, as DGT takes them; each is worth a word. */
function withTexts(value: Mapping, source: YamlSource): { readonly value: Mapping; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const convert = (mapping: Mapping, names: readonly string[], at: YamlPath): Mapping =>
    Object.fromEntries(
      Object.entries(mapping).map(([name, one]) => {
        const path = [...at, name];
        const text = names.includes(name) ? asPythonText(one, source, path) : undefined;
        if (text === undefined) return [name, one];
        const said = [`taken as the text ${JSON.stringify(text)}`, 'put it in quotes if that is not what you mean'] as const;
        findings.push(findingOf('warning', 'text', formatYamlPath(path), said, source.placeOf(path)));
        return [name, text];
      }),
    );
  const whole = convert(value, TEXTS, []);
  const examples = whole['seed_examples'];
  if (!Array.isArray(examples)) return { value: whole, findings };
  const seeds = (examples as unknown[]).map((example, i) =>
    isRecord(example) ? convert(example, SEED_TEXTS, ['seed_examples', i]) : example,
  );
  return { value: { ...whole, seed_examples: seeds }, findings };
}

/** What is said of the builder: nothing, that another does its work here, or why none does. */
function builderFinding(name: unknown, source: YamlSource): Finding | undefined {
  if (typeof name !== 'string') return undefined;
  const own = builderName(name);
  const place = source.placeOf(['data_builder']);
  if ((skillsBuilders as readonly string[]).includes(own)) return undefined;
  if ((builtAsSkills as readonly string[]).includes(own)) {
    const remedy = 'run it with sdg-run skills_sdg; it judges questions and answers too';
    return findingOf('warning', 'builder', 'data_builder', [`"${name}" is done by the skills builder here`, remedy], place);
  }
  const [pattern, what, remedy] = otherBuilders.find(([names]) => names.test(own))!;
  if (pattern === otherBuilders.at(-1)![0] && suggest(own, [...skillsBuilders, ...builtAsSkills]) !== undefined) return undefined;
  return findingOf('error', 'builder', 'data_builder', [`the builder "${name}" ${what}`, remedy], place);
}

/** Fields of a seed example that are missing, or given under both of their names; equal examples are worth a word. */
function* seedFindings(examples: readonly unknown[], source: YamlSource): Generator<Finding> {
  const seen = new Map<string, number>();
  for (const [i, example] of examples.entries()) {
    if (!isRecord(example)) continue;
    const at = ['seed_examples', i];
    const finding = (message: string, remedy: string, severity: Finding['severity'] = 'error', path: YamlPath = at): Finding =>
      findingOf(severity, 'seed', formatYamlPath(at), [message, remedy], source.placeOfKey(path));
    for (const field of ['question', 'answer'] as const) {
      const given = seedFields[field].filter((name) => name in example);
      if (given.length === 0) yield finding(`the seed example has no "${field}"`, `add ${seedFields[field].slice(0, 2).join(' or ')}`);
      if (given.length > 1) yield finding(`"${given.join('" and "')}" mean the same`, 'keep one of them', 'error', [...at, given[1]!]);
    }
    const key = JSON.stringify(Object.values(seedFields).map((names) => names.map((name) => example[name]).find(Boolean)));
    const first = seen.get(key);
    if (first !== undefined) yield finding(`the same as seed_examples[${first}]`, 'remove one of them', 'warning');
    else seen.set(key, i);
  }
}

/** What the schema cannot say. */
function* furtherFindings(value: Mapping, source: YamlSource): Generator<Finding> {
  const { seed_examples: examples, seed_datastore: datastore } = value;
  if (Array.isArray(examples)) yield* seedFindings(examples, source);
  if ((examples === undefined || (Array.isArray(examples) && examples.length === 0)) && datastore === undefined) {
    const remedy = 'write at least one under seed_examples, or name their files under seed_datastore';
    const place = source.placeOfKey(['seed_examples']);
    yield findingOf('error', 'no-seeds', 'seed_examples', ['the task has no seed examples', remedy], place);
  }
  for (const [one, other] of [
    ['num_icl_examples_per_prompt', 'num_prompt_instructions'],
    ['num_questions_to_generate_per_prompt', 'request_batch_size'],
  ] as const) {
    if (!(one in value && other in value)) continue;
    yield findingOf('error', 'twice', other, [`"${other}" is the older name of "${one}"`, 'keep one of them'], source.placeOfKey([other]));
  }
  for (const [path, remedy] of withoutEffect) {
    const parent = path.length === 2 ? value[path[0]!] : value;
    if (!isRecord(parent) || !(path.at(-1)! in parent)) continue;
    yield findingOf('warning', 'no-effect', path.join('.'), [`"${path.at(-1)}" has no effect here`, remedy], source.placeOfKey(path));
  }
}

const numberIn = (value: unknown, key: string): number | undefined =>
  isRecord(value) && typeof value[key] === 'number' ? value[key] : undefined;

function taskOf(value: Mapping, source: YamlSource, file: string): Task {
  const examples = (value['seed_examples'] ?? []) as readonly Readonly<Record<string, string | null | undefined>>[];
  const seeds = examples.map((example, i): TaskSeed => {
    const context = example['context'] ?? example['input'] ?? example['document'] ?? '';
    return {
      question: (example['question'] ?? example['instruction'])!,
      answer: (example['answer'] ?? example['response'] ?? example['output'])!,
      ...(context.trim() !== '' && { context }),
      file,
      line: source.placeOf(['seed_examples', i]).line,
    };
  });
  const store = value['seed_datastore'] as { data_path: string; data_formats?: string | string[] } | undefined;
  const { line } = source.placeOfKey(['seed_datastore', 'data_path']);
  const datastore = store && { dataPath: store.data_path, dataFormats: [store.data_formats ?? []].flat(), line };
  const runner = value['runner_config'];
  const [seedBatch, machineBatch] = [numberIn(runner, 'seed_batch_size'), numberIn(runner, 'machine_batch_size')];
  const batches = (seedBatch ?? 100) + (machineBatch ?? 10);
  const name = value['task_name'] ?? value['taxonomy_path'];
  return {
    file,
    ...(typeof name === 'string' && { name: name.trim().replaceAll('->', '/') }),
    description: value['task_description'] as string,
    seeds,
    ...(datastore && { datastore }),
    ...defined({
      numOutputs: numberIn(runner, 'num_outputs_to_generate'),
      numExamples: numberIn(value, 'num_icl_examples_per_prompt') ?? numberIn(value, 'num_prompt_instructions'),
      numQuestions: numberIn(value, 'num_questions_to_generate_per_prompt') ?? numberIn(value, 'request_batch_size'),
      machineShare: (seedBatch ?? machineBatch) === undefined || batches === 0 ? undefined : (machineBatch ?? 10) / batches,
      maxStalledAttempts: numberIn(runner, 'max_stalled_attempts'),
    }),
  };
}

/** Judges the text of a task.yaml. Everything that is wrong in it is found at once, with line and column. */
export function judgeTask(text: string, file: string): TaskJudgement {
  const source = new YamlSource(text, file);
  if (source.findings.length === 0) return judgeSource(source);
  const part = source.beforeFault();
  return { findings: [...(part ? judgeSource(part.source).findings.filter(part.isSettled) : []), ...source.findings] };
}

function judgeSource(source: YamlSource): TaskJudgement {
  const { file, value: written } = source;
  if (!isRecord(written)) {
    const message = written === undefined || written === null ? 'the file is empty' : 'the top level is not a mapping of fields to values';
    return {
      findings: [fileFinding('error', 'task/mapping', file, message, 'begin with task_description, data_builder and seed_examples')],
    };
  }
  const builder = builderFinding(written['data_builder'], source);
  // Of a task for another builder nothing else needs to be said.
  if (builder?.severity === 'error') return { findings: [builder] };
  const { value: texts, findings: taken } = withTexts(written, source);
  const named = texts['data_builder'];
  const value: Mapping = { ...texts, ...(typeof named === 'string' && { data_builder: builderName(named) }) };
  const schema = schemaFindings(schemaErrors(taskSchema, value), source, value).map(inWords);
  const findings = [
    ...source.repeatedKeys('error'),
    ...(builder ? [builder] : []),
    ...taken,
    ...schema,
    ...furtherFindings(value, source),
  ].sort(compareFindings);
  return findings.some(({ severity }) => severity === 'error') ? { findings } : { findings, task: taskOf(value, source, file) };
}

/** The pattern that asks for something other than white space, said in words; numbers and dates that YAML read as such. */
function inWords(finding: Finding): Finding {
  if (finding.rule === 'schema/pattern') return { ...finding, message: 'the text is empty', remedy: 'write it, or remove the field' };
  const isUnquoted = finding.rule === 'schema/type' && /^expected string.*found (?:-?\d|true|false)/.test(finding.message);
  return isUnquoted && finding.remedy === undefined ? { ...finding, remedy: 'put it in quotes' } : finding;
}

/** Findings of a task.yaml, for `sdg lint`. */
export const lintTask = (text: string, file: string): readonly Finding[] => judgeTask(text, file).findings;
