import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '@sdg/values';
import { MESSAGES_FORMAT } from '../formats/row-format.js';
import { ByteSink } from './byte-sink.js';
import type { RowRules } from './row-rules.js';
import { parseExactly, writeExactly } from './exact-numbers.js';
import { RowSplicer } from './splice-row.js';
import { treatRow } from './treat-row.js';

const rules = (more: Partial<RowRules> = {}): RowRules => ({
  dataset: 'd',
  file: 'd.jsonl',
  format: MESSAGES_FORMAT,
  output: 'messages',
  systemPrompt: 'Sei "kurz".',
  replacesSystem: true,
  filter: [],
  ...more,
});

/** The row as spliced, as text; undefined, or why it was dropped, where there is none. */
function spliced(line: string, given = rules()): string | undefined {
  const bytes = Buffer.from(`${line}\n{"next":1}\n`);
  const sink = new ByteSink(16);
  const splicer = new RowSplicer(given);
  splicer.load(bytes);
  const result = splicer.splice(0, Buffer.byteLength(line), sink);
  splicer.flush(sink);
  return result === true ? sink.take().toString() : result;
}
const parsed = (json: string | undefined): unknown => {
  if (!json?.startsWith('{')) return json;
  const row = JSON.parse(json) as { metadata: string; tools?: unknown };
  // Tools as text may have spaces and escapes.
  const tools = typeof row.tools === 'string' ? { tools: ['text', JSON.parse(row.tools) as unknown] } : {};
  return { ...row, metadata: JSON.parse(row.metadata) as unknown, ...tools };
};
const splice = (line: string, given = rules()): unknown => parsed(spliced(line, given));
function treated(line: string, given = rules()): string {
  const result = treatRow(parseExactly(line) as Record<string, unknown>, given);
  return typeof result === 'string' ? result : result.json;
}
/** The text up to the metadata, whose numbers and spaces may be written in several ways. */
const upToMetadata = (json: string): string => json.split(',"metadata":')[0]!;

const content = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', '\n\t', '\u00a0', '"\\', '\u2028', 'a/b'));
/** Fields that turns may have beside role and content. */
const fields = fc.record(
  {
    tool_calls: fc.constantFrom(
      null,
      [],
      [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a": 1.0}' } }],
      [{ function: { name: 'g', arguments: { n: 1.5, t: 'é' } } }],
    ),
    tool_call_id: fc.constantFrom('c1', null),
    name: fc.constantFrom('f', 'f"'),
    function_call: fc.constantFrom(null, null, { name: 'f' }),
    function_calls: fc.constantFrom(null, null, 'f(x=1)', ''),
    functions: fc.constantFrom(null, null, null, '[{"name":"f"}]'),
    reasoning_content: fc.constantFrom('hm', null),
    weight: fc.constantFrom(0, 1.5, 12345678901234567n.toString()),
  },
  { requiredKeys: [] },
);
/** Turns of which some have more fields, and some that call have no content. */
const withFields = <T extends object>(list: fc.Arbitrary<T[]>): fc.Arbitrary<object[]> =>
  fc
    .tuple(
      list,
      fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fields }), { minLength: 8, maxLength: 8 }),
      fc.boolean(),
    )
    .map(([turns, more, isNull]) =>
      turns.map((turn, i) => {
        const { role } = turn as unknown as { role: string };
        if (role === 'system') return turn;
        const one = more[i % 8] as { tool_calls?: unknown };
        return { ...turn, ...one, ...(Array.isArray(one.tool_calls) && isNull && { content: null }) };
      }),
    );
const message = fc.record({
  role: fc.constantFrom('user', 'assistant', 'system', 'tool', 'user', 'assistant', 'human', 'function-response'),
  content,
});
const metadata = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.dictionary(fc.constantFrom('a', 'b', 'group'), fc.string()).map((value) => JSON.stringify(value)),
  fc.constantFrom('', null, '{}', '{ }'),
);
const turns = fc
  .tuple(
    fc.constantFrom([], [{ role: 'system', content: 's' }]),
    fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content })),
  )
  .map(([system, rest]) => [...system, { role: 'user', content: 'q' }, ...rest, { role: 'assistant', content: 'a' }]);
