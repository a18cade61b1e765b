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
} from '@sdg/core';
import { closed, Maybe, Type } from '@sdg/core/typebox';
import type { OperatorFunction } from 'rxjs';
import { type Answer, askForAnswers, askForMended, cutOff } from './llm/answers.js';
import { childrenOf, renderFor, type MadeRow } from './llm/ask.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { PromptPlace } from './llm/config.js';
import { compileSchema, isStrict, modernSchema } from './llm/json-schema.js';
import type { JsonSchema } from './llm/schema-keywords.js';
import { schemaRemarks } from './llm/schema-remarks.js';
import { itemSchema, shapeOf } from './llm/schema-shape.js';
import { reasoningAdded } from './llm/llm-effects.js';
import { promptOf } from './llm/load-prompt.js';
import { parseJson } from './llm/parse-json.js';
import { compilePrompt, promptText, type PromptConfig } from './llm/prompt.js';
import { outputsPerCall, requestMaker, TeacherConfig } from './llm/request.js';
import { onceFor } from './once-for.js';

const { model_prompt: _none, ...teacherConfig } = TeacherConfig;
const config = closed({
  ...PromptPlace,
  schema: Type.Record(Type.String(), Type.Unknown(), {
    description: 'JSON Schema of the reply: an object, whose members become columns, or a list of objects, one sample each.',
  }),
  output_col: Maybe.name('Column for the whole value, in place of a column for each member.'),
  ...teacherConfig,
});

/** Config of {@link llmJson}: as in YAML, with the prompt itself in place of the file. */
export interface LlmJsonConfig extends Omit<TeacherConfig, 'model_prompt'> {
  readonly prompt: PromptConfig;
  readonly schema: JsonSchema;
  readonly output_col?: string;
}

/** Servers that enforce a schema take it in the request. */
const responseFormat = (name: string, schema: JsonSchema): Readonly<Record<string, unknown>> => ({
  type: 'json_schema',
  json_schema: { name: name.replace(/[^A-Za-z0-9_-]/g, '_'), schema: modernSchema(schema), strict: isStrict(schema) },
});

const readingOf = onceFor((schema: JsonSchema) => {
  const item = itemSchema(schema);
  return { valid: compileSchema(schema), validItem: item && compileSchema(item), shape: shapeOf(schema) };
});

/**
 * Asks for JSON of a schema (`response_format`, for servers that enforce it; `response_format: null` leaves it out),
 * checks what comes back, and asks once more, saying what is wrong, where it does not fit. Of all JSON values in a reply
 * the last that fits counts, mended where it is not well-formed (then `_sdg.mended` names the step). An object becomes
 * columns, or one column as a whole; each object of a list becomes a sample of its own. A reply that does not fit even
 * then rejects the sample; of a list that broke off at `max_tokens` the last item is left out.
 *
 * @example
 * seeds.pipe(llmJson({ prompt, schema: { type: 'object', properties: { question: { type: 'string' } }, required: ['question'] } },
 * run.block('ask')))
 */
