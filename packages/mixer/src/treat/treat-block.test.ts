import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowIndex } from '../files/row-index.js';
import { OUTPUT_FORMATS } from '../formats/output-format.js';
import { MESSAGES_FORMAT } from '../formats/row-format.js';
import { ByteSink } from './byte-sink.js';
import { loadMarks } from './row-mark.js';
import { BlockTreatment } from './treat-block.js';

const options = { rules: { dataset: 'd', file: 'd.jsonl', format: MESSAGES_FORMAT, output: 'messages' as const, filter: [] } };
const line = (text: string): Buffer =>
  Buffer.from(
    `{"messages": [{"role": "user",  "content": "${text}"}, {"role": "assistant", "content": "a"}], "id": "x", "n": 1.0}\n`,
    'latin1',
  );

const treatment = new BlockTreatment(options);
function treat(...lines: readonly Buffer[]): { text: string; bad: number } {
  const sink = new ByteSink();
  const { bad } = treatment.treat(Buffer.concat(lines), false, sink);
  return { text: sink.take().toString(), bad: bad.length };
}

it('makes of a row what it makes of it alone, whatever its neighbours in the block are', () => {
  const [row, damaged, broken] = [line('q'), line('\xff'), Buffer.from('{"messages": [\n')];
  const alone = treat(row).text;
  expect(treat(damaged, row, broken, row, damaged)).toEqual({ text: alone + alone, bad: 3 });
});

it('makes of a row in the room of an index what it makes of it in a block', async () => {
  const content = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.nat(6000).map((n) => 'x'.repeat(n)),
    fc.constant('y'.repeat(90_000)),
    fc.constant('\u00e4'.repeat(700)),
  );
  const plain = fc.record({
    messages: fc.array(fc.record({ role: fc.constantFrom('system', 'user', 'assistant', 'assistant'), content }), {
      minLength: 1,
      maxLength: 4,
    }),
    more: fc.jsonValue(),
    tools: fc.constantFrom(undefined, null, [{ name: 'f' }]),
  });
  const row = fc.oneof(
    { weight: 6, arbitrary: plain.map((value) => Buffer.from(JSON.stringify(value))) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom('{"messages": [', '{"messages":[1', '[]', '"', '{"messages":[]}', '{"messages":[{"role":"user","content":" "}]} \r')
        .map((text) => Buffer.from(text)),
    },
    { weight: 1, arbitrary: fc.constant(line('\xff').subarray(0, -1)) },
  );
  const blank = fc.constantFrom('', ' \t', '\r').map((text) => Buffer.from(text));
  const folder = await mkdtemp(join(tmpdir(), 'rows-'));
  const path = join(folder, 'rows.jsonl');
  try {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 5, arbitrary: row }, { weight: 1, arbitrary: blank }), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        async (lines, isEnded) => {
          await writeFile(
            path,
            Buffer.concat(lines.flatMap((bytes, i) => (i === lines.length - 1 && !isEnded ? [bytes] : [bytes, Buffer.from('\n')]))),
          );
          const rows = lines.filter((bytes) => bytes.toString().trim() !== '');
          const index = await RowIndex.build(path);
          try {
            expect(index.rows).toBe(rows.length);
            const inRoom = new BlockTreatment(options, index.room);
            const sink = new ByteSink(16);
            let text = '';
            for (const [position, bytes] of rows.entries()) {
              const isAscii = index.find(position);
              const outcome = inRoom.treatRow(index.room, index.start, index.end, isAscii, sink);
              const expected = treat(bytes, Buffer.from('\n'));
              text += expected.text;
              expect(typeof outcome === 'object' && 'error' in outcome).toBe(expected.bad === 1);
              expect(index.read(position).equals(bytes)).toBe(true);
            }
            inRoom.flush(sink);
            expect(sink.take().toString()).toBe(text);
          } finally {
            index.close();
          }
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('takes rows of symbols alone for no near duplicates of each other', async () => {
  await loadMarks({ dedupe: 'near' });
  const rows = ['\u{1f642}', '\u2264', 'words'].map((content) =>
    JSON.stringify({
      messages: [
        { role: 'user', content },
        { role: 'assistant', content },
      ],
    }),
  );
  const { marks = [] } = new BlockTreatment({ ...options, marks: { dedupe: 'near' } }).treat(
    Buffer.from(`${rows.join('\n')}\n`),
    false,
    new ByteSink(),
  );
  expect(marks.map(({ signature }) => signature !== undefined)).toEqual([false, false, true]);
});

it('filters by paths into columns and metadata', () => {
  const messages = [
    { role: 'user', content: 'q' },
    { role: 'assistant', content: 'a' },
  ];
  const rows = [
    { id: 'text', messages, metadata: '{"lang":"en"}' },
    { id: 'object', messages, metadata: { lang: 'en' } },
    { id: 'other', messages, metadata: '{"lang":"de"}' },
    { id: 'column', messages, meta: { lang: 'en' } },
    { id: 'name', messages, 'meta.lang': 'en' },
  ].map((row) => JSON.stringify(row));
  const idsOf = (column: string): unknown => {
    const sink = new ByteSink();
    const rules = { ...options.rules, filter: [{ column, equals: 'en' }] };
    new BlockTreatment({ rules }).treat(Buffer.from(`${rows.join('\n')}\n`), false, sink);
    return sink
      .take()
      .toString()
      .split('\n')
      .slice(0, -1)
      .map((line) => (JSON.parse(line) as { id: string }).id);
  };
  expect(idsOf('metadata.lang')).toEqual(['text', 'object']);
  expect(idsOf('meta.lang')).toEqual(['column', 'name']);
  expect(idsOf('lang')).toEqual([]);
});

it('filters and groups by integers beyond 2^53, in columns and in the text of metadata', () => {
  const line = (id: string): string =>
    `{"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"id":"${id}","n":${id},"metadata":"{\\"n\\":${id}}"}`;
  const block = Buffer.from(['9007199254740992', '9007199254740993'].map((id) => `${line(id)}\n`).join(''));
  for (const column of ['n', 'metadata.n']) {
    const sink = new ByteSink();
    new BlockTreatment({ rules: { ...options.rules, filter: [{ column, equals: 9007199254740993n }] } }).treat(block, false, sink);
    expect(sink.take().toString()).toMatch(/^[^\n]*"id":"9007199254740993"[^\n]*\n$/);
    const { marks } = new BlockTreatment({ ...options, marks: { group: column } }).treat(block, false, new ByteSink());
    expect(marks).toEqual([{ group: '9007199254740992' }, { group: '9007199254740993' }]);
  }
});

it('keeps numbers that are no doubles', () => {
  const sink = new ByteSink();
  const format = { name: 'pair', instruction_key: 'q', output_key: 'a' };
  const line =
    '{"id":12345678901234567891,"q":"q","a":"a","tweet":12345678901234567891,"far":1e400,"metadata":"{\\"big\\":9007199254740993}"}';
  new BlockTreatment({ rules: { ...options.rules, format } }).treat(Buffer.from(`${line}\n`), false, sink);
  const row = JSON.parse(sink.take().toString()) as { id: string; metadata: string };
  expect(row.id).toBe('12345678901234567891');
  expect(row.metadata).toBe('{"big":9007199254740993,"tweet":12345678901234567891,"far":1e400}');
});

it.each(OUTPUT_FORMATS.filter((name) => !['alpaca', 'preference', 'kto'].includes(name)))(
  'keeps calls of tools that say nothing beside: %s',
  (output) => {
    const messages = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: null, tool_calls: [{ id: '1', type: 'function', function: { name: 'look', arguments: '{"at": 1}' } }] },
    ];
    const sink = new ByteSink();
    const { rows, dropped } = new BlockTreatment({ rules: { ...options.rules, output } }).treat(
      Buffer.from(`${JSON.stringify({ messages })}\n`),
      false,
      sink,
    );
    expect({ rows, dropped }).toEqual({ rows: 1, dropped: {} });
    expect(sink.take().toString()).toContain('look');
  },
);