const omitOdd = ({ 'na"me': _, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;
/** A tool with a name, longer than what is written around it. */
const named = { name: 'f\u00e9', description: 'Finds "what" is\nasked for.', parameters: { n: 1.5, s: ' a ', l: [{}, 1] } };
const lists = fc.constantFrom<unknown[]>(
  [named],
  [named, { ...named, name: 'g' }],
  [named, { name: 'short' }],
  [named, { ...named, function: {} }],
  [{ ...named, input_schema: {} }],
  [{ name: 1, description: named.description, parameters: {} }],
  [{ type: 'function', function: named }],
  [{ function: named }, named],
  [{ type: 'function', ...named }],
  [{ name: 'f' }],
  [],
  [1],
);
const tools = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: lists },
  { weight: 3, arbitrary: fc.tuple(lists, fc.constantFrom(undefined, 1, '\t')).map(([list, space]) => JSON.stringify(list, null, space)) },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'none', '[', '[NaN]', JSON.stringify(named), {}) },
);
const system = fc.oneof(
  { weight: 4, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>('own', 'Sei "kurz".', 'a/b', '', ' \n', '\u00a0', ['own'], 1) },
);
const row = fc
  .record(
    {
      messages: fc.oneof(
        { weight: 3, arbitrary: turns },
        { weight: 3, arbitrary: withFields(turns) },
        { weight: 1, arbitrary: fc.array(message, { minLength: 1, maxLength: 5 }) },
      ),
      metadata,
      id: fc.oneof(fc.string(), fc.constantFrom<unknown>('a', 'a"', '\u00e9', null, 0, 17, -1, 1.5, 123456789012345, true)),
      unmask: fc.boolean(),
      group: fc.jsonValue(),
      other: fc.jsonValue(),
      'na"me': fc.constant(1),
      system,
      system_prompt: fc.constantFrom(null, null, null, null, null, 'other'),
      tools,
    },
    { requiredKeys: ['messages'] },
  )
  .map((value) => (value.other === undefined || value['na"me'] === undefined ? value : omitOdd(value)));

const FORMS = ['messages', 'sharegpt', 'prompt-completion', 'alpaca', 'chatml'] as const;
/** Rows as ShareGPT has them. */
const SHAREGPT = { name: 'sharegpt', conversation_key: 'conversations', role_key: 'from', content_key: 'value' };
const asShareGpt = ({ messages, ...rest }: { messages: object[] }): object => ({
  ...rest,
  conversations: messages.map(({ role, content: value, ...more }: { role?: string; content?: unknown }) => ({
    from: role === 'user' ? 'human' : role === 'assistant' ? 'gpt' : role,
    value,
    ...more,
  })),
});
const said = fc.oneof(content, fc.constantFrom('a <|im_end|> b', '<\u200b|im_start|>', 'x'));
const exchange = fc
  .tuple(fc.constantFrom([], [{ role: 'system', content: 's' }], [{ role: 'system', content: '' }]), said, said)
  .map(([system, question, answer]) => [...system, { role: 'user', content: question }, { role: 'assistant', content: answer }]);

