import { readdirSync, readFileSync } from 'node:fs';
import { memoryLoader, runBlock, type Script } from '@sdg/testing';
import { describe, expect, it } from 'vitest';
import { catalog } from './catalog.js';

/** One way in which a sample is rejected: nothing vanishes, and the record says why. */
interface Rejection {
  readonly type: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly replies?: readonly Script[];
  readonly reason: string;
  readonly message: string;
}

const files = {
  'p.yaml': 'generation: Ask about {{ topic }}.\nstart_tags: ["[Q]"]\nend_tags: ["[/Q]"]\n',
  'pair.yaml': 'generation: x\nstart_tags: ["[Q]", "[A]"]\nend_tags: ["[/Q]", "[/A]"]\n',
  'plain.yaml': 'generation: x\n',
  'sum.yaml': 'generation: "{{ raise_exception(\'no\') }}"\n',
  'kind.yaml': 'style: warm\n',
};
const llm = { config_path: 'p.yaml', output_cols: ['question'] };
const pair = { config_path: 'pair.yaml', output_cols: ['q', 'a'] };
const json = { config_path: 'plain.yaml', schema: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } };
const list = { config_path: 'plain.yaml', schema: { type: 'array', items: { type: 'object', properties: { a: {} } } } };
const judge = { rubric: 'Good?', scale: { min: 1, max: 3 } };
const cut = (text: string): Script => ({ choices: [{ text, finishReason: 'length' }] });
const calling = (text: string): Script => ({ choices: [{ text, finishReason: 'tool_calls' }] });
const thought = (text: string, finishReason: string): Script => ({
  choices: [{ text, reasoning: 'Rating: [[3]] {"a": 1} [Q]draft[/Q]', finishReason }],
});

