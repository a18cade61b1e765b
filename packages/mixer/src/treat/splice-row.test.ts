import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MESSAGES_FORMAT } from '../formats/row-format.js';
import { ByteSink } from './byte-sink.js';
import { JsonCursor } from './json-cursor.js';
import type { RowRules } from './row-rules.js';
import { RowSplicer } from './splice-row.js';
import { treatRow } from './treat-row.js';

const rules = (more: Partial<RowRules> = {}): RowRules => ({
  dataset: 'd',
  file: 'd.jsonl',
  format: MESSAGES_FORMAT,
  output: 'messages',
  systemPrompt: 'Sei "kurz".',
  filter: [],
  ...more,
});

function splice(line: string, given = rules()): unknown {
  const bytes = Buffer.from(`${line}\n{"next":1}\n`);
  const sink = new ByteSink(16);
  const splicer = new RowSplicer(given);
  splicer.load(bytes);
  const result = splicer.splice(0, Buffer.byteLength(line), sink);
  if (result !== true) return result;
  const row = JSON.parse(sink.take().toString()) as { metadata: string };
  return { ...row, metadata: JSON.parse(row.metadata) as unknown };
}
function treat(line: string, given = rules()): unknown {
  const result = treatRow(JSON.parse(line) as Record<string, unknown>, given);
  if (typeof result === 'string') return result;
  const row = JSON.parse(result.json) as { metadata: string };
  return { ...row, metadata: JSON.parse(row.metadata) as unknown };
}

const content = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', '\n\t', '\u00a0', '"\\', '\u2028', 'a/b'));
const message = fc.record({ role: fc.constantFrom('user', 'assistant', 'system'), content });
const metadata = fc.oneof(
  fc.dictionary(fc.string(), fc.jsonValue()),
  fc.dictionary(fc.constantFrom('a', 'b', 'group'), fc.string()).map((value) => JSON.stringify(value)),
  fc.constantFrom('', null, '{}', '{ }'),
);
const turns = fc
  .tuple(fc.constantFrom([], [{ role: 'system', content: 's' }]), fc.array(fc.record({ role: fc.constantFrom('user', 'assistant'), content })))
  .map(([system, rest]) => [...system, ...rest]);
const omitOdd = ({ 'na"me': _, ...rest }: Record<string, unknown>): Record<string, unknown> => rest;
const row = fc.record(
  {
    messages: fc.oneof({ weight: 4, arbitrary: turns }, { weight: 1, arbitrary: fc.array(message, { minLength: 1, maxLength: 4 }) }),
    metadata,
    id: fc.oneof(fc.string(), fc.constantFrom('a', 'a"', '\u00e9')),
    unmask: fc.boolean(),
    group: fc.jsonValue(),
    other: fc.jsonValue(),
    'na"me': fc.constant(1),
  },
  { requiredKeys: ['messages'] },
).map((value) => (value.other === undefined || value['na"me'] === undefined ? value : omitOdd(value)));

describe('RowSplicer', () => {
  it('does what treatRow does, or leaves the row to it', () => {
    let spliced = 0;
    fc.assert(
      fc.property(row, fc.constantFrom(undefined, 'group', 'id', 'metadata', 'unmask', 'messages'), fc.constantFrom(undefined, 1, '\t'), fc.constantFrom({ not: null }, { equals: 'a' }, { not: '' }, { not: 'a"' }, { equals: true }), (value, filtered, space, condition) => {
        const line = JSON.stringify(value, null, space).replaceAll('\n', ' ');
        const given = rules(filtered ? { filter: [{ column: filtered, ...condition }] } : {});
        const result = splice(line, given);
        if (result === undefined) return;
        spliced++;
        expect(result).toEqual(treat(line, given));
      }),
      { numRuns: 1500, seed: 7 },
    );
    expect(spliced).toBeGreaterThan(400);
  });

  it('keeps what system messages there are where no prompt is given', () => {
    const { systemPrompt: _, ...plain } = rules();
    const line = '{"messages":[{"role":"system","content":"S"},{"role":"user","content":"U"}],"id":"x"}';
    expect(splice(line, plain)).toMatchObject({ messages: [{ content: 'S' }, { content: 'U' }] });
    expect(splice(line)).toMatchObject({ messages: [{ content: 'Sei "kurz".' }, { content: 'U' }] });
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
    expect(splice('{"messages":[{"role":"user","content":"U"}]')).toBeUndefined();
  });
});

describe('JsonCursor', () => {
  it('ends where JSON.parse ends', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const cursor = new JsonCursor();
        cursor.load(Buffer.from(`${text}\n`));
        expect(cursor.value()).toBe(true);
        expect(cursor.at).toBe(Buffer.byteLength(text));
      }),
    );
  });
  it.each(['01', '1.', '.5', '+1', '1e', '-', 'tru', '"\\x"', '"\\u12g4"', '"\t"', '[1,]', '{"a":1,}', '{a:1}', '[1 2]', '"abc', ''])(
    'refuses %s',
    (text) => {
      const cursor = new JsonCursor();
      cursor.load(Buffer.from(`${text}\n`));
      expect(cursor.value() && cursor.at === Buffer.byteLength(text)).toBe(false);
    },
  );
});
