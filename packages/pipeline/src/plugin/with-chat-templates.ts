import type { Pipeline, PipelineBlock } from '../pipeline.js';

interface Asking {
  readonly model_prompt?: string | null;
  readonly model_family?: string | null;
}

function withTemplate(config: unknown, templates: ReadonlyMap<string, string>, family: string | undefined): unknown {
  if (typeof config !== 'object' || config === null) return config;
  const { model_prompt, model_family } = config as Asking;
  const inner = (config as { readonly config?: unknown }).config;
  const template = templates.get(family ?? model_family ?? '');
  return {
    ...config,
    ...(inner !== undefined && { config: withTemplate(inner, templates, family) }),
    ...(template !== undefined && model_prompt == null && { model_prompt: template }),
  };
}

/** These speak in messages alone. */
const CHAT_ONLY = new Set(['LLMMessagesBlock', 'LLMJsonBlock']);

/** Whether a block, or one inside it, makes a prompt that a template can go around. */
const rendersPrompt = ({ type, config }: PipelineBlock): boolean =>
  !CHAT_ONLY.has(type) &&
  typeof config === 'object' &&
  config !== null &&
  ['prompt', 'prompts', 'rubric', 'config'].some((member) => member in config);

/**
 * The pipeline with chat templates of plugins in place: a block whose family (the run's, or else its own) has one sends
 * its prompt in that template, unless it has a `model_prompt` of its own.
 */
export function withChatTemplates(pipeline: Pipeline, chatTemplates: Readonly<Record<string, string>>, family?: string): Pipeline {
  const templates = new Map(Object.entries(chatTemplates));
  if (templates.size === 0) return pipeline;
  const chains = pipeline.chains.map((chain) => ({
    ...chain,
    blocks: chain.blocks.map((block) =>
      rendersPrompt(block) ? { ...block, config: withTemplate(block.config, templates, family) } : block,
    ),
  }));
  return { ...pipeline, chains };
}
