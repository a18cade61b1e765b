import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MESSAGES_FORMAT } from '../formats/row-format.js';
import { ByteSink } from './byte-sink.js';
import type { RowRules } from './row-rules.js';
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
  const row = JSON.parse(json) as { metadata: string };
  return { ...row, metadata: JSON.parse(row.metadata) as unknown };
};
const splice = (line: string, given = rules()): unknown => parsed(spliced(line, given));
function treated(line: string, given = rules()): string {
  const result = treatRow(JSON.parse(line) as Record<string, unknown>, given);
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
const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'tool', 'user', 'assistant', 'human'), content });
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
const row = fc
  .record(
    {
      messages: fc.oneof(
        { weight: 3, arbitrary: turns },
        { weight: 3, arbitrary: withFields(turns) },
        { weight: 1, arbitrary: fc.array(message, { minLength: 1, maxLength: 5 }) },
      ),
      metadata,
      id: fc.oneof(fc.string(), fc.constantFrom('a', 'a"', '\u00e9')),
      unmask: fc.boolean(),
      group: fc.jsonValue(),
      other: fc.jsonValue(),
      'na"me': fc.constant(1),
      system: fc.constantFrom(null, null, null, null, 'own'),
      tools: fc.constantFrom(
        null,
        null,
        [{ name: 'f' }],
        [],
        [{ type: 'function', function: { name: 'f' } }],
        [{ function: { name: 'f', n: 1.5 } }, { name: 'g' }],
        [{ type: 'function', name: 'f' }],
      ),
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

describe('RowSplicer', () => {
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
          expect(parsed(result)).toEqual(parsed(treated(line, given)));
        },
      ),
      { numRuns: 6000, seed: 7 },
    );
    expect(count).toBeGreaterThan(400);
    expect(withTools).toBeGreaterThan(50);
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