it('tells rows from each other by the calls of tools in them', () => {
  const rows = ['f', 'g', 'f'].map((name) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: null, tool_calls: [{ name }] },
      ],
    }),
  );
  const sink = new ByteSink();
  const { marks = [] } = new BlockTreatment({ ...options, marks: { dedupe: 'exact' } }).treat(
    Buffer.from(`${rows.join('\n')}\n`),
    false,
    sink,
  );
  const ids = sink
    .take()
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  for (const [a, b, c] of [marks.map(({ key }) => key), ids]) expect([a === b, a === c]).toEqual([false, true]);
});

describe('lines that are not quite JSON, or text', () => {
  const treatLine = (text: string): { rows: number; bad: number; changes: object; json: Record<string, unknown> | undefined } => {
    const sink = new ByteSink();
    const { rows, bad, changes } = new BlockTreatment(options).treat(Buffer.from(`${text}\n`), false, sink);
    const json = sink.take().toString();
    return { rows, bad: bad.length, changes, json: json === '' ? undefined : (JSON.parse(json) as Record<string, unknown>) };
  };
  const turns = (answer: string): string => `"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"${answer}"}]`;

  it('reads NaN and Infinity as null and says so, not those in texts', () => {
    const { rows, changes, json } = treatLine(`{${turns('NaN or -Infinity')},"score":NaN,"list":[Infinity,-Infinity,1.5],"id":"x"}`);
    expect({ rows, changes, messages: json!['messages'], metadata: json!['metadata'] }).toEqual({
      rows: 1,
      changes: { 'with NaN or Infinity read as null': 1 },
      messages: [
        { role: 'user', content: 'q' },
        { role: 'assistant', content: 'NaN or -Infinity' },
      ],
      metadata: '{"score":null,"list":[null,null,1.5]}',
    });
    expect(treatLine(`{${turns('a')},"score":NaNa}`).bad).toBe(1);
  });

  it.each([
    ['\\ud83d', '\ufffd', true],
    ['\\ude00', '\ufffd', true],
    ['\\ud83d\\ud83d\\ude00', '\ufffd\u{1f600}', true],
    ['\\ud83dx', '\ufffdx', true],
    ['\\ud83d\\ude00', '\u{1f600}', false],
    ['\\\\ud83d', '\\ud83d', false],
    ['\\uD83D\\uDE00\\ue000', '\u{1f600}\ue000', false],
  ])('mends halves of characters: %s', (escaped, text, isMended) => {
    const { changes, json } = treatLine(`{${turns(`a${escaped}`)},"id":"x"}`);
    expect((json!['messages'] as { content: string }[])[1]!.content).toBe(`a${text}`);
    expect(changes).toEqual(isMended ? { 'with halves of characters replaced by U+FFFD': 1 } : {});
  });

  it('keeps floats that are whole numbers floats', () => {
    expect(treatLine(`{${turns('a')},"tools":null,"score":9.0,"n":9,"far":1e300}`).json!['metadata']).toBe(
      '{"score":9.0,"n":9,"far":1e300}',
    );
    expect(treatLine(`{${turns('a')},"tools":[{"type":"function","function":{"name":"f","p":9.0}}],"score":9.0}`).json!['metadata']).toBe(
      '{"score":9.0}',
    );
  });

  const isNone = { 'with something in "tools" that is no tool': 1 };
  it.each([
    ['[{"type":"function","function":{"name":"f"}},{"name":"g"}]', 'f,g', {}],
    ['[{"name":"g"},{"type":"function","function":{"name":"f"}}]', 'g,f', {}],
    ['[{"function":{"name":"f"}},{"name":"g","input_schema":{}}]', 'f,g', {}],
    ['[{"name":"g"},"x",null,{"type":"function","function":"f"}]', 'g', isNone],
  ])('writes each tool as chat templates look for it: %s', (tools, names, changes) => {
    const { json, changes: found } = treatLine(`{${turns('a')},"tools":${tools}}`);
    const written = json!['tools'] as (Record<string, { name?: string }> | string | null)[];
    const named = written.flatMap((tool) => (typeof tool === 'object' ? (tool?.['function']?.name ?? []) : []));
    expect([named.join(), found]).toEqual([names, changes]);
  });
});

