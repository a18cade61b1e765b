/** A qna.yaml and what InstructLab thinks of it; checked against its own code (schema 0.4.2, yamllint 1.38, PyYAML 6.0.3). */
export interface CorpusCase {
  readonly name: string;
  /** Path in the taxonomy. */
  readonly file: string;
  readonly text: string;
  readonly verdict: 'accept' | 'warn' | 'reject';
  /** The one reason, as a rule; absent where there is none. */
  readonly rule?: string;
}

export const SKILL = 'compositional_skills/writing/qna.yaml';
export const KNOWLEDGE = 'knowledge/rivers/qna.yaml';

const examples = (count: number): string =>
  Array.from({ length: count }, (_, i) => `  - question: Question ${i + 1}?\n    answer: Answer ${i + 1}.\n`).join('');

/** A skill of that version (0: none is written), fields of two levels, five examples. */
export const skill = (version = 3, count = 5): string =>
  `${version > 0 ? `version: ${version}\n` : ''}created_by: someone\ntask_description: Write.\nseed_examples:\n${examples(count)}`;

const pairs = (n: number): string =>
  [1, 2, 3].map((m) => `      - question: Question ${n}.${m}?\n        answer: Answer ${n}.${m}.\n`).join('');

export const knowledge = (version = 3): string =>
  `version: ${version}\ncreated_by: someone\ndomain: rivers\ndocument_outline: About rivers.\ndocument:\n` +
  `  repo: https://example.com/rivers.git\n  commit: abc1234\n  patterns:\n    - '*.md'\nseed_examples:\n` +
  [1, 2, 3, 4, 5].map((n) => `  - context: Context ${n}.\n    questions_and_answers:\n${pairs(n)}`).join('');

/** The one place of `text` where `from` stands, changed to `to`. */
export function edit(text: string, from: string, to: string): string {
  const at = text.indexOf(from);
  if (at === -1) throw new Error(`no ${JSON.stringify(from)} to edit`);
  return text.slice(0, at) + to + text.slice(at + from.length);
}

/** A skill of version 3 whose first answer is written so. */
export const answer = (written: string): string => edit(skill(), 'Answer 1.', written);