const rejections: readonly Rejection[] = [
  {
    type: 'LLMBlock',
    config: llm,
    input: { subject: 'x' },
    reason: 'missing-column',
    message: 'the template uses "topic", which the sample lacks',
  },
  {
    type: 'LLMBlock',
    config: { ...llm, config_path: 'sum.yaml' },
    input: { a: 'x' },
    reason: 'template-error',
    message: 'the template cannot be rendered: no',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [' ', '\u200b\ufeff\n'],
    reason: 'empty-reply',
    message: 'the teacher wrote nothing, also when asked again',
  },
  {
    type: 'LLMBlock',
    config: { config_path: 'plain.yaml', output_cols: ['question'] },
    input: { topic: 'x' },
    replies: [calling('Let me look that up.'), calling('I search for it.')],
    reason: 'empty-reply',
    message: 'the teacher called a tool in place of an answer, also when asked again',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [{ choices: [] }],
    reason: 'empty-reply',
    message: 'the reply has no outputs',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: ['no tags'],
    reason: 'no-match',
    message: 'nothing in the reply matches the format asked for',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [cut('[Q] and then')],
    reason: 'cut-off',
    message: 'the answer broke off at max_tokens; raise it, or set allow_truncated: true',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [cut('')],
    reason: 'cut-off',
    message: 'the reply holds nothing: it broke off at max_tokens, here 4096',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [thought('', 'stop')],
    reason: 'reasoning-only',
    message: 'the reply holds reasoning and no answer: it ended before the answer began',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [thought(' ', 'length')],
    reason: 'reasoning-only',
    message: 'it broke off at max_tokens, here 4096, so raise that',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [{ choices: [{ text: '', refusal: 'I cannot help with that.', finishReason: 'stop' }] }],
    reason: 'refusal',
    message: 'the model refused: I cannot help with that.',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: [{ choices: [{ text: '[Q]half', finishReason: 'content_filter' }] }],
    reason: 'content-filter',
    message: 'a filter of the server stopped the answer: [Q]half',
  },
  {
    type: 'LLMBlock',
    config: llm,
    input: { topic: 'x' },
    replies: ['[Q]why?'],
    reason: 'no-match',
    message: 'a value of question has no end: "[/Q]" is not there',
  },
  {
    type: 'LLMJudgeBlock',
    config: judge,
    input: {},
    replies: [thought('', 'length')],
    reason: 'reasoning-only',
    message: 'the reply holds reasoning and no answer',
  },
  {
    type: 'LLMJudgeBlock',
    config: judge,
    input: {},
    replies: [cut('Rating: [[1')],
    reason: 'cut-off',
    message: 'the judgement broke off at max_tokens, here 4096',
  },
  {
    type: 'LLMJsonBlock',
    config: json,
    input: {},
    replies: [thought('', 'stop')],
    reason: 'reasoning-only',
    message: 'the reply holds reasoning and no answer',
  },
  {
    type: 'LLMMessagesBlock',
    config: { input_col: 'm', output_col: 'o' },
    input: { m: [{ role: 'user', content: 'hi' }] },
    replies: [cut('half a')],
    reason: 'cut-off',
    message: 'the answer broke off at max_tokens',
  },
  {
    type: 'LLMBlock',
    config: pair,
    input: {},
    replies: ['[Q]a[/Q]'],
    reason: 'unequal-columns',
    message: 'the reply holds unequal numbers of values: q 1, a 0',
  },
  {
    type: 'LLMBlock',
    config: { ...llm, parser_kwargs: { parser_name: 'custom', parsing_pattern: '(?:((a*)*)*\\1b)' }, output_cols: ['x', 'y'] },
    input: { topic: 'x' },
    replies: ['a'.repeat(60)],
    reason: 'pattern-too-slow',
    message: 'the pattern takes too many steps on this text; it looks back at groups',
  },
  {
    type: 'ConditionalLLMBlock',
    config: { config_paths: [['p.yaml', 'a']], selector_column_name: 'kind', output_cols: ['q'] },
    input: { topic: 'x', kind: 'b' },
    reason: 'no-prompt',
    message: 'no prompt for kind = "b"; there are a',
  },
  {
    type: 'LLMLogProbBlock',
    config: llm,
    input: { topic: 'x' },
    replies: ['yes'],
    reason: 'no-logprobs',
    message: 'the server gave no log probabilities',
  },
  {
    type: 'LLMMessagesBlock',
    config: { input_col: 'm', output_col: 'o' },
    input: { m: 'hello' },
    reason: 'not-messages',
    message: 'column "m" is not a list of {role, content}',
  },
  {
    type: 'LLMMessagesBlock',
    config: { input_col: 'm', output_col: 'o' },
    input: { m: [{ role: 'user', content: 'hi' }] },
    replies: ['', ''],
    reason: 'empty-reply',
    message: 'the teacher wrote nothing',
  },
  {
    type: 'LLMJsonBlock',
    config: json,
    input: {},
    replies: ['{"a": "x"}', '{"a": 1.5}'],
    reason: 'invalid-json',
    message: 'the reply does not fit the schema: /a must be integer, also when asked again',
  },
  {
    type: 'LLMJsonBlock',
    config: json,
    input: {},
    replies: [cut('{"a": ')],
    reason: 'cut-off',
    message: 'the answer broke off at max_tokens',
  },
  { type: 'LLMJsonBlock', config: list, input: {}, replies: ['[]'], reason: 'empty-reply', message: 'the reply is an empty list' },
  {
    type: 'LLMJudgeBlock',
    config: judge,
    input: {},
    replies: ['Fine.', 'It is fine.'],
    reason: 'no-rating',
    message: 'the reply has no "Rating: [[n]]", also when asked again',
  },
  {
    type: 'LLMJudgeBlock',
    config: judge,
    input: {},
    replies: ['Rating: [[9]]', 'Rating: [[8]]'],
    reason: 'off-scale',
    message: 'rated 8, on a scale from 1 to 3, also when asked again',
  },
  {
    type: 'LLMJudgeBlock',
    config: judge,
    input: {},
    replies: ['', ''],
    reason: 'empty-reply',
    message: 'the teacher wrote nothing, also when asked again',
  },
  {
    type: 'FilterByValueBlock',
    config: { filter_column: 's', filter_value: 1, operation: 'eq', convert_dtype: 'float' },
    input: { s: 'good' },
    reason: 'not-convertible',
    message: 'column "s": "good" is not a number',
  },
  {
    type: 'FilterByValueBlock',
    config: { filter_column: 's', filter_value: 1, operation: 'eq', convert_dtype: 'int' },
    input: { s: '1.0' },
    reason: 'not-convertible',
    message: '"1.0" is not a whole number',
  },
  {
    type: 'FilterByValueBlock',
    config: { filter_column: 's', filter_value: true, operation: 'eq', convert_dtype: 'bool' },
    input: { s: 'maybe' },
    reason: 'not-convertible',
    message: '"maybe" is not true or false',
  },
  {
    type: 'FilterByValueBlock',
    config: { filter_column: 's', filter_value: 1, operation: 'gt' },
    input: { s: 'b' },
    reason: 'not-comparable',
    message: 'column "s": b and 1 have no order',
  },
  {
    type: 'FilterByValueBlock',
    config: { filter_column: 's', filter_value: 'x', operation: 'contains' },
    input: { s: 3 },
    reason: 'not-comparable',
    message: '3 is neither text nor a list that could contain x',
  },
  {
    type: 'SelectorBlock',
    config: { choice_map: { A: 'a' }, choice_col: 'c', output_col: 'o' },
    input: { c: 'B', a: 1 },
    reason: 'no-choice',
    message: 'choice_map has nothing for c = "B"; it has A',
  },
  {
    type: 'SamplePopulatorBlock',
    config: { config_paths: ['kind.yaml'], column_name: 'tone' },
    input: { tone: 'cold' },
    reason: 'no-config',
    message: 'no file for tone = "cold"; there are kind',
  },
  {
    type: 'EmbedBlock',
    config: { columns: ['question'], vector_col: 'vector' },
    input: { question: 'xyzzy' },
    reason: 'no-vector',
    message: 'knows no word of the text',
  },
  {
    type: 'SelectBlock',
    config: { vector_col: 'vector', count: 1 },
    input: { vector: [0, 0] },
    reason: 'no-vector',
    message: 'column "vector" holds no vector',
  },
  {
    type: 'SelectBlock',
    config: { vector_col: 'vector', count: 1, weight_col: 'score' },
    input: { vector: [1, 0], score: -1 },
    reason: 'no-weight',
    message: 'column "score" holds no weight: a number from 0 on',
  },
  {
    type: 'SemanticDuplicatesBlock',
    config: { vector_col: 'vector', columns: ['question'] },
    input: { vector: 'x', question: 'Why?' },
    reason: 'no-vector',
    message: 'column "vector" holds no vector',
  },
  {
    type: 'RenameColumnsBlock',
    config: { columns_map: { a: 'b' } },
    input: { c: 1 },
    reason: 'missing-column',
    message: 'the block reads column "a", which the sample lacks',
  },
];