/** Rows of one question and one answer. */
const question = fc.oneof(
  { weight: 3, arbitrary: content },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      ...['-', ' \u2013 ', '.', '[{"role":"user","content":"q"}]', '\n[ {', '"quoted"', 'What is AI?', 'A bot', 'x\n\nAssistant: '],
      ...['Human: a\n\nAssistant:', '[INST] a [/INST]', '### Response:\n', '<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n'],
      ...['<|start_header_id|>user<|end_header_id|>\na<|start_header_id|>assistant<|end_header_id|>\n\n', null, 1, ['a', 'b']],
    ),
  },
);
const pair = fc.record(
  {
    instruction: question,
    input: fc.oneof({ weight: 1, arbitrary: fc.constantFrom(null, '', ' ') }, question),
    output: fc.oneof({ weight: 3, arbitrary: content }, question),
    id: fc.constantFrom<unknown>('a', null, 7),
    context: fc.constantFrom(null, null, null, null, 'c', ''),
    history: fc.constantFrom(null, null, null, null, null, null, [['q', 'a']]),
    Reasoning: fc.constantFrom(null, null, null, null, null, null, 'hm', 'yes', ''),
    cot: fc.constantFrom(null, null, null, null, null, null, 'hm'),
    thread: fc.constantFrom(1, 'x'),
    passage: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom('two words', ['a', 'b'])),
    is_correct: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.boolean()),
    system,
    tools,
    metadata,
  },
  { requiredKeys: [] },
);
const PAIRS = [
  { name: 'p', instruction_key: 'instruction', output_key: 'output' },
  { name: 'p', instruction_key: 'instruction', input_key: 'input', output_key: 'output', system_key: 'system' },
  { name: 'p', instruction_key: 'instruction', input_key: ['input', 'context'], output_key: 'output', pick: 'first' as const },
];

