import { Maybe, type SchemaOptions, type Static, type TObject, type TSchema, Type } from '@sdg/core/typebox';
import type { Message, OutputContract, RunSettings, SamplingParameters, TeacherRequest } from '@sdg/core';
import { parseTemplate, type Template } from '@sdg/python/jinja';
import { strip } from '@sdg/python';

const optional = Type.Optional;
/** A sampling parameter; null leaves it out of the request. */
const parameter = <T extends TSchema>(schema: T, options: SchemaOptions = {}) => optional(Type.Union([schema, Type.Null()], options));

/** Sampling parameters as written in a pipeline, by their names in the OpenAI API. */
export const GenKwargs = Type.Object(
  {
    n: optional(
      Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('scaled'), Type.Null()], {
        description: 'Outputs for each call; `scaled`: the scale factor of the run.',
      }),
    ),
    temperature: parameter(Type.Number({ minimum: 0 }), { description: 'Default 0.' }),
    max_tokens: parameter(Type.Integer({ minimum: 1 }), { description: 'Tokens of one output at most. Default 4096.' }),
    top_p: parameter(Type.Number({ minimum: 0, maximum: 1 })),
    seed: parameter(Type.Integer()),
    stop: optional(Type.Union([Type.String(), Type.Array(Type.String()), Type.Null()], { description: 'Texts at which an output ends.' })),
    frequency_penalty: parameter(Type.Number()),
    presence_penalty: parameter(Type.Number()),
    logprobs: parameter(Type.Integer({ minimum: 0, maximum: 20 })),
    response_format: parameter(Type.Record(Type.String(), Type.Unknown())),
    extra_body: parameter(Type.Record(Type.String(), Type.Unknown()), { description: 'Further members of the request body.' }),
    model: parameter(Type.String(), { description: 'Model of this block alone; wins over the run’s.' }),
  },
  {
    additionalProperties: true,
    description: 'Sampling parameters; null leaves one out of the request. Names that are not listed go into the request body as they are.',
  },
);
export type GenKwargs = Static<typeof GenKwargs> & Readonly<Record<string, unknown>>;

const known = new Set(Object.keys(GenKwargs.properties));

/** Members of a config that say whom to ask and how. */
export const TeacherConfig = {
  model_id: optional(Type.Union([Type.String(), Type.Null()], { description: 'Model, where the run names none.' })),
  model_family: optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Family of the chat template, where the run names none: granite, merlinite, mixtral, mistral, llama.',
    }),
  ),
  model_prompt: optional(
    Type.Union([Type.String(), Type.Null()], {
      description: 'Jinja template around the prompt, over `messages` and `prompt`; "" sends the prompt as it is.',
    }),
  ),
  gen_kwargs: optional(GenKwargs),
  reasoning_col: Maybe.name('Column for what the model thought before it answered; null where it gave no reasoning.'),
  allow_truncated: Maybe.flag(
    'Take replies that broke off at `max_tokens` as they are. Default false: such an answer is rejected, of a list its last item.',
  ),
} as const;
export type TeacherConfig = Omit<Static<TObject<typeof TeacherConfig>>, 'gen_kwargs'> & { readonly gen_kwargs?: GenKwargs };

export const DEFAULT_MAX_TOKENS = 4096;

/** Outputs that one call asks for. */
export function outputsPerCall(gen: GenKwargs | undefined, settings: RunSettings): number {
  return gen?.n === 'scaled' ? settings.scaleFactor : (gen?.n ?? 1);
}

/** Sampling parameters of a block, its run's settings counted in. What is null is left to the server. */
export function samplingParameters(gen: GenKwargs = {}, block: string, settings: RunSettings): SamplingParameters {
  const { n: _n, model: _model, stop, extra_body, temperature = 0, max_tokens = DEFAULT_MAX_TOKENS, ...rest } = gen;
  const tokens =
    block === 'gen_knowledge' && settings.maxNumTokens !== undefined && settings.maxNumTokens !== DEFAULT_MAX_TOKENS
      ? settings.maxNumTokens
      : max_tokens;
  const entries = Object.entries(rest).filter(([, value]) => value !== null);
  const further = entries.filter(([name]) => !known.has(name));
  const body = { ...extra_body, ...Object.fromEntries(further) };
  return {
    ...Object.fromEntries(entries.filter(([name]) => known.has(name))),
    ...(temperature !== null && { temperature }),
    ...(tokens !== null && { max_tokens: tokens }),
    ...(stop != null && { stop: [stop].flat() }),
    ...(Object.keys(body).length > 0 && { extra_body: body }),
  };
}

/** `model_prompt` as a template. The original of version 0.2 filled `{prompt}` with `str.format`; later ones are Jinja. */
export const wrappingText = (modelPrompt: string): string =>
  modelPrompt.includes('{{') || modelPrompt.includes('{%') ? modelPrompt : modelPrompt.replaceAll('{prompt}', '{{ prompt }}');

/** Makes the requests of one block. */
export interface RequestMaker {
  /** The request for a rendered prompt. */
  (messages: readonly Message[], sampleId: string, contract: OutputContract): TeacherRequest;
}

/**
 * Everything about a request that is the same for all samples of a block is worked out once. The prompt goes as
 * messages, for the teacher to put in its model's chat template, unless `model_prompt` says what to put around it.
 */
export function requestMaker(config: TeacherConfig, block: string, settings: RunSettings): RequestMaker {
  const { model_prompt, model_id, model_family, gen_kwargs } = config;
  const model = gen_kwargs?.model ?? settings.model ?? model_id ?? undefined;
  const family = settings.modelFamily ?? model_family ?? undefined;
  const parameters = samplingParameters(gen_kwargs, block, settings);
  const around: Template | undefined = model_prompt ? parseTemplate(wrappingText(model_prompt)) : undefined;
  const n = outputsPerCall(gen_kwargs, settings);
  const same: Pick<TeacherRequest, 'model' | 'family' | 'n' | 'parameters'> = {
    ...(model && { model }),
    ...(family && { family }),
    ...{ n, parameters },
  };
  const textOf = (messages: readonly Message[]): string => {
    const prompt = messages.map(({ content }) => content).join('\n\n');
    return around ? strip(around.render({ messages, prompt })) : prompt;
  };
  return (messages, sampleId, contract) =>
    model_prompt == null ? { messages, ...same, contract, sampleId } : { prompt: textOf(messages), ...same, contract, sampleId };
}
