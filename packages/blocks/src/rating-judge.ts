import {
  columnsOf,
  concurrentMap,
  defineBlock,
  detached,
  Drop,
  lineageOf,
  rejected,
  strict,
  type BlockContext,
  type Outcomes,
  type Sample,
  type WithColumns,
} from '@sdg/core';
import { closed, Field, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { askForAnswers } from './llm/answers.js';
import { childrenOf, renderFor, type MadeRow } from './llm/ask.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { PromptPlace } from './llm/config.js';
import { reasoningAdded } from './llm/llm-effects.js';
import { promptOf } from './llm/load-prompt.js';
import { compilePrompt, promptText, shownPrompt, type PromptConfig } from './llm/prompt.js';
import { askForRating } from './llm/ask-for-rating.js';
import { requestMaker, TeacherConfig } from './llm/request.js';

const config = closed({
  ...PromptPlace,
  output_col: Maybe.name('Column for the rating, a number. Default rating.', { default: 'rating' }),
  scale: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'Least and greatest rating; one outside of it is none.' }),
  keep_from: Field.number('Least rating that is kept; what is below is rejected, with the reply.'),
  ...TeacherConfig,
});

/** Config of {@link ratingJudge}: as in YAML, with the prompt itself in place of the file. */
export interface RatingJudgeConfig<Name extends string = string> extends TeacherConfig {
  readonly prompt: PromptConfig;
  readonly output_col?: Name;
  readonly scale: readonly number[];
  readonly keep_from: number;
}

/**
 * Has the teacher rate each sample and keeps those that are good enough. The rating is read in whatever form models
 * write one (see `parseRating`); where none can be read, the judge is asked once more. What is rated too low, or cannot
 * be read even then, is rejected with all that the judge saw and said.
 *
 * @example pairs.pipe(ratingJudge({ prompt, scale: [1, 3], keep_from: 2 }, run.block('judge_pairs')))
 */
export const ratingJudge = strict(function ratingJudge<S extends Sample, const Name extends string = 'rating'>(
  config: RatingJudgeConfig<Name>,
  context: BlockContext = detached('rating_judge'),
): OperatorFunction<S, WithColumns<S, Name, number>> {
  const { output_col = 'rating', scale, keep_from } = config;
  const [min, max] = scale as readonly [number, number];
  const prompt = compilePrompt(config.prompt);
  const hints = { scale: { min, max }, rubric: promptText(config.prompt) };
  const request = requestMaker(config, context.name, context.settings);
  return concurrentMap<S, WithColumns<S, Name, number>>(context, async (sample, signal) => {
    const columns = columnsOf(sample);
    const messages = renderFor(prompt, sample, columns, context);
    if (messages instanceof Drop) return messages;
    const asked = request(messages, lineageOf(sample).id, { columns: [output_col] });
    const shown = shownPrompt(messages);
    const answers = await Promise.all(
      (await askForAnswers(context, asked, signal, config)).map((answer) => askForRating(context, asked, answer, hints, signal, config)),
    );
    const withPrompt = (drop: Drop): Drop => new Drop(drop.kind, drop.reason, { ...drop.detail, prompt: shown });
    const rows = answers.map((judged) => (judged instanceof Drop ? withPrompt(judged) : judged.answer));
    const read = (answer: { readonly text: string }): readonly (MadeRow | Drop)[] => {
      const { rating } = answers.find((judged) => !(judged instanceof Drop) && judged.answer === answer) as { readonly rating: number };
      if (rating >= keep_from) return [{ columns: { [output_col]: rating } }];
      return [rejected('low-rating', { message: `rated ${rating}; kept from ${keep_from} up`, prompt: shown, reply: answer.text })];
    };
    return childrenOf(sample, columns, rows, read, context.name, config) as Outcomes<WithColumns<S, Name, number>>;
  });
}, config);

export const ratingJudgeBlock = defineBlock<typeof config, RatingJudgeConfig>({
  type: 'RatingJudgeBlock',
  summary: 'Has the teacher rate each sample as "Rating: [[n]]", or in any form that models write, and keeps those that are good enough.',
  config,
  holds: true,
  async load({ config_path, prompt: written, ...rest }, loader) {
    const prompt = await promptOf({ config_path, prompt: written }, loader, undefined);
    const good = checkTeacherConfig(rest, loader);
    const [least, most] = rest.scale as [number, number];
    if (least < most && rest.keep_from >= least && rest.keep_from <= most) return prompt && good ? { ...rest, prompt } : undefined;
    loader.report([least < most ? 'keep_from' : 'scale'], {
      rule: 'rating/scale',
      message:
        least < most
          ? `keep_from is ${rest.keep_from}, outside the scale from ${least} to ${most}`
          : `the scale goes from ${least} to ${most}`,
      remedy: least < most ? 'give a rating of the scale' : 'write the least rating first',
    });
    return undefined;
  },
  columns({ prompt, output_col = 'rating', ...options }) {
    const { reads, prints } = compilePrompt(prompt);
    return { reads, prints, adds: [output_col, ...reasoningAdded(options)], removes: [], nulls: reasoningAdded(options) };
  },
  cost: () => ({ calls: 1, fanOut: 1, assumed: true }),
  examples: [
    {
      title: 'Keep what is rated 2 or 3',
      config: { config_path: 'judge.yaml', scale: [1, 3], keep_from: 2 },
      files: { 'judge.yaml': 'generation: |\n  Rate this answer from 1 to 3 as "Rating: [[n]]": {{ answer }}\n' },
      input: [{ answer: 'Rivers end in the sea.' }, { answer: 'No idea.' }],
      replies: ['True and complete.\n\nRating: [[3]]', 'No answer.\n\nRating: [[1]]'],
      output: [{ answer: 'Rivers end in the sea.', rating: 3 }],
    },
  ],
  create: ratingJudge,
});
