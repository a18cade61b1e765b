import { Readable } from 'node:stream';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sniffStdin } from './stdin-input.js';

const SAMPLE = '{"question":"q","_sdg":{}}';
const ROW = '{"messages":[]}';
const ALPACA = '{"instruction":"i","input":"","output":"o"}';
const BAD = ['', ' ', '{"messages": [', 'null', '7', '"text"', 'x'.repeat(50)];

it('tells samples from rows by the first line that is one, whatever the chunks, and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...BAD)),
      fc.constantFrom(SAMPLE, ROW, ALPACA),
      fc.boolean(),
      fc.integer({ min: 1, max: 40 }),
      async (bad, row, ended, chunk) => {
        const text = `\ufeff${[...bad, row].join('\n')}${ended ? `\n${row === SAMPLE ? ROW : SAMPLE}` : ''}`;
        const input = Buffer.from(text);
        const chunks = Array.from({ length: Math.ceil(input.length / chunk) }, (_, i) => input.subarray(i * chunk, (i + 1) * chunk));
        const { isGenerated, bytes } = await sniffStdin(Readable.from(chunks) as never);
        expect(isGenerated).toBe(row === SAMPLE);
        const read: Uint8Array[] = [];
        for await (const part of bytes) read.push(part);
        expect(Buffer.concat(read).toString()).toBe(text);
      },
    ),
    { numRuns: 200 },
  );
});

it('does not search for a row for ever', async () => {
  let asked = 0;
  const endless = async function* (): AsyncGenerator<Buffer> {
    for (;;) {
      asked++;
      yield Buffer.from('no row\n'.repeat(10_000));
    }
  };
  expect((await sniffStdin(Readable.from(endless()) as never)).isGenerated).toBe(true);
  expect(asked).toBeLessThan(100);
});

it.each([
  [SAMPLE, true],
  [ROW, false],
])('reads one JSON array as it reads lines: %s', async (row, isGenerated) => {
  const { isGenerated: found, bytes } = await sniffStdin(Readable.from([Buffer.from(' [\n'), Buffer.from(`${row},\n${row}]`)]) as never);
  const read: Uint8Array[] = [];
  for await (const part of bytes) read.push(part);
  expect([found, Buffer.concat(read).toString().trim()]).toEqual([isGenerated, `${row}\n${row}`]);
});
