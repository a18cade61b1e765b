import { requiredColumns, type RowFormat } from './row-format.js';

/** A column's name without regard to capitals and to what stands between words. */
const plain = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_');

/**
 * A format with the names that columns have, `Question` or `correct answer` for `question` and `correct_answer`; itself
 * where all are called as it says, undefined where some are missing.
 */
export function withColumnsOf(format: RowFormat, columns: ReadonlySet<string>): RowFormat | undefined {
  if (requiredColumns(format).every((column) => columns.has(column))) return format;
  const named = new Map(Array.from(columns, (column) => [plain(column), column]));
  const renamed = (name: string): string => (columns.has(name) ? name : (named.get(plain(name)) ?? name));
  const entries = Object.entries(format).map(([field, value]: [string, unknown]) => {
    if (!/_keys?$/.test(field) || field === 'role_key' || field === 'content_key') return [field, value] as const;
    return [field, Array.isArray(value) ? (value as string[]).map(renamed) : renamed(value as string)] as const;
  });
  const own = Object.fromEntries(entries) as RowFormat;
  return requiredColumns(own).every((column) => columns.has(column)) ? own : undefined;
}

/** Columns that ask and columns that answer, as sets call them, the plainest first. */
export const ASKING = ['instruction', 'question', 'prompt', 'query', 'problem', 'input', 'inputs', 'user', 'human', 'source'] as const;
const ANSWERING = [
  'response',
  'output',
  'answer',
  'completion',
  'solution',
  'generation',
  'assistant',
  'reply',
  'target',
  'targets',
  'final_answer',
] as const;
/** Columns that an answer is about, beside the question. */
const ABOUT = ['input', 'context', 'passage', 'passages', 'paragraphs', 'body', 'story', 'article', 'choices', 'options'] as const;

/** Formats of one question and one answer for columns that no format names, the likeliest first. */
export const pairsByName = (columns: ReadonlySet<string>): readonly RowFormat[] => {
  const named = new Map(Array.from(columns, (column) => [plain(column), column]));
  const has = (name: string): boolean => named.has(name);
  return ASKING.filter(has).flatMap((asked) =>
    ANSWERING.filter(has).map((answered): RowFormat => {
      const about = ABOUT.filter((name) => name !== asked && has(name)).map((name) => named.get(name)!);
      return {
        name: `${asked}_${answered}`,
        instruction_key: named.get(asked)!,
        ...(about.length > 0 && { input_key: about }),
        output_key: named.get(answered)!,
      };
    }),
  );
};