export const llmJson = strict(function llmJson<S extends Sample>(
  { prompt: promptConfig, schema, output_col, ...teacher }: LlmJsonConfig,
  context: BlockContext = detached('llm_json'),
): OperatorFunction<S, Sample> {
  const prompt = compilePrompt(promptConfig);
  const reading = readingOf(schema);
  const { shape } = reading;
  const contract = { columns: output_col === undefined ? shape.members : [output_col], schema };
  const gen_kwargs = { response_format: responseFormat(context.name, schema), ...teacher.gen_kwargs };
  const request = requestMaker({ ...teacher, gen_kwargs }, context.name, context.settings);
  const columnsFor = (value: unknown): Record<string, unknown> =>
    output_col === undefined ? (value as Record<string, unknown>) : { [output_col]: value };

  /** The samples' columns that an answer holds, or why it holds none. */
  const read = ({ text, isCut }: Answer): readonly (MadeRow | Drop)[] => {
    const parsed = parseJson(text, reading, isCut);
    if ('faults' in parsed) {
      return [
        isCut
          ? cutOff('the answer', text)
          : rejected('invalid-json', {
              message: `the reply does not fit the schema: ${parsed.faults}, also when asked again`,
              reply: text,
            }),
      ];
    }
    const { values, mended, lost } = parsed;
    if (values.length === 0) return [rejected('empty-reply', { message: 'the reply is an empty list', reply: text })];
    const rows = values.map((value): MadeRow | Drop => ({ columns: columnsFor(value), mended }));
    if (!lost) return rows;
    // Not every server says that it stopped in the middle.
    const unsaid = rejected('cut-off', { message: 'the last item of the list has no end', reply: text });
    return [...rows, isCut ? cutOff('the last item of the list', text) : unsaid];
  };

  return concurrentMap<S, Sample>(context, async (sample, signal) => {
    const messages = renderFor(prompt, sample, sample, context);
    if (messages instanceof Drop) return messages;
    const first = request(messages, lineageOf(sample).id, contract);
    const answers = await askForAnswers(context, first, signal, teacher);
    const mended = await Promise.all(
      answers.map(async (answer) => {
        if (answer instanceof Drop || answer.isCut) return answer;
        const parsed = parseJson(answer.text, reading);
        if (!('faults' in parsed)) return answer;
        const demand = `This does not fit: ${parsed.faults}. Give the whole answer again, mended, as JSON and nothing else.`;
        return askForMended(context, first, answer, demand, signal, teacher);
      }),
    );
    return childrenOf(sample, columnsOf(sample), mended, read, context.name, teacher) as Outcomes;
  });
}, config);

export const llmJsonBlock = defineBlock<typeof config, LlmJsonConfig>({
  type: 'LLMJsonBlock',
  summary: 'Asks the teacher for JSON of a schema, checks it, asks once more if it does not fit, and makes columns of it.',
  config,
  holds: true,
  async load({ config_path, prompt: written, ...rest }, loader) {
    let good = checkTeacherConfig(rest as TeacherConfig, loader);
    try {
      compileSchema(rest.schema);
    } catch (error) {
      good = false;
      loader.report(['schema'], { rule: 'json/schema', message: `this is no JSON Schema: ${(error as Error).message}` });
    }
    for (const { at, ...remark } of schemaRemarks(rest.schema)) {
      loader.report(['schema', ...at], { severity: 'warning', rule: 'json/keyword', ...remark });
    }
    if (rest.output_col === undefined && shapeOf(rest.schema).members.length === 0) {
      good = false;
      loader.report(['schema'], {
        rule: 'json/columns',
        message: 'the schema names no properties that could become columns',
        remedy: 'name them, or set output_col',
      });
    }
    const prompt = await promptOf({ config_path, prompt: written }, loader, undefined);
    return good && prompt ? ({ ...rest, prompt } as LlmJsonConfig) : undefined;
  },
  columns({ prompt, schema, output_col, reasoning_col }) {
    const { reads, prints } = compilePrompt(prompt);
    const { members, required, nullable } = shapeOf(schema);
    const thought = reasoningAdded({ reasoning_col });
    const made = output_col === undefined ? members.filter((name) => required.includes(name)) : [output_col];
    const nulls = output_col === undefined ? nullable.filter((name) => made.includes(name)) : [];
    return { reads, prints, adds: [...made, ...thought], removes: [], nulls: [...nulls, ...thought] };
  },
  cost({ gen_kwargs, prompt, schema }, settings) {
    const outputs = outputsPerCall(gen_kwargs, settings);
    return {
      calls: 1,
      fanOut: outputs,
      assumed: true,
      promptChars: promptText(prompt).length,
      texts: outputs * Math.max(1, shapeOf(schema).members.length),
    };
  },
  examples: [
    {
      title: 'A list of questions, mended once',
      config: {
        config_path: 'ask.yaml',
        schema: {
          type: 'array',
          items: {
            type: 'object',
            properties: { question: { type: 'string' }, level: { enum: ['easy', 'hard'] } },
            required: ['question', 'level'],
          },
        },
      },
      files: { 'ask.yaml': 'generation: Write questions about {{ topic }} as JSON.\n' },
      input: [{ topic: 'rivers' }],
      replies: ['[{"question": "Where do they end?", "level": "simple"}]', '[{"question": "Where do they end?", "level": "easy"}]'],
      output: [{ topic: 'rivers', question: 'Where do they end?', level: 'easy' }],
    },
  ],
  create: llmJson,
});