const LAST = '{"role":"assistant","content":"a"}';
const rowsOf = (lines: readonly string[], output: (typeof OUTPUT_FORMATS)[number] = 'messages') => {
  const sink = new ByteSink();
  const given = new BlockTreatment({ rules: { ...options.rules, output } });
  const { changes } = given.treat(Buffer.from(lines.map((text) => `${text}\n`).join('')), true, sink);
  return { text: sink.take().toString(), changes };
};

it('keeps an id that is neither text nor number in the metadata, and counts it', () => {
  const ids = ['true', '["x"]', '{"$oid":"5f"}', 'null', '"x"', '7', '7.0', '12345678901234567890'];
  const { text, changes } = rowsOf(ids.map((id) => `{"id":${id},"messages":[{"role":"user","content":"q"},${LAST}]}`));
  const rows = text.trim().split('\n');
  const read = rows.map((row) => JSON.parse(row) as { id: string; metadata: string });
  expect(changes).toEqual({ 'with their "id" in the metadata and another in its place, as it is neither text nor number': 3 });
  expect(read.slice(0, 4).map(({ metadata }) => metadata)).toEqual(['{"id":true}', '{"id":["x"]}', '{"id":{"$oid":"5f"}}', '{}']);
  expect(new Set(read.slice(0, 4).map(({ id }) => id)).size).toBe(1);
  expect(read.slice(4).map(({ id }) => id)).toEqual(['x', '7', '7.0', '12345678901234567890']);
});

it.each(OUTPUT_FORMATS.filter((form) => !['preference', 'kto', 'alpaca'].includes(form)))(
  'writes numbers of tools and calls as %s with all of their digits, wherever they stand',
  (form) => {
    const number = '[1.0,12345678901234567890]';
    const tool = `{"type":"function","function":{"name":"f","parameters":{"d":${number}}}}`;
    const call = `{"type":"function","function":{"name":"f","arguments":{"n":${number}}}}`;
    const rowWith = (tools: string, kept: string): string =>
      `{"id":"x","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[${kept}]},` +
      `{"role":"tool","content":"r"},${LAST}],"tools":${tools}}`;
    const lines = [rowWith(`[${tool}]`, call), rowWith(JSON.stringify(`[${tool}]`), call)];
    const { text } = rowsOf(lines, form);
    const rows = text.trim().split('\n');
    expect(rows).toHaveLength(2);
    expect(rows[0]).toBe(rows[1]);
    expect(rows[0]!.replaceAll('\\', '')).toContain(`"n":${number}`);
    expect(rows[0]!.replaceAll('\\', '')).toContain(`"d":${number}`);
    expect(rows[0]).not.toContain('u0000');
  },
);
