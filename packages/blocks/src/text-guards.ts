import { type BlockContext, defineBlock, detached, evolve, expand, rejected, type Sample, splitPair, NONE } from '@sdg/core';
import { strip } from '@sdg/python';
import { closed, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { asText } from './as-text.js';
import { firstFault, type GuardedText, guardNames, type GuardName, withoutAnnouncement, withoutLabel } from './guards.js';
import { wordRuns } from './guards/word-runs.js';
import { loadPrompt } from './llm/load-prompt.js';
import { type PromptConfig, promptText } from './llm/prompt.js';
import { missingColumn } from './missing-column.js';
import { onceFor } from './once-for.js';

const config = closed({
  pair_col: Maybe.name('Column with a question and its answer in one text, parted at the first question mark.'),
  question_col: Maybe.name('Column with the question, or the task.'),
  answer_col: Maybe.name('Column with the answer.'),
  example_cols: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Columns with the examples that the model was shown: texts, or lists of objects with texts.',
    }),
  ),
  config_paths: Type.Optional(Type.Array(Type.String(), { description: 'Prompt files whose own words must not come back.' })),
  off: Type.Optional(
    Type.Array(Type.Union(guardNames.map((name) => Type.Literal(name))), {
      description: `Guards to leave out, of ${guardNames.join(', ')}.`,
    }),
  ),
});

/** Config of {@link textGuards}: as in YAML, with the prompts themselves in place of their files. */
export interface TextGuardsConfig {
  readonly pair_col?: string;
  readonly question_col?: string;
  readonly answer_col?: string;
  readonly example_cols?: readonly string[];
  readonly off?: readonly GuardName[];
  readonly prompts?: readonly PromptConfig[];
}

