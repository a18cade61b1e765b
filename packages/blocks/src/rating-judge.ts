import { columnsOf, concurrentMap, defineBlock, detached, derive, Drop, lineageOf, rejected, type BlockContext, type Outcome, type Sample, type WithColumns } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import type { OperatorFunction } from 'rxjs';
import { tryRender } from './llm/ask.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { loadPrompt } from './llm/load-prompt.js';
import { compilePrompt, renderPrompt, type PromptConfig } from './llm/prompt.js';
import { requestMaker, TeacherConfig } from './llm/request.js';
import { parseRating } from './parse-rating.js';

const config = Type.Object(
  {
    config_path: Type.String({ description: 'Prompt file, relative to the pipeline file. It asks for "Rating: [[n]]".' }),
    output_col: Type.Optional(Type.String({ minLength: 1, default: 'rating', description: 'Column for the rating, a number. Default rating.' })),
    scale: Type.Array(Type.Number(), { minItems: 2, maxItems: 2, description: 'Least and greatest rating; one outside of it is none.' }),
    keep_from: Type.Number({ description: 'Least rating that is kept; what is below is rejected, with the reply.' }),
    ...TeacherConfig,
  },
  { additionalProperties: false },
);

/** Config of {@link ratingJudge}: as in YAML, with the prompt itself in place of the file. */
export interface RatingJudgeConfig<Name extends string = string> extends TeacherConfig {
  readonly prompt: PromptConfig;
  readonly output_col?: Name;
  readonly scale: readonly number[];
  readonly keep_from: number;
}

/**
 * Has the teacher rate each sample and keeps those that are good enough. The rating is read strictly (see
 * `parseRating`). What is rated too low, or cannot be read, is rejected with all that the judge saw and said.
 *
 * @example pairs.pipe(ratingJudge({ prompt, scale: [1, 3], keep_from: 2 }, run.block('judge_pairs')))
 */
export function ratingJudge<S extends Sample, const Name extends string = 'rating'>(
  config: RatingJudgeConfig<Name>,
  context: BlockContext = detached('rating_judge'),
): OperatorFunction<S, WithColumns<S, Name, number>> {
  const { output_col = 'rating', scale, keep_from } = config;
  const [least, most] = scale as readonly [number, number];
  const prompt = compilePrompt(config.prompt);
  const request = requestMaker(config, context.name, context.settings);
  return concurrentMap<S, WithColumns<S, Name, number>>(context, async (sample, signal) => {
    const columns = columnsOf(sample);
    const content = tryRender(() => renderPrompt(prompt, columns, () => context.random('prompt', lineageOf(sample).id)));
    if (content instanceof Drop) return content;
    const reply = await context.complete(request(content, lineageOf(sample).id, { columns: [output_col] }), signal);
    const outcomes = reply.choices.map(({ text, finishReason }, index): Outcome<WithColumns<S, Name, number>> => {
      const refuse = (reason: string, message: string): Drop => rejected(reason, { message, prompt: content, reply: text });
      const read = parseRating(text);
      if ('problem' in read) return refuse('no-rating', `${read.problem}${finishReason === 'length' ? ' (it was cut off at max_tokens)' : ''}`);
      const { rating } = read;
      if (rating < least || rating > most) return refuse('off-scale', `rated ${rating}, on a scale from ${least} to ${most}`);
      if (rating < keep_from) return refuse('low-rating', `rated ${rating}; kept from ${keep_from} up`);
      return derive(sample, { ...columns, [output_col]: rating }, { block: context.name, index, teacher: reply.model }) as unknown as WithColumns<S, Name, number>;
    });
    return outcomes.length > 0 ? outcomes : rejected('empty-reply', { message: 'the reply has no outputs', prompt: content });
  });
}

export const ratingJudgeBlock = defineBlock<typeof config, RatingJudgeConfig>({
  type: 'RatingJudgeBlock',
  summary: 'Has the teacher rate each sample as "Rating: [[n]]" and keeps those that are good enough.',
  config,
  holds: true,
  async load({ config_path, ...rest }, loader) {
    const prompt = await loadPrompt(config_path, ['config_path'], loader, undefined);
    const good = checkTeacherConfig(rest, loader);
    const [least, most] = rest.scale as [number, number];
    if (least < most && rest.keep_from >= least && rest.keep_from <= most) return prompt && good ? { ...rest, prompt } : undefined;
    loader.report([least < most ? 'keep_from' : 'scale'], {
      rule: 'rating/scale',
      message: least < most ? `keep_from is ${rest.keep_from}, outside the scale from ${least} to ${most}` : `the scale goes from ${least} to ${most}`,
      remedy: least < most ? 'give a rating of the scale' : 'write the least rating first',
    });
    return undefined;
  },
  columns: ({ prompt, output_col = 'rating' }) => ({ reads: compilePrompt(prompt).template.names.required, adds: [output_col], removes: [] }),
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