describe('rejections', () => {
  it.each(rejections.map((rejection) => [rejection.type, rejection.message, rejection] as const))(
    '%s: %s',
    async (type, message, { config, input, replies = [], reason }) => {
      const spec = catalog.get(type)!;
      const loader = memoryLoader(files, catalog);
      const loaded = await spec.load(config, loader);
      expect(loaded, JSON.stringify(loader.findings)).toBeDefined();
      const { output, rejects, account } = await runBlock(spec, loaded, [input], replies);
      expect(output).toEqual([]);
      expect(account.rejected).toEqual({ [reason]: 1 });
      expect(rejects[0]).toMatchObject({ block: type, reason, message: expect.stringContaining(message) as string, sample: input });
      const raw = replies.at(-1);
      if (typeof raw === 'string') expect(rejects[0]!.reply).toBe(raw);
    },
  );

  it('knows every reason that a block of the original or of the field can give', () => {
    const folder = new URL('.', import.meta.url);
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    );
    const given = sources.flatMap((name) =>
      [...readFileSync(new URL(name, folder), 'utf8').matchAll(/rejected\('([a-z-]+)'/g)].map(([, reason]) => reason!),
    );
    // Blocks for tasks have tests of their own.
    const elsewhere = ['empty-item', 'no-items', 'low-rating'];
    expect(
      [...new Set(given)].filter((reason) => !elsewhere.includes(reason) && !rejections.some((known) => known.reason === reason)),
    ).toEqual([]);
  });
});
