import {
  type BlockContext,
  columnsOf,
  concurrentMap,
  defineBlock,
  derive,
  detached,
  Drop,
  filtered,
  lineageOf,
  type Sample,
  strict,
  NONE,
} from '@sdg/core';
import { closed, Field, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { parseTemplate } from '@sdg/python/jinja';
import { templateProblem } from './llm/template-problem.js';
import { askForAnswers, reasoningColumn } from './llm/answers.js';
import { askForRating } from './llm/ask-for-rating.js';
import { tryRender } from './llm/ask.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { reasoningAdded } from './llm/llm-effects.js';
import { requestMaker, TeacherConfig } from './llm/request.js';
import { reasonsOf } from './parse-rating.js';
import { strip } from '@sdg/python';

const config = closed({
  rubric: Field.name('Jinja template, over the columns of the sample: what is judged, and what each mark means.'),
  scale: Type.Optional(closed({ min: Type.Number(), max: Type.Number() }, { description: 'Marks that may be given. Default 1 to 5.' })),
  threshold: Maybe.number('Samples with a lower mark are filtered. Without it all pass, with their mark.'),
  rating_col: Maybe.name('Column for the mark, a number. Default `rating`.'),
  explanation_col: Maybe.name('Column for the reasons. Default `explanation`.'),
  ...TeacherConfig,
});

/** The marks that a judge may give. */
export interface RatingScale {
  readonly min: number;
  readonly max: number;
}

/** Config of {@link llmJudge}. */
export interface LlmJudgeConfig extends TeacherConfig {
  readonly rubric: string;
  readonly scale?: RatingScale;
  readonly threshold?: number;
  readonly rating_col?: string;
  readonly explanation_col?: string;
}

const SCALE: RatingScale = { min: 1, max: 5 };

/** What is said after the rubric, so that the mark can be found in the reply. */
const instructions = ({ min, max }: RatingScale): string =>
  'Judge strictly by these rules and by nothing else. First explain your judgement in a few sentences. Then give a rating from ' +
  `${min} to ${max}, on a last line of this form:\nRating: [[n]]`;

/**
 * Has the teacher judge each sample by a rubric, and puts its mark and its reasons in two columns. With a threshold,
 * samples below it are filtered. The mark is read in whatever form models write one (see `parseRating`); where there is
 * none, or one off the scale, the judge is asked once more, and then the sample is rejected.
 *
 * @example
 * pairs.pipe(llmJudge({ rubric: 'Is this answer right?\n{{ answer }}', scale: { min: 1, max: 3 }, threshold: 2 }, run.block('judge')))
 */
export const llmJudge = strict(function llmJudge<S extends Sample>(
  { rubric, scale = SCALE, threshold, rating_col = 'rating', explanation_col = 'explanation', ...teacher }: LlmJudgeConfig,
  context: BlockContext = detached('llm_judge'),
): OperatorFunction<S, Sample> {
  const template = parseTemplate(rubric);
  const request = requestMaker(teacher, context.name, context.settings);
  const contract = { columns: [explanation_col, rating_col] };
  return concurrentMap<S, Sample>(context, async (sample, signal) => {
    const text = tryRender(() => template.render(sample, () => context.random('prompt', lineageOf(sample).id)));
    if (text instanceof Drop) return text;
    const prompt = `${strip(text)}\n\n${instructions(scale)}`;
    const asked = { ...request([{ role: 'user', content: prompt }], lineageOf(sample).id, contract), n: 1 };
    const [first] = await askForAnswers(context, asked, signal, teacher);
    const judged = await askForRating(context, asked, first!, { scale, rubric }, signal, teacher);
    if (judged instanceof Drop) return new Drop(judged.kind, judged.reason, { ...judged.detail, prompt });
    const { answer, rating } = judged;
    if (threshold !== undefined && rating < threshold) return filtered('below threshold');
    const made = { [explanation_col]: reasonsOf(answer.text), [rating_col]: rating, ...reasoningColumn(teacher, answer) };
    return derive(sample, { ...NONE, ...columnsOf(sample), ...made }, { block: context.name, index: 0, teacher: answer.model });
  });
}, config);

export const llmJudgeBlock = defineBlock<typeof config, LlmJudgeConfig>({
  type: 'LLMJudgeBlock',
  summary: 'Has the teacher judge each sample by a rubric: mark and reasons as columns, and a threshold if wanted.',
  config,
  holds: true,
  async load(written, loader) {
    const settings = written as LlmJudgeConfig;
    const { min, max } = settings.scale ?? SCALE;
    let good = checkTeacherConfig(settings, loader);
    const wrong = (at: string, message: string): void => {
      good = false;
      loader.report([at], { rule: 'judge/scale', message });
    };
    try {
      parseTemplate(settings.rubric);
    } catch (error) {
      good = false;
      loader.report(['rubric'], { rule: 'judge/rubric', ...templateProblem(error as Error) });
    }
    if (min >= max) wrong('scale', `the scale runs from ${min} to ${max}`);
    else if (settings.threshold !== undefined && (settings.threshold < min || settings.threshold > max)) {
      wrong('threshold', `the threshold ${settings.threshold} is not on the scale from ${min} to ${max}`);
    }
    return good ? settings : undefined;
  },
  columns({ rubric, rating_col = 'rating', explanation_col = 'explanation', ...options }) {
    const { required, printed } = parseTemplate(rubric).names;
    const thought = reasoningAdded(options);
    return {
      reads: required,
      prints: printed,
      adds: [explanation_col, rating_col, ...thought],
      removes: [],
      texts: [explanation_col],
      nulls: thought,
    };
  },
  cost: ({ rubric, threshold }) => ({
    calls: 1,
    fanOut: 1,
    assumed: threshold !== undefined,
    promptChars: rubric.length + instructions(SCALE).length,
    texts: 1,
  }),
  examples: [
    {
      title: 'Keep what is at least good',
      config: { rubric: 'Is the answer right?\nQuestion: {{ question }}\nAnswer: {{ answer }}', scale: { min: 1, max: 3 }, threshold: 2 },
      input: [
        { question: 'Where do rivers end?', answer: 'In the sea.' },
        { question: 'What feeds them?', answer: 'Milk.' },
      ],
      replies: ['Most do.\nRating: [[3]]', 'Rain does.\nRating: [[1]]'],
      output: [{ question: 'Where do rivers end?', answer: 'In the sea.', explanation: 'Most do.', rating: 3 }],
    },
  ],
  create: llmJudge,
});
