import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJson } from './find-json.js';
import { compileSchema } from './json-schema.js';
import type { JsonSchema } from './schema-keywords.js';
import { itemSchema, shapeOf } from './schema-shape.js';
import { type JsonReading, parseJson } from './parse-json.js';

const object: JsonSchema = {
  type: 'object',
  properties: { question: { type: 'string' }, score: { type: 'integer' } },
  required: ['question', 'score'],
};
const list: JsonSchema = { type: 'array', items: object };

const readings = new Map<JsonSchema, JsonReading>();
function read(reply: string, schema: JsonSchema, isCut = false): unknown {
  const item = itemSchema(schema);
  const reading = readings.get(schema) ?? { valid: compileSchema(schema), validItem: item && compileSchema(item), shape: shapeOf(schema) };
  readings.set(schema, reading);
  return parseJson(reply, reading, isCut);
}
const q = { question: 'q', score: 1 };
const as = (value: object, mended = false) => ({ values: [value], mended, lost: false });

describe('findJson', () => {
  it.each<[string, string]>([
    // What jsonrepair alone would take a backslash from, or a letter.
    [String.raw`{"a":"\d+"}`, String.raw`\d+`],
    [String.raw`{"a":"C:\path\u"}`, String.raw`C:\path\u`],
    [String.raw`{"a":"\(x\) is \alpha"}`, String.raw`\(x\) is \alpha`],
    [String.raw`{"a":"\frac{1}{2} \times \beta"}`, String.raw`\frac{1}{2} \times \beta`],
    [String.raw`{"a":"\\frac, \\\d"}`, String.raw`\frac, \\d`],
    [String.raw`{"a":"line\nnext\textra"}`, 'line\nnext\textra'],
    [String.raw`{"a":"\ud83d is half, \ud83d\udc1d is whole"}`, '\ufffd is half, 🐝 is whole'],
    // Full-width separators, and JSON inside a string.
    ['{"b":1，"a"："x：，y"}', 'x：，y'],
    [String.raw`"{\"a\":\"x\"}"`, 'x'],
    [String.raw`{\"a\":\"x \\\"y\\\"\"}`, 'x "y"'],
    [String.raw`"{\n  \"a\": \"x\\ny\"\n}"`, 'x\ny'],
  ])('%s', (text, a) => expect(findJson(text).pieces.at(-1)?.value).toMatchObject({ a }));
});

