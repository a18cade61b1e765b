import { NONE } from '@sdg/core';
import type { Message, Random } from '@sdg/core';
import { closed, Field, Maybe, type Static, Type } from '@sdg/core/typebox';
import { MissingVariable, parseTemplate } from '@sdg/python/jinja';
import { strip } from '@sdg/python';
import { onceFor } from '../once-for.js';

const text = (description: string) => Type.Optional(Type.Union([Type.String(), Type.Null()], { description }));
const tags = (description: string) =>
  Type.Optional(Type.Union([Type.Array(Type.Unsafe<string | null>({ type: ['string', 'null'] })), Type.Null()], { description }));

const Turn = closed({
  role: Field.oneOf(['system', 'user', 'assistant'], 'Who speaks: system, user or assistant.'),
  content: Field.text('Jinja template of what is said.'),
});
const Turns = closed({
  for_each: Field.name('Column with a list: the turns below are said once for each of its items.'),
  as: Maybe.name('Name of the item in their templates. Default `example`.'),
  messages: Type.Array(Turn, { minItems: 1 }),
});

/** A prompt: five parts of one Jinja template, or the turns of a chat; and the tags that the reply is cut at. */
export const PromptConfig = Type.Object({
  system: text('Who the teacher is to be.'),
  introduction: text('What is asked.'),
  principles: text('Rules to keep.'),
  examples: text('Worked examples.'),
  generation: text('What to write now.'),
  messages: Type.Optional(
    Type.Union([Type.Array(Type.Union([Turn, Turns]), { minItems: 1 }), Type.Null()], {
      description:
        'In place of the five parts: turns of a chat, each `role` and `content`; `for_each` repeats turns for the items of a column.',
    }),
  ),
  start_tags: tags('Where each output column begins in the reply, in the order of `output_cols`.'),
  end_tags: tags('Where each output column ends.'),
});
export type PromptConfig = Static<typeof PromptConfig>;

/** The parts in the order in which they are joined. */
export const promptParts = ['system', 'introduction', 'principles', 'examples', 'generation'] as const;

/** A prompt ready to render. */
export interface Prompt {
  /** Columns that it cannot do without. */
  readonly reads: readonly string[];
  /** Columns whose bare value it writes out. */
  readonly prints: readonly string[];
  /** The turns for one sample, each stripped; `random` is for the filter of that name. Fails with `MissingVariable`. */
  render(columns: Readonly<Record<string, unknown>>, random?: () => Random): readonly Message[];
}

/** The text of the template: the parts joined by newlines, an absent one as an empty line. */
export const promptText = (config: PromptConfig): string =>
  config.messages
    ? turnTemplates(config)
        .map(({ content }) => content)
        .join('\n')
    : promptParts.map((part) => config[part] ?? '').join('\n');

/** Every turn of a prompt's messages as written, and where it stands. */
export function turnTemplates({ messages }: PromptConfig): { readonly content: string; readonly at: readonly (string | number)[] }[] {
  return (messages ?? []).flatMap((turn, i) =>
    'role' in turn
      ? [{ content: turn.content, at: ['messages', i, 'content'] }]
      : turn.messages.map(({ content }, j) => ({ content, at: ['messages', i, 'messages', j, 'content'] })),
  );
}

type Part = Pick<Prompt, 'reads' | 'prints' | 'render'>;

function compileTurn({ role, content }: Static<typeof Turn>): Part {
  const template = parseTemplate(content);
  return {
    reads: template.names.required,
    prints: template.names.printed,
    render: (columns, random) => [{ role, content: strip(template.render(columns, random)) }],
  };
}

function compileTurns(turn: Static<typeof Turn> | Static<typeof Turns>): Part {
  if ('role' in turn) return compileTurn(turn);
  const { for_each: column, as = 'example', messages } = turn;
  const parts = messages.map(compileTurn);
  const others = (names: (part: Part) => readonly string[]): string[] => parts.flatMap(names).filter((name) => name !== as);
  return {
    reads: [column, ...others(({ reads }) => reads)],
    prints: others(({ prints }) => prints),
    render(columns, random) {
      const items = columns[column];
      if (items === undefined) throw new MissingVariable(column);
      if (!Array.isArray(items)) throw new TypeError(`column "${column}" holds no list`);
      return items.flatMap((item: unknown) => parts.flatMap((part) => part.render({ ...NONE, ...columns, [as]: item }, random)));
    },
  };
}

/** Parses the templates once. Fails with a SyntaxError where one is not Jinja. */
export const compilePrompt = onceFor((config: PromptConfig): Prompt => {
  if (!config.messages) return compileTurn({ role: 'user', content: promptText(config) });
  const turns = config.messages.map(compileTurns);
  const all = (names: (part: Part) => readonly string[]): string[] => [...new Set(turns.flatMap(names))];
  return {
    reads: all(({ reads }) => reads),
    prints: all(({ prints }) => prints),
    render: (columns, random) => turns.flatMap((turn) => turn.render(columns, random)),
  };
});

/** What was asked, as one text for records. */
export const shownPrompt = (messages: readonly Message[]): string =>
  messages.length === 1 ? messages[0]!.content : messages.map(({ role, content }) => `${role}: ${content}`).join('\n\n');
