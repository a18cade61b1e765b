import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { writeNdjson } from './write-ndjson.js';

describe('writeNdjson', () => {
  it('writes a line of JSON for each sample, in their order', async () => {
    const rows = fc.array(fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 5 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(rows, async (samples) => {
        const stream = new PassThrough({ highWaterMark: 64 });
        const written = text(stream);
        await lastValueFrom(from(samples).pipe(writeNdjson(stream, new Gate()), toArray()));
        stream.end();
        expect(await written).toBe(samples.map((sample) => `${JSON.stringify(sample)}\n`).join(''));
      }),
      { numRuns: 30 },
    );
  });

  it('passes a sample on only when the stream has taken it', async () => {
    const gate = new Gate();
    const stream = new PassThrough({ highWaterMark: 1 });
    const taken: unknown[] = [];
    const done = lastValueFrom(from([{ a: 1 }, { a: 2 }]).pipe(writeNdjson(stream, gate), toArray())).then((all) => taken.push(...all));
    await new Promise((resolve) => setImmediate(resolve));
    expect([gate.resident, taken.length]).toEqual([2, 0]);
    expect(stream.read()?.toString()).toBe('{"a":1}\n{"a":2}\n');
    await done;
    expect([gate.resident, taken.length]).toEqual([0, 2]);
  });

  it('writes what came before an error of the source, then fails', async () => {
    const stream = new PassThrough();
    async function* broken() {
      yield { a: 1 };
      throw new Error('source');
    }
    await expect(lastValueFrom(from(broken()).pipe(writeNdjson(stream, new Gate())))).rejects.toThrow('source');
    expect(stream.read()?.toString()).toBe('{"a":1}\n');
  });

  it('fails with the error of the stream, and gives back all room', async () => {
    const gate = new Gate();
    const stream = new PassThrough();
    stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    await expect(lastValueFrom(from([{ a: 1 }, { a: 2 }]).pipe(writeNdjson(stream, gate)))).rejects.toThrow();
    expect(gate.resident).toBe(0);
  });
});
