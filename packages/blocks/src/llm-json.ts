import { columnsOf, concurrentMap, defineBlock, derive, detached, Drop, lineageOf, rejected, type BlockContext, type Message, type Outcomes, type Sample } from '@sdg/core';
import { Type } from '@sinclair/typebox';
import { Ajv } from 'ajv';
import type { OperatorFunction } from 'rxjs';
import { tryRender } from './llm/ask.js';
import { checkTeacherConfig } from './llm/check-common.js';
import { loadPrompt } from './llm/load-prompt.js';
import { parseJson } from './llm/parse-json.js';
import { compilePrompt, promptText, renderPrompt, type PromptConfig } from './llm/prompt.js';
import { outputsPerCall, requestMaker, TeacherConfig } from './llm/request.js';

type JsonSchema = Readonly<Record<string, unknown>>;

const { model_prompt: _none, ...teacherConfig } = TeacherConfig;
const config = Type.Object(
  {
    config_path: Type.String({ description: 'Prompt file, relative to the pipeline file. Its tags do not count.' }),
    schema: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema of the reply: an object, whose members become columns, or a list of objects, one sample each.' }),
    output_col: Type.Optional(Type.String({ minLength: 1, description: 'Column for the whole value, in place of a column for each member.' })),
    ...teacherConfig,
  },
  { additionalProperties: false },
);

/** Config of {@link llmJson}: as in YAML, with the prompt itself in place of the file. */
export interface LlmJsonConfig extends Omit<TeacherConfig, 'model_prompt'> {
  readonly prompt: PromptConfig;
  readonly schema: JsonSchema;
  readonly output_col?: string;
}

const ajv = new Ajv({ allErrors: true, strict: false });

/** The schema of one sample's value: of the items, where the reply is a list. */
const itemSchema = (schema: JsonSchema): JsonSchema => (schema['type'] === 'array' ? ((schema['items'] ?? {}) as JsonSchema) : schema);
const members = (schema: JsonSchema): string[] => Object.keys((itemSchema(schema)['properties'] ?? {}) as object);

/** Servers that enforce a schema take an object only: a list goes in a member of one. */
const responseFormat = (name: string, schema: JsonSchema): Readonly<Record<string, unknown>> => ({
  type: 'json_schema',
  json_schema: { name: name.replace(/[^A-Za-z0-9_-]/g, '_'), schema, strict: true },
});

/**
 * Asks for JSON of a schema (`response_format`, for servers that enforce it), checks what comes back, and asks once
 * more, saying what is wrong, where it does not fit. An object becomes columns, or one column as a whole; each object
 * of a list becomes a sample of its own. A reply that does not fit even then rejects the sample.
 *
 * @example
 * seeds.pipe(llmJson({ prompt, schema: { type: 'object', properties: { question: { type: 'string' } }, required: ['question'] } }, run.block('ask')))
 */