describe('RowSplicer', () => {
  it.each(FORMS)('does with a question and an answer what treatRow does to %s, or leaves the row to it', (output) => {
    let count = 0;
    let withInput = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          pair,
          fc
            .tuple(pair, content, content, content)
            .map(([one, instruction, input, answer]) => ({ ...one, instruction, input, output: answer })),
        ),
        fc.constantFrom(...PAIRS),
        fc.constantFrom(undefined, 'Sei "kurz".'),
        fc.boolean(),
        fc.constantFrom([], ['tools', 'images']),
        fc.constantFrom(undefined, undefined, 'instruction', 'input', 'output', 'context', 'tools'),
        (value, format, systemPrompt, replacesSystem, columns, filtered) => {
          const given: RowRules = {
            ...{ dataset: 'd"e', file: 'd.jsonl', format, output, replacesSystem, columns },
            ...(systemPrompt !== undefined && { systemPrompt }),
            filter: filtered ? [{ column: filtered, not: null }] : [],
          };
          const line = JSON.stringify(value);
          const result = spliced(line, given);
          if (result === undefined) return;
          count++;
          if (format.input_key === 'input' && (value.input as string)?.trim()) withInput++;
          expect(parsed(result)).toEqual(parsed(treated(line, given)));
          expect(Object.keys(parsed(result) as object)).toEqual(Object.keys(parsed(treated(line, given)) as object));
          // Bytes are copied where nothing is to be said of it, but for the system message, which is counted.
          const whole = treatRow(parseExactly(line) as Record<string, unknown>, given);
          const changes = typeof whole === 'string' ? [] : (whole.changes ?? []);
          expect(changes.filter((change) => change !== 'with the system message replaced')).toEqual([]);
        },
      ),
      { numRuns: 1400, seed: 7 },
    );
    expect(count).toBeGreaterThan(60);
    expect(withInput).toBeGreaterThan(5);
  });

  it('counts a system message once, whoever writes the row', () => {
    const line = (metadata: string): string =>
      JSON.stringify({
        messages: [
          { role: 'user', content: 'U' },
          { role: 'assistant', content: 'A' },
        ],
        system: 'own',
        metadata,
      });
    const bytes = Buffer.from(`${line('{"a":1}')}\n${line('{no JSON}')}\n`);
    const splicer = new RowSplicer(rules());
    splicer.load(bytes);
    const sink = new ByteSink(16);
    const first = bytes.indexOf(0x0a);
    expect(splicer.splice(0, first, sink)).toBe(true);
    expect(splicer.splice(first + 1, bytes.length - 1, sink)).toBeUndefined();
    expect(splicer.takeReplaced()).toBe(1);
  });

  it.each(['a <| b', 'a \\u003C| b', 'a \\u007c', '<\\u007C'])('leaves %s, which may be a marker, to treatRow', (text) => {
    const line = `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"${text}"}]}`;
    expect(spliced(line, rules({ output: 'chatml' }))).toBeUndefined();
    expect(spliced(line.replace(text, 'é \\u00e9 \\u0037 \\u103c <'), rules({ output: 'chatml' }))).toContain('\\u00e9');
  });

  it.each(FORMS)('does what treatRow does from messages and from ShareGPT to %s, or leaves the row to it', (output) => {
    let count = 0;
    fc.assert(
      fc.property(
        fc.oneof(
          row,
          fc.tuple(row, exchange).map(([one, messages]) => ({ ...one, messages })),
        ),
        fc.boolean(),
        fc.constantFrom(undefined, 'Sei "kurz".', 'a <|im_start|>'),
        fc.boolean(),
        fc.constantFrom([], ['tools', 'images'], ['images']),
        fc.constantFrom(undefined, undefined, 'messages', 'conversations'),
        (value, isShareGpt, systemPrompt, replacesSystem, columns, filtered) => {
          const line = JSON.stringify(isShareGpt ? asShareGpt(value as { messages: object[] }) : value);
          const given: RowRules = {
            ...{ dataset: 'd"e', file: 'd.jsonl', format: isShareGpt ? SHAREGPT : MESSAGES_FORMAT, output, replacesSystem, columns },
            ...(systemPrompt !== undefined && { systemPrompt }),
            filter: filtered ? [{ column: filtered, not: null }] : [],
          };
          const result = spliced(line, given);
          if (result === undefined) return;
          count++;
          expect(parsed(result)).toEqual(parsed(treated(line, given)));
          expect(Object.keys(parsed(result) as object)).toEqual(Object.keys(parsed(treated(line, given)) as object));
        },
      ),
      { numRuns: 400 },
    );
    expect(count).toBeGreaterThan(40);
  });

  it('does what treatRow does, or leaves the row to it', () => {
    let count = 0;
    let withTools = 0;
    let withSystem = 0;
    fc.assert(
      fc.property(
        row,
        fc.constantFrom(undefined, undefined, 'group', 'id', 'metadata', 'unmask', 'messages', 'tools'),
        fc.constantFrom(undefined, 1, '\t'),
        fc.constantFrom({ not: null }, { equals: 'a' }, { not: '' }, { not: 'a"' }, { equals: true }),
        fc.boolean(),
        fc.constantFrom([], ['tools', 'images'], ['images', 'tools'], ['images']),
        (value, filtered, space, condition, replacesSystem, columns) => {
          const line = JSON.stringify(value, null, space).replaceAll('\n', ' ');
          const given = rules({ replacesSystem, columns, ...(filtered && { filter: [{ column: filtered, ...condition }] }) });
          const result = spliced(line, given);
          if (result === undefined) return;
          count++;
          if (!/"(tool_calls|weight)"/.test(line)) expect(upToMetadata(result)).toBe(upToMetadata(treated(line, given)));
          if (/,"tools":\[/.test(result)) withTools++;
          if (/"system":"\w/.test(line)) withSystem++;
          expect(parsed(result)).toEqual(parsed(treated(line, given)));
        },
      ),
      { numRuns: 6000, seed: 7 },
    );
    expect(count).toBeGreaterThan(400);
    expect(withTools).toBeGreaterThan(20);
    expect(withSystem).toBeGreaterThan(10);
  });

  it('judges metadata that is the text of an object, and leaves other text to treatRow', () => {
    const text = fc.oneof(
      { weight: 3, arbitrary: fc.object().map((value) => JSON.stringify(value, null, 1)) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.object(), fc.nat(), fc.constantFrom('', ',', '}', '"', '\\', '{', ' ')).map(([value, at, other]) => {
          const json = JSON.stringify(value);
          return json.slice(0, at % json.length) + other + json.slice((at % json.length) + 1);
        }),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          '{not JSON}',
          '{"a":}',
          '{}}',
          '{"a":1}{"b":2}',
          '{"a":"\n"}',
          '{"a":"\\"}',
          '[{}]',
          '{a}',
          '{\n}',
          '{\t \n}',
        ),
      },
    );
    let count = 0;
    fc.assert(
      fc.property(text, fc.constantFrom({}, { group: 'g' }), (inner, more) => {
        const line = JSON.stringify({
          messages: [
            { role: 'user', content: 'U' },
            { role: 'assistant', content: 'A' },
          ],
          id: 'x',
          metadata: inner,
          ...more,
        });
        const result = spliced(line);
        if (result === undefined) return;
        count++;
        expect(parsed(result)).toEqual(parsed(treated(line)));
      }),
      { numRuns: 1000, seed: 7 },
    );
    expect(count).toBeGreaterThan(250);
    for (const space of ['\n', '\t', '\r\n ']) {
      const line = JSON.stringify({
        messages: [
          { role: 'user', content: 'U' },
          { role: 'assistant', content: 'A' },
        ],
        metadata: `{${space}}`,
        group: 'g',
      });
      expect(splice(line) ?? parsed(treated(line))).toMatchObject({ metadata: { group: 'g' } });
    }
    expect(spliced('{"messages":[{"role":"user","content":"U"},{"role":"assistant","content":"A"}],"metadata":"{x}"}')).toBeUndefined();
  });

  it('writes messages without the white space between them, role first', () => {
    const line = '{"messages": [ {"content" : "U u", "role": "user"},\t{"role": "assistant", "content": "A"} ], "id": "x"}';
    expect(spliced(line)).toContain(
      '"messages":[{"role":"system","content":"Sei \\"kurz\\"."},{"role":"user","content":"U u"},{"role":"assistant","content":"A"}],',
    );
    const { systemPrompt: _, ...plain } = rules();
    const own =
      '{"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "U"}, {"role": "assistant", "content": "A"}]}';
    expect(spliced(own, plain)).toContain(
      '"messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","content":"A"}],',
    );
    expect(spliced(own)).toContain(
      '"messages":[{"role":"system","content":"Sei \\"kurz\\"."},{"role":"user","content":"U"},{"role":"assistant","content":"A"}],',
    );
  });

  it('keeps what system messages there are where no prompt is given', () => {
    const { systemPrompt: _, ...plain } = rules();
    const line = '{"messages":[{"role":"system","content":"S"},{"role":"user","content":"U"},{"role":"assistant","content":"A"}],"id":"x"}';
    expect(splice(line, plain)).toMatchObject({ messages: [{ content: 'S' }, { content: 'U' }, {}] });
    expect(splice(line)).toMatchObject({ messages: [{ content: 'Sei "kurz".' }, { content: 'U' }, {}] });
  });

  it('never takes what JSON.parse refuses', () => {
    fc.assert(
      fc.property(row, fc.nat(), fc.nat(255), (value, at, byte) => {
        const bytes = Buffer.from(JSON.stringify(value));
        bytes[at % bytes.length] = byte;
        const line = bytes.toString('latin1').replaceAll('\n', '');
        let valid = true;
        try {
          JSON.parse(line);
        } catch {
          valid = false;
        }
        if (!valid) expect(splice(line)).toBeUndefined();
      }),
      { numRuns: 1500, seed: 7 },
    );
  });

  it('does not read on into the next line', () => {
    expect(splice('{"messages":[{"role":"user","content":"U"},{"role":"assistant","content":"A"}]')).toBeUndefined();
  });
});

