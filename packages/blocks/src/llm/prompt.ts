import type { Random } from '@sdg/core';
import { Type, type Static } from '@sinclair/typebox';
import { parseTemplate, type Template } from '@sdg/python/jinja';
import { strip } from '@sdg/python';

const text = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));
const tags = (description: string) => Type.Optional(Type.Union([Type.Array(Type.Unsafe<string | null>({ type: ['string', 'null'] })), Type.Null()], { description }));

/** A prompt file: five parts of one Jinja template, and the tags that the reply is cut at. */
export const PromptConfig = Type.Object({
  system: text('Who the teacher is to be.'),
  introduction: text('What is asked.'),
  principles: text('Rules to keep.'),
  examples: text('Worked examples.'),
  generation: text('What to write now.'),
  start_tags: tags('Where each output column begins in the reply, in the order of `output_cols`.'),
  end_tags: tags('Where each output column ends.'),
});
export type PromptConfig = Static<typeof PromptConfig>;

/** The parts in the order in which they are joined. */
export const promptParts = ['system', 'introduction', 'principles', 'examples', 'generation'] as const;

/** A prompt ready to render. */
export interface Prompt {
  readonly template: Template;
}

/** The text of the template: the parts joined by newlines, an absent one as an empty line. */
export const promptText = (config: PromptConfig): string => promptParts.map((part) => config[part] ?? '').join('\n');

/** Parses the template once. Fails with a SyntaxError where it is not Jinja. */
export function compilePrompt(config: PromptConfig): Prompt {
  return { template: parseTemplate(promptText(config)) };
}

/** The prompt for one sample, stripped; `random` is for the filter of that name. Fails with `MissingVariable`. */
export const renderPrompt = ({ template }: Prompt, columns: Readonly<Record<string, unknown>>, random?: () => Random): string => strip(template.render(columns, random));