export function llmJson<S extends Sample>({ prompt: promptConfig, schema, output_col, ...teacher }: LlmJsonConfig, context: BlockContext = detached('llm_json')): OperatorFunction<S, Sample> {
  const prompt = compilePrompt(promptConfig);
  const valid = ajv.compile(schema);
  const columns = output_col === undefined ? members(schema) : [output_col];
  const contract = { columns, schema };
  const gen_kwargs = { response_format: responseFormat(context.name, schema), ...teacher.gen_kwargs };
  const request = requestMaker({ ...teacher, gen_kwargs }, context.name, context.settings);
  const columnsFor = (value: unknown): Record<string, unknown> => (output_col === undefined ? (value as Record<string, unknown>) : { [output_col]: value });

  return concurrentMap<S, Sample>(context, async (sample, signal) => {
    const content = tryRender(() => renderPrompt(prompt, sample, () => context.random('prompt', lineageOf(sample).id)));
    if (content instanceof Drop) return content;
    const { id } = lineageOf(sample);
    const first = request(content, id, contract);
    const reply = await context.complete(first, signal);
    let index = 0;

    const outcomes = await Promise.all(
      reply.choices.map(async ({ text, finishReason }): Promise<readonly (Sample | Drop)[]> => {
        let parsed = parseJson(text, valid);
        let last = text;
        if ('faults' in parsed && finishReason !== 'length') {
          const correction: Message[] = [
            { role: 'user', content },
            { role: 'assistant', content: text },
            { role: 'user', content: `This does not fit: ${parsed.faults}. Give the whole answer again, mended, as JSON and nothing else.` },
          ];
          const second = await context.complete({ ...first, messages: correction, n: 1 }, signal);
          last = second.choices[0]?.text ?? '';
          parsed = parseJson(last, valid);
        }
        if ('faults' in parsed) {
          const cut = finishReason === 'length' ? ' (it was cut off at max_tokens)' : ', also when asked again';
          return [rejected('invalid-json', { message: `the reply does not fit the schema: ${parsed.faults}${cut}`, reply: last })];
        }
        const values = schema['type'] === 'array' ? (parsed.value as unknown[]) : [parsed.value];
        if (values.length === 0) return [rejected('empty-reply', { message: 'the reply is an empty list', reply: last })];
        return values.map((value) => derive(sample, { ...columnsOf(sample), ...columnsFor(value) }, { block: context.name, index: index++, teacher: reply.model }));
      }),
    );
    return outcomes.length === 0 ? rejected('empty-reply', { message: 'the reply has no outputs' }) : (outcomes.flat() as Outcomes);
  });
}

export const llmJsonBlock = defineBlock<typeof config, LlmJsonConfig>({
  type: 'LLMJsonBlock',
  summary: 'Asks the teacher for JSON of a schema, checks it, asks once more if it does not fit, and makes columns of it.',
  config,
  holds: true,
  async load({ config_path, ...rest }, loader) {
    let good = checkTeacherConfig(rest as TeacherConfig, loader);
    try {
      ajv.compile(rest.schema);
    } catch (error) {
      good = false;
      loader.report(['schema'], { rule: 'json/schema', message: `this is no JSON Schema: ${(error as Error).message}` });
    }
    if (rest.output_col === undefined && members(rest.schema).length === 0) {
      good = false;
      loader.report(['schema'], { rule: 'json/columns', message: 'the schema names no properties that could become columns', remedy: 'name them, or set output_col' });
    }
    const prompt = await loadPrompt(config_path, ['config_path'], loader, undefined);
    return good && prompt ? ({ ...rest, prompt } as LlmJsonConfig) : undefined;
  },
  columns({ prompt, schema, output_col }) {
    const required = (itemSchema(schema)['required'] ?? []) as readonly string[];
    return { reads: compilePrompt(prompt).template.names.required, adds: output_col === undefined ? members(schema).filter((name) => required.includes(name)) : [output_col], removes: [] };
  },
  cost({ gen_kwargs, prompt, schema }, settings) {
    const outputs = outputsPerCall(gen_kwargs, settings);
    return { calls: 1, fanOut: outputs, assumed: true, promptChars: promptText(prompt).length, texts: outputs * Math.max(1, members(schema).length) };
  },
  examples: [
    {
      title: 'A list of questions, mended once',
      config: {
        config_path: 'ask.yaml',
        schema: { type: 'array', items: { type: 'object', properties: { question: { type: 'string' }, level: { enum: ['easy', 'hard'] } }, required: ['question', 'level'] } },
      },
      files: { 'ask.yaml': 'generation: Write questions about {{ topic }} as JSON.\n' },
      input: [{ topic: 'rivers' }],
      replies: ['[{"question": "Where do they end?", "level": "simple"}]', '[{"question": "Where do they end?", "level": "easy"}]'],
      output: [{ topic: 'rivers', question: 'Where do they end?', level: 'easy' }],
    },
  ],
  create: llmJson,
});
