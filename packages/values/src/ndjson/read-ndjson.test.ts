import { Readable } from 'node:stream';
import fc from 'fast-check';
import ndjson from 'ndjson';
import { describe, expect, it } from 'vitest';
import type { SdgError } from '../errors.js';
import type { Sample } from '../sample.js';
import { readNdjson } from './read-ndjson.js';
import { lineText, splitLines } from './split-lines.js';

/** The bytes in chunks of the sizes given, over and over. */
function* chunked(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? bytes.length;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(input: Buffer | string, sizes: readonly number[] = [65_536], skip = false) {
  const bad: { error: SdgError; line: string }[] = [];
  const samples: Sample[] = [];
  const options = { name: 'in.jsonl', ...(skip && { onBadLine: (error: SdgError, line: string) => bad.push({ error, line }) }) };
  for await (const sample of readNdjson(Readable.from(chunked(Buffer.from(input), sizes)), options)) samples.push(sample);
  return { samples, bad };
}

const failure = async (input: Buffer | string): Promise<SdgError> =>
  read(input).then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error as SdgError,
  );

const written = (samples: readonly object[]): string => samples.map((sample) => `${JSON.stringify(sample)}\n`).join('');

describe('readNdjson', () => {
  it('takes CRLF, a byte order mark, blank lines and a missing last line feed as they come', async () => {
    const { samples } = await read('\ufeff{"a":1}\r\n\r\n  \n{"a":2}\n{"a":3}');
    expect(samples).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('leaves U+2028, U+2029 and U+FFFD inside strings alone', async () => {
    const { samples } = await read('{"a":"x\u2028y\u2029z\ufffd"}\n');
    expect(samples).toEqual([{ a: 'x\u2028y\u2029z\ufffd' }]);
  });

  it('gives nothing for an empty input', async () => {
    expect((await read('')).samples).toEqual([]);
    expect((await read('\n\n')).samples).toEqual([]);
  });

  it('reads a line of 100 MB', async () => {
    const long = 'x'.repeat(100 * 1024 * 1024);
    const { samples } = await read(Buffer.from(`{"a":"${long}"}\n{"b":1}\n`));
    expect(samples).toHaveLength(2);
    expect((samples[0]!['a'] as string).length).toBe(long.length);
  }, 30_000);

  it('names file, line and column of a broken line, and shows the text', async () => {
    const error = await failure('{"a":1}\n\n{"a":1,}\n');
    expect(error).toMatchObject({ code: 'bad-input', exitCode: 1, place: { file: 'in.jsonl', line: 3, column: 8 } });
    expect(error.message).toBe(
      'in.jsonl:3:8: property name expected in {"a":1,}; mend the line, or pass --skip-bad-lines to reject it and go on',
    );
  });

  it('shortens a long line around the fault', async () => {
    const error = await failure(`{"a":"${'x'.repeat(500)}" "b":1}`);
    expect(error.place).toMatchObject({ line: 1, column: 509 });
    expect(error.what).toBe(`comma expected in …${'x'.repeat(52)}" "b":1}`);
    const { what, place } = await failure(`{"a":"${'x'.repeat(100)}" 1 "${'y'.repeat(100)}"}`);
    expect([what, place?.column]).toEqual([`comma expected in …${'x'.repeat(28)}" 1 "${'y'.repeat(27)}…`, 109]);
    expect((await failure(`1${'2'.repeat(70)}`)).what).toBe(`expected a JSON object, found a number in 1${'2'.repeat(59)}…`);
    expect((await failure(`1${'2'.repeat(59)}`)).what).toBe(`expected a JSON object, found a number in 1${'2'.repeat(59)}`);
  });

  it('points at a comment, which JSON has none of', async () => {
    const { what, place } = await failure('{"a":1, // one\n');
    expect([what, place?.column]).toEqual(['invalid comment token in {"a":1, // one', 9]);
  });

  it.each([
    ['[1,2]', 'expected a JSON object, found an array'],
    ['null', 'expected a JSON object, found null'],
    ['12', 'expected a JSON object, found a number'],
    ['{"a":[{"b":-1e999}]}', 'expected a JSON object, found one with a number that is too large to be kept'],
    ['abc', 'invalid symbol in abc'],
    ['{"a":1', 'close brace expected in {"a":1'],
  ])('refuses %s', async (line, what) => {
    expect((await failure(line)).what).toContain(what);
  });

  it.each([
    [1001, '[', ']'],
    [40_000, '{"b":[', ']}'],
  ])('refuses %d levels of %s', async (levels, open, close) => {
    const { what } = await failure(`{"a":${open.repeat(levels)}1${close.repeat(levels)}}`);
    expect(what).toContain('expected a JSON object, found one of more than 1000 levels');
  });

  it.each([
    '5',
    '"x"',
    '[]',
    'null',
    '{"id":1}',
    '{"id":"a","root":"a","path":"abc"}',
    '{"id":"a","root":"a","path":[],"pipeline":"../etc"}',
    '{"id":"a","root":"a","path":[],"teachers":"zz"}',
  ])('refuses %s for a lineage, by place', async (lineage) => {
    const error = await failure(`{"a":1}\n{"a":2,"_sdg":${lineage}}`);
    expect(error.message).toContain('in.jsonl:2:8: the reserved column _sdg does not hold a lineage');
    expect((await read(`{"a":1}\n{"a":2,"_sdg":${lineage}}`, [9], true)).samples).toEqual([{ a: 1 }]);
  });

  it('says what to do about another encoding, and about a list', async () => {
    const wide = Buffer.from('\ufeff{"a":1}\n', 'utf16le');
    expect((await failure(wide)).message).toContain('in.jsonl:1:1: the line is not valid UTF-8; save the file as UTF-8: from UTF-16');
    expect((await failure('[{"a":1}]\n')).message).toBe(
      `in.jsonl:1:1: expected a JSON object, found an array in [{"a":1}]; write one object a line: jq -c '.[]' makes that of a list`,
    );
    expect((await failure('{"a":1}\n[{"a":1}]\n')).message).toContain('; mend the line, or pass --skip-bad-lines');
  });

  it('refuses invalid UTF-8, and only that line', async () => {
    const input = Buffer.concat([Buffer.from('{"a":1}\n{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}\n{"a":3}\n')]);
    expect((await failure(input)).message).toContain('in.jsonl:2:1: the line is not valid UTF-8; mend the line, or pass');
    const { samples, bad } = await read(input, [5], true);
    expect(samples).toEqual([{ a: 1 }, { a: 3 }]);
    expect(bad.map(({ line }) => line)).toEqual(['{"a":"\xff\xfe"}']);
  });

  it('tells of all bytes, of bad lines and blank ones too', async () => {
    let bytes = 0;
    const input = Readable.from([Buffer.from('{"a":"ä"}\n\nnope\n')]);
    for await (const _ of readNdjson(input, { name: 'x', onBadLine: () => undefined, onBytes: (more) => (bytes += more) }));
    expect(bytes).toBe(17);
  });

  it('hands over bad lines and goes on where asked to', async () => {
    const { samples, bad } = await read('{"a":1}\nnö\n{"a":2}\n[]\n', [3], true);
    expect(samples).toEqual([{ a: 1 }, { a: 2 }]);
    expect(bad.map(({ error, line }) => [error.place?.line, line])).toEqual([
      [2, 'nö'],
      [4, '[]'],
    ]);
  });

  it('gives what came before a bad line first', async () => {
    const samples: Sample[] = [];
    await expect(async () => {
      for await (const sample of readNdjson(Readable.from([Buffer.from('{"a":1}\n{"a":2}\nnope\n')]), { name: 'x' })) samples.push(sample);
    }).rejects.toThrow('x:3:1');
    expect(samples).toHaveLength(2);
  });
});

const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), { maxLength: 20 });
const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 5 });
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('NDJSON', () => {
  it('is read as it was written, however it is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(rows, sizes, async (samples, cuts) => {
        expect((await read(written(samples), cuts)).samples).toEqual(asJson(samples));
      }),
      { numRuns: 200 },
    );
  });

  it('is read as the ndjson package reads it', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (samples) => {
        const theirs: unknown[] = [];
        for await (const row of Readable.from([written(samples)]).pipe(ndjson.parse({ strict: true }))) theirs.push(row);
        expect((await read(written(samples))).samples).toEqual(theirs);
      }),
      { numRuns: 100 },
    );
  });

  it('cuts lines at their offsets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string(), { maxLength: 10 }), sizes, async (lines, cuts) => {
        const input = Buffer.from(lines.map((line) => line.replaceAll('\n', ' ')).join('\n'));
        let number = 0;
        for await (const batch of splitLines(Readable.from(chunked(input, cuts)))) {
          for (const line of batch) {
            expect(line.number).toBe(++number);
            expect(input.subarray(line.offset, line.offset + line.bytes.length).equals(line.bytes)).toBe(true);
          }
        }
        expect(number).toBe(input.length === 0 ? 0 : input.toString().replace(/\n$/, '').split('\n').length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('lineText', () => {
  const text = (content: string | Buffer, number = 2) => lineText({ number, offset: 0, bytes: Buffer.from(content) });

  it('leaves out one carriage return at the end, and a byte order mark on line 1 alone', () => {
    expect([text('a\r'), text('\r'), text(''), text('a\r\r'), text('a\rb')]).toEqual(['a', '', '', 'a\r', 'a\rb']);
    expect([text('\ufeffa', 1), text('\ufeffa')]).toEqual(['a', '\ufeffa']);
    expect(['\ufec1a', '\uff3fa'].map((other) => text(other, 1))).toEqual(['\ufec1a', '\uff3fa']);
    expect(text(Buffer.from([0xff]))).toBeUndefined();
  });
});