describe('parseJson', () => {
  it.each<[string, object, boolean?]>([
    ['{"question":"q","score":1}', q],
    ['{"Question":"q","SCORE":1}', q, true],
    ['{"Question":"q","question":"r","score":1}', { Question: 'q', question: 'r', score: 1 }],
    ['```json\n{"question":"q","score":1}\n```', q],
    ['```JSON\n{"question":"q","score":1}\n```', q],
    ['```\n{"question":"q","score":1}\n```', q],
    ['```json\n{"question":"q","score":1}', q],
    ['~~~json\n{"question":"q","score":1}\n~~~', q],
    ['Here you go: {"question":"q","score":1} Hope it helps {smile}', q],
    ['[1] According to the text: {"question":"q","score":1}', q],
    ['{"question":"q","score":1}\n\nExplanation: [1] see above', q],
    ['Use {braces} carefully.\n{"question":"q","score":1}', q],
    ['Schema was {"type":"object"}. Answer:\n```json\n{"question":"q","score":1}\n```\nNote [1].', q],
    ['```bash\nls\n```\nThen:\n```json\n{"question":"q","score":1}\n```', q],
    ['```python\nprint({"a": 1})\n```\n{"question":"q","score":1}', q],
    ['{"question":"q","score":1}</s>', q],
    ['<json>{"question":"q","score":1}</json>', q],
    ['\ufeff{"question":"q","score":1}', q],
    ['{"question":"q","score":1}{"', q],
    ['{"question":"q","score":1.0}', q],
    ['{"question":"draft","score":9}\nImproved:\n{"question":"final","score":1}', { question: 'final', score: 1 }],
    ['{"question":"use ```x``` and `y`","score":1}', { question: 'use ```x``` and `y`', score: 1 }],
    ['{"question":"a\\n```python\\nx = {1}\\n```\\nend","score":1}', { question: 'a\n```python\nx = {1}\n```\nend', score: 1 }],
    ['{"question":"what is } and ] and \\"?","score":1}', { question: 'what is } and ] and "?', score: 1 }],
    ['{"question":"問いは？","score":1} です。', { question: '問いは？', score: 1 }],
    ['{"question":"q","score":1,}', q, true],
    ["{'question': 'q', 'score': 1}", q, true],
    ["{'question': 'it\\'s', 'score': 1}", { question: "it's", score: 1 }, true],
    ['{“question”: “q”, “score”: 1}', q, true],
    ['{question: "q", score: 1}', q, true],
    ['{"question":"line\nbreak","score":1}', { question: 'line\nbreak', score: 1 }, true],
    ['{"question":"q","score":1, // why\n "extra":null}', { ...q, extra: null }, true],
    ['{"question":"q","score":1, "extra":None, "sure":True}', { ...q, extra: null, sure: true }, true],
    ['{"question":"q" "score":1}', q, true],
    ['{"question":"q","score":1', q, true],
    ['```json\n{"question":"q","score":1\n```', q, true],
    ['[{"question":"q","score":1}]', q, true],
    ['{"answer":{"question":"q","score":1}}', q, true],
  ])('finds the object in %j', (reply, value, mended = false) => {
    expect(read(reply, object)).toEqual(as(value, mended));
  });

  it.each([
    ['none at all', 'there is no JSON in it'],
    ['{"question":"q"}', "the value must have required property 'score'"],
    ['{"question":"q","score":"1"}', '/score must be integer'],
    ['{"question":"q","score":NaN}', '/score must be integer'],
    ['{"question":"What is', 'there is no JSON in it'],
    ['[{"question":"a","score":1},{"question":"b","score":2}]', 'the value must be object'],
  ])('says what is wrong with %j', (reply, faults) => {
    expect(read(reply, object)).toEqual({ faults });
  });

  it.each<[string, readonly unknown[], boolean?]>([
    ['[{"question":"a","score":1},{"question":"b","score":2}]', ['a', 'b']],
    ['Here are two:\n1. ...\n[{"question":"a","score":1},{"question":"b","score":2}]\nNotes: []', ['a', 'b']],
    ['{"questions":[{"question":"a","score":1},{"question":"b","score":2}]}', ['a', 'b'], true],
    ['{"question":"a","score":1}\n{"question":"b","score":2}', ['a', 'b'], true],
    ['1. {"question":"a","score":1}\n2. {"question":"b","score":2}', ['a', 'b'], true],
    ['```json\n{"question":"a","score":1}\n```\n```json\n{"question":"b","score":2}\n```', ['a', 'b'], true],
    ['{"question":"a","score":1}', ['a'], true],
    ['[{"question":"a","score":1},{"question":"b","score":2}', ['a', 'b'], true],
    ['[]', []],
  ])('finds the list in %j', (reply, questions, mended = false) => {
    const parsed = read(reply, list) as { values: { question: string }[]; mended: boolean };
    expect([parsed.values.map(({ question }) => question), parsed.mended]).toEqual([questions, mended]);
  });

  it.each<[string, readonly string[] | undefined, boolean?]>([
    ['[{"question":"a","score":1},{"question":"b","sc', ['a'], true],
    ['{"questions":[{"question":"a","score":1},{"question":"b","score":2},{"question":"c", "score":', ['a', 'b'], true],
    ['[{"question":"a","score":1},{"question":"b","score":2}]\nI chose these because', ['a', 'b'], false],
    ['{"question":"a","score":1}\n{"question":"b","score":2}\n{"question":"c","score"', ['a', 'b'], true],
    ['[{"question":"a","score":1', undefined],
    ['Sure, here', undefined],
  ])('takes of a list that broke off what is whole: %j', (reply, questions, lost) => {
    const parsed = read(reply, list, true) as { values?: { question: string }[]; lost?: boolean };
    expect([parsed.values?.map(({ question }) => question), parsed.lost]).toEqual([questions, lost]);
  });

  it('does the same where nobody says that it broke off', () => {
    const parsed = (reply: string) => read(reply, list) as { values: { question: string }[]; lost: boolean };
    const whole = '[{"question":"a","score":1},{"question":"b","score":2}';
    expect(parsed(`${whole},{"question":"half of`)).toMatchObject({ values: [{ question: 'a' }, { question: 'b' }], lost: true });
    expect(parsed(whole)).toMatchObject({ values: [{ question: 'a' }, { question: 'b' }], lost: false });
  });

  it('takes no object that broke off, nor a draft before one, but one that prose follows', () => {
    expect(read('{"question":"q","score":1', object, true)).toHaveProperty('faults');
    expect(read('{"question":"draft","score":1}\nBetter: {"question":"fin', object, true)).toHaveProperty('faults');
    expect(read('{"question":"q","score":1}\nI chose it bec', object, true)).toEqual(as(q));
  });

  it('prefers what says something, where the schema asks for nothing', () => {
    const loose: JsonSchema = { type: 'object', properties: { question: { type: 'string' } } };
    expect(read('{"question":"q"} or {"note": 1} {}', loose)).toEqual(as({ question: 'q' }));
  });

  it('gives up on brackets without end before they take long', () => {
    const started = performance.now();
    expect(read(`${'['.repeat(300_000)}{"question":"q","score":1`, object)).toHaveProperty('faults');
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('finds any object in any prose, and never fails', () => {
    const prose = fc.string().filter((text) => !/[[\]{}"]/.test(text));
    fc.assert(
      fc.property(prose, prose, fc.string(), fc.integer(), (before, after, question, score) => {
        expect(read(`${before}${JSON.stringify({ question, score })}${after}`, object)).toEqual(
          as({ question, score: JSON.parse(JSON.stringify(score)) as number }),
        );
      }),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', 'a', '1', ' ', '\n') }),
        fc.boolean(),
        (text, isCut) => void read(text, object, isCut),
      ),
    );
  });
});
