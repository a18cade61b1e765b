import { access, constants, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { YamlSource } from '@sdg/config';
import { SdgError, type Finding } from '@sdg/values';
import { whyUnreadable } from './find-qna-files.js';
import { pairColumns } from './leaf-samples.js';
import type { QuestionAndAnswer } from './leaf.js';
import { formatOf, readSeedData } from './tasks/read-seed-data.js';

/** Seed question-answer pairs about one context, in the columns of knowledge samples. */
export interface ExampleGroup {
  readonly columns: Readonly<Record<string, string>>;
  /** Where it stands, for the lineage. */
  readonly line: number;
}

/** Pairs that one sample shows: as many as the prompts of the shipped pipelines name. */
const PAIRS = 3;

/** `icl_document`, `icl_query_1…n`, `icl_response_1…n`; fewer than three pairs are shown again. */
function columnsOf(context: string, pairs: readonly QuestionAndAnswer[]): Record<string, string> {
  const shown = Array.from({ length: Math.max(PAIRS, pairs.length) }, (_, i) => pairs[i % pairs.length]!);
  return { icl_document: context, ...pairColumns(shown) };
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

/** The examples of a qna.yaml for knowledge: pairs below contexts; undefined for any other content. What is wrong is reported. */
function knowledgeGroups(source: YamlSource, onFinding: (finding: Finding) => void): ExampleGroup[] | undefined {
  const listed = (source.value as { seed_examples?: unknown } | null)?.seed_examples;
  if (!Array.isArray(listed)) return undefined;
  const examples = listed as ({ context?: unknown; questions_and_answers?: unknown } | null)[];
  if (!examples.some((example) => Array.isArray(example?.questions_and_answers))) return undefined;
  const complain = (path: readonly (string | number)[], message: string): void =>
    onFinding({ severity: 'error', rule: 'task/seed-data', ...source.placeOf(path), message, remedy: 'mend it, or leave it out' });
  return examples.flatMap((example, i): ExampleGroup[] => {
    const at = ['seed_examples', i] as const;
    const pairs = example?.questions_and_answers;
    if (!isText(example?.context)) complain(at, 'the example has no context');
    if (!Array.isArray(pairs)) complain(at, 'the example has no questions_and_answers');
    if (!isText(example?.context) || !Array.isArray(pairs)) return [];
    const whole = (pairs as (Partial<QuestionAndAnswer> | null)[]).filter((pair, j): pair is QuestionAndAnswer => {
      const missing = (['question', 'answer'] as const).filter((field) => !isText(pair?.[field]));
      if (missing.length > 0) complain([...at, 'questions_and_answers', j], `the pair has no ${missing.join(' and no ')}`);
      return missing.length === 0;
    });
    return whole.length === 0 ? [] : [{ columns: columnsOf(example.context, whole), line: source.placeOf(at).line }];
  });
}

/**
 * Seed question-answer pairs of a file (qna.yaml, or NDJSON, JSON, CSV, Parquet or YAML with columns for question, answer
 * and, where there is one, context), grouped as a sample shows them: by context, at most three pairs without one. What is
 * wrong with a row is reported and the row left out. Fails with `usage` for a file that is not there or gives none.
 */
export async function readExamples(file: string, onFinding: (finding: Finding) => void): Promise<ExampleGroup[]> {
  await access(file, constants.R_OK).catch((error: unknown) => {
    throw new SdgError('usage', `cannot read ${file}: ${whyUnreadable(error)}`, { remedy: 'name a file of questions and answers' });
  });
  const text = formatOf(file) === 'yaml' ? await readFile(file, 'utf8').catch(() => undefined) : undefined;
  const source = text === undefined ? undefined : new YamlSource(text, file);
  source?.repeatedKeys('warning').forEach(onFinding);
  const nested = source && source.findings.length === 0 ? knowledgeGroups(source, onFinding) : undefined;
  const groups = nested ?? [];
  if (!nested) {
    const open: { context: string; pairs: QuestionAndAnswer[]; line: number }[] = [];
    for await (const { question, answer, context = '', line } of readSeedData(file, onFinding)) {
      const fitting = open.find((group) => group.context === context && (context !== '' || group.pairs.length < PAIRS));
      if (fitting) fitting.pairs.push({ question, answer });
      else open.push({ context, pairs: [{ question, answer }], line: line ?? 1 });
    }
    groups.push(...open.map(({ context, pairs, line }) => ({ columns: columnsOf(context, pairs), line })));
  }
  if (groups.length > 0) return groups;
  throw new SdgError('usage', `${basename(file)} has no pairs of a question and an answer`, {
    remedy: 'give it rows with the columns question and answer, or name a qna.yaml',
  });
}