/** JSON as others may write it: numbers as floats, letters by number, names twice, spaces. `next`: numbers below 2^32, at random. */
function spelledOtherwise(value: unknown, next: () => number): string {
  const isNow = (one: number): boolean => next() % one === 0;
  const space = (): string => (isNow(12) ? ' ' : '');
  const text = (said: string): string =>
    JSON.stringify(said).replace(/(?<!\\)[a-z/](?=[^\\]*$)/g, (letter) =>
      isNow(200) ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter === '/' && isNow(2) ? '\\/' : letter,
    );
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value !== 0 && isNow(2)) {
    return [`${value}.0`, `${value}e0`, `${value}00000000000000000`][next() % 3]!;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => space() + spelledOtherwise(item, next) + space()).join(',')}]`;
  const fields = Object.entries(value).flatMap(([name, item]) => {
    const field = `${space()}${text(name)}${space()}:${space()}${spelledOtherwise(item, next)}`;
    return isNow(150)
      ? [`${JSON.stringify(name)}:null`, field]
      : isNow(150)
        ? [field, `${JSON.stringify(name)}:${JSON.stringify(item)}`]
        : [field];
  });
  return `{${fields.join(',')}}`;
}

/** What a row says to whoever reads it with all digits, the JSON texts in it too. Fails where an object has a name twice. */
function saidExactly(json: string): unknown {
  const names = (text: string): number => (text.match(/"\s*:/g) ?? []).length;
  const read = (text: string): unknown => {
    const value = parseExactly(text);
    // Written anew it has as many names: none of them twice.
    expect(names(writeExactly(value))).toBe(names(text));
    return value;
  };
  const row = read(json) as { metadata: string; tools?: unknown; conversations?: { from: string; value: string }[] };
  const calls = row.conversations?.map(({ from, value }) => (from === 'function_call' ? read(value) : value));
  return {
    ...row,
    metadata: read(row.metadata),
    ...(typeof row.tools === 'string' && { tools: read(row.tools) }),
    ...(calls && { calls }),
  };
}

describe('a row in another spelling', () => {
  const values = fc.dictionary(fc.constantFrom('a', 'b', 'c/d', 'e'), fc.oneof(fc.integer(), fc.jsonValue({ maxDepth: 2 })), {
    maxKeys: 4,
  });
  const messages = withFields(
    fc.constant([
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a/b' },
    ]),
  );
  const tool = values.map((parameters) => ({ type: 'function', function: { name: 'f', parameters } }));
  const someTools = fc.oneof(
    fc.constant(null),
    fc.tuple(tool),
    fc.tuple(tool, tool),
    fc.tuple(tool).map((list) => spelled(list)),
  );
  const spelled = (value: unknown): string => {
    const random = new Random(JSON.stringify(value), 'spelling');
    return spelledOtherwise(value, () => random.below(1 << 30));
  };

  it.each(FORMS)('comes out as %s with the same names and numbers, by bytes and by values', (output) => {
    let count = 0;
    fc.assert(
      fc.property(
        fc
          .record({
            messages,
            metadata: fc.oneof(values, values.map(spelled)),
            group: values,
            tools: someTools,
            id: fc.constantFrom('x', 'y/z'),
          })
          .map(spelled),
        fc.constantFrom([], ['tools', 'images']),
        (line, columns) => {
          const given = rules({ output, columns, replacesSystem: false });
          const result = treatRow(parseExactly(line) as Record<string, unknown>, given);
          const json = typeof result === 'string' ? undefined : saidExactly(result.json);
          const quick = spliced(line, given);
          if (quick === undefined) return;
          count++;
          expect(quick.startsWith('{') ? saidExactly(quick) : undefined).toEqual(json);
        },
      ),
      { numRuns: 350, seed: 11 },
    );
    expect(count).toBeGreaterThan(9);
  });

  it.each([
    ['metadata', '{"metadata":{"a":1,"a":2}'],
    ['the text of metadata', '{"metadata":"{\\"a\\":1,\\"a\\":2}"'],
    ['a column', '{"c":[{"a":1,"a":2}]'],
    ['a column by another spelling', '{"c":{"a":1,"\\u0061":2}'],
    ['tools', '{"tools":[{"type":"function","function":{"name":"f","name":"g"}}]'],
    ['the text of tools', '{"tools":"[{\\"type\\":\\"function\\",\\"function\\":{\\"name\\":\\"f\\",\\"name\\":\\"g\\"}}]"'],
    ['the row', '{"system":"a","system":null'],
  ])('with a name twice in %s is left to treatRow', (_, start) => {
    const turnsText = '"messages":[{"role":"user","content":"U"},{"role":"assistant","content":"A"}]';
    expect(spliced(`${start},${turnsText}}`, rules({ replacesSystem: false }))).toBeUndefined();
    expect(spliced(`{"c":[{"a":1},{"a":2}],"m":{"a":{"a":1}},${turnsText}}`)).toBeDefined();
  });
});

describe('the JSON that RowSplicer takes', () => {
  const rowWith = (json: string): string =>
    `{"messages":[{"role":"user","content":"U"},{"role":"assistant","content":"A"}],"id":"x","other":${json}}`;

  it('is what JSON.parse takes', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\t\r'), (json, space) => {
        expect(splice(rowWith(`${space}${json}${space}`))).toMatchObject({ metadata: { other: JSON.parse(json) as unknown } });
      }),
    );
  });

  it.each([
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    '-',
    'tru',
    'nul',
    'fals',
    '"\\x"',
    '"\\u12g4"',
    '"\\u123',
    '"\t"',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    '[1 2]',
    '"abc',
    '',
  ])('is not %s', (text) => expect(splice(rowWith(text))).toBeUndefined());

  it('is nested to any depth, the deeper left to treatRow', () => {
    const nested = (depth: number): string => rowWith('['.repeat(depth) + ']'.repeat(depth));
    expect(splice(nested(256))).toBeDefined();
    expect(splice(nested(257))).toBeUndefined();
    expect(splice(nested(500_000))).toBeUndefined();
  });
});

describe('the memory of RowSplicer', () => {
  const message = (length: number): string =>
    JSON.stringify({
      messages: [
        { role: 'user', content: 'x'.repeat(length) },
        { role: 'assistant', content: 'A' },
      ],
      id: `${length}`,
    });

  it('grows with the rows, and keeps what it was told', () => {
    const splicer = new RowSplicer(rules());
    const sink = new ByteSink(16);
    const lines = [10, 200_000, 20, 3_000_000, 30].map(message);
    for (const line of lines) {
      splicer.load(Buffer.from(`${line}\n`));
      expect(splicer.splice(0, line.length, sink)).toBe(true);
      splicer.flush(sink);
    }
    expect(sink.take().toString()).toBe(lines.map((line) => `${treated(line)}\n`).join(''));
  });

  it('hands rows on as it runs full, in order', () => {
    const lines = Array.from({ length: 3000 }, (_, i) =>
      JSON.stringify({
        messages: [
          { role: 'user', content: `${i}` },
          { role: 'assistant', content: 'A' },
        ],
        metadata: { a: '"'.repeat(i % 50) },
      }),
    );
    const block = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const splicer = new RowSplicer(rules({ systemPrompt: 'S'.repeat(5000) }));
    const sink = new ByteSink(16);
    splicer.load(block);
    let start = 0;
    for (const line of lines) {
      expect(splicer.splice(start, start + line.length, sink)).toBe(true);
      start += line.length + 1;
    }
    splicer.flush(sink);
    expect(sink.take().toString()).toBe(lines.map((line) => `${treated(line, rules({ systemPrompt: 'S'.repeat(5000) }))}\n`).join(''));
  });

  it('leaves blocks that are too large to others', () => {
    const splicer = new RowSplicer(rules());
    splicer.load(Buffer.alloc((1 << 24) + 1, 0x20));
    expect(splicer.splice(0, 10, new ByteSink(16))).toBeUndefined();
  });
});