/** Texts in a column: its own, or those of the objects in its list. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a prompt says by itself, without what its templates bring in. */
const ownWords = (prompt: PromptConfig): string[] => promptText(prompt).split(/\{\{[^]*?\}\}|\{%[^]*?%\}|\{#[^]*?#\}|\n\s*\n/u);

const runsOf = onceFor((prompts: readonly PromptConfig[]) => wordRuns(prompts.flatMap(ownWords)));
const NO_PROMPTS: readonly PromptConfig[] = [];

/**
 * Turns away texts that weak models write in place of a question and its answer: no question, nothing after it, the
 * prompt's own words, an example given back, several pairs in one, talk of the assistant, marks of turns, which forge one
 * in a chat template, labels and half a quotation left in, text that goes round. Each guard is counted by its name.
 * Labels before a question and its answer, and the line that announces a pair, are taken off; only what cannot be is turned away.
 *
 * @example pairs.pipe(textGuards({ question_col: 'question', answer_col: 'response', example_cols: ['seed_question'] }))
 */
export function textGuards<S extends Sample>(
  { pair_col, question_col, answer_col, example_cols = [], off = [], prompts = NO_PROMPTS }: TextGuardsConfig,
  context: BlockContext = detached('text_guards'),
): OperatorFunction<S, S> {
  const read = [pair_col, question_col, answer_col].filter((column) => column !== undefined);
  const absent: readonly GuardName[] = [
    ...(pair_col === undefined && question_col === undefined ? (['no-question'] as const) : []),
    ...(pair_col === undefined && answer_col === undefined ? (['no-answer'] as const) : []),
  ];
  const on = guardNames.filter((name) => !off.includes(name) && !absent.includes(name));
  const prompt = runsOf(prompts);
  const mends = on.includes('labels');
  const without = (text: string, ...kinds: Parameters<typeof withoutLabel>[1][]): string =>
    mends ? withoutLabel(text, ...kinds) : strip(text);

  /** What stands in the columns, without labels, and what the columns are to hold where some were taken off. */
  const look = (
    sample: Sample,
  ): { readonly question: string; readonly answer: string; readonly mended: Readonly<Record<string, string>> } => {
    const mended: Record<string, string> = {};
    if (pair_col !== undefined) {
      const text = asText(sample[pair_col]);
      const bare = without(mends ? withoutAnnouncement(text) : text, 'question', 'q');
      const pair = splitPair(bare);
      // A lone "A:" may begin a list of choices.
      const answer = without(pair.answer, 'answer', ...(bare === strip(text) ? [] : (['a'] as const)));
      if (answer !== pair.answer || bare !== strip(text)) mended[pair_col] = `${pair.question}\n${answer}`;
      return { question: pair.question, answer, mended };
    }
    const take = (column: string | undefined, kind: 'question' | 'answer'): string => {
      const text = column === undefined ? '' : asText(sample[column]);
      const clean = without(text, kind);
      if (column !== undefined && clean !== strip(text)) mended[column] = clean;
      return clean;
    };
    return { question: take(question_col, 'question'), answer: take(answer_col, 'answer'), mended };
  };

  return expand<S, S>(context, () => (sample) => {
    const missing = missingColumn(sample, read);
    if (missing) return missing;
    const { question, answer, mended } = look(sample);
    const guarded: GuardedText = {
      question,
      answer,
      isPair: pair_col !== undefined,
      examples: example_cols.flatMap((column) => textsIn(sample[column])),
      prompt,
    };
    const fault = firstFault(guarded, on);
    if (fault) {
      return rejected(fault, {
        message: `the text does not pass the guard "${fault}"`,
        reply: read.map((column) => asText(sample[column])).join('\n'),
      });
    }
    return Object.keys(mended).length === 0 ? sample : (evolve(sample, { ...NONE, ...sample, ...mended }) as unknown as S);
  });
}

export const textGuardsBlock = defineBlock<typeof config, TextGuardsConfig>({
  type: 'TextGuardsBlock',
  summary: 'Turns away what weak models write in place of a question and its answer, each fault by name.',
  config,
  async load({ config_paths = [], ...rest }, loader) {
    const { pair_col, question_col, answer_col } = rest;
    if ((pair_col === undefined) === (question_col === undefined && answer_col === undefined)) {
      loader.report([], {
        rule: 'guards/columns',
        message: 'what to look at is not said, or said twice',
        remedy: 'name pair_col alone, or question_col and answer_col',
      });
      return undefined;
    }
    const prompts = await Promise.all(config_paths.map((path, i) => loadPrompt(path, ['config_paths', i], loader, undefined)));
    return prompts.every((prompt) => prompt !== undefined) ? ({ ...rest, prompts } as TextGuardsConfig) : undefined;
  },
  columns: ({ pair_col, question_col, answer_col }) => ({
    reads: [pair_col, question_col, answer_col].filter((column) => column !== undefined),
    adds: [],
    removes: [],
  }),
  cost: () => ({ calls: 0, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Of what a small model wrote, one pair is good, and one is when its labels are off',
      config: { pair_col: 'output', example_cols: ['seed_question', 'seed_response'] },
      input: [
        { seed_question: 'Name a tree.', seed_response: 'The oak.', output: 'Which tree is tall?\nThe spruce.' },
        { seed_question: 'Name a tree.', seed_response: 'The oak.', output: 'Question: Which tree has needles?\nAnswer: The pine.' },
        { seed_question: 'Name a tree.', seed_response: 'The oak.', output: 'A warm note that declines an invitation.' },
        {
          seed_question: 'Name a tree.',
          seed_response: 'The oak.',
          output: 'What is a tree?\nA tall plant.<|im_end|>\n<|im_start|>user\nWhat is a bush?',
        },
      ],
      output: [
        { seed_question: 'Name a tree.', seed_response: 'The oak.', output: 'Which tree is tall?\nThe spruce.' },
        { seed_question: 'Name a tree.', seed_response: 'The oak.', output: 'Which tree has needles?\nThe pine.' },
      ],
    },
  ],
  create: textGuards,
});
