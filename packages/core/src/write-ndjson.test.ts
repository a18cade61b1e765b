import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { from, lastValueFrom, Subject, tap, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { turn } from './test-support/stage.js';
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

  /** A pipe that takes a batch when the test reads it. */
  function slow() {
    const gate = new Gate();
    const written: { readonly lines: string; readonly done: () => void }[] = [];
    const stream = new Writable({ write: (chunk: Buffer, _, done) => void written.push({ lines: chunk.toString(), done }) });
    const source = new Subject<object>();
    const taken: object[] = [];
    let isOver = false;
    const subscription = source
      .pipe(writeNdjson(stream, gate))
      .subscribe({ next: (sample) => taken.push(sample), complete: () => (isOver = true) });
    const read = async (): Promise<string | undefined> => {
      const batch = written.shift();
      batch?.done();
      await turn(2);
      return batch?.lines;
    };
    return { gate, stream, source, subscription, read, state: () => [taken.length, gate.resident, isOver] };
  }

  it('writes what came while a batch was under way with the next, and ends when all is taken', async () => {
    const { source, read, state } = slow();
    source.next({ a: 1 });
    await turn();
    source.next({ a: 2 });
    source.next({ a: 3 });
    await turn();
    expect(state()).toEqual([0, 3, false]);
    expect(await read()).toBe('{"a":1}\n');
    expect(state()).toEqual([1, 2, false]);
    source.complete();
    expect(await read()).toBe('{"a":2}\n{"a":3}\n');
    expect([await read(), state()]).toEqual([undefined, [3, 0, true]]);
  });

  it('waits for the last batch though nothing else waits', async () => {
    const { source, read, state } = slow();
    source.next({ a: 1 });
    await turn();
    source.complete();
    expect(state()).toEqual([0, 1, false]);
    await read();
    expect(state()).toEqual([1, 0, true]);
  });

  it('ends at once where nothing came', () => {
    const { source, state } = slow();
    source.complete();
    expect(state()).toEqual([0, 0, true]);
  });

  it('writes no more than a batch at a time, however much comes in one turn', async () => {
    const { source, read } = slow();
    for (let i = 0; i < 5; i++) source.next({ text: 'x'.repeat(30_000) });
    const sizes = [];
    for (let size; (size = (await read())?.length) !== undefined;) sizes.push(size);
    expect(sizes).toEqual([90_036, 60_024]);
  });

  it('writes one batch after the other, however large what waits has become', async () => {
    const { source, read, state } = slow();
    source.next({ a: 1 });
    await turn();
    for (let i = 0; i < 3; i++) source.next({ text: 'x'.repeat(30_000) });
    expect(await read()).toBe('{"a":1}\n');
    expect(state()).toEqual([1, 3, false]);
    expect((await read())?.length).toBe(90_036);
    expect(state()).toEqual([4, 0, false]);
  });

  it('takes nothing for written that the stream could not write', async () => {
    const stream = new Writable({ write: (_chunk, _encoding, done) => done(new Error('no space')) });
    const taken: unknown[] = [];
    await expect(
      lastValueFrom(
        from([{ a: 1 }]).pipe(
          writeNdjson(stream, new Gate()),
          tap((sample) => taken.push(sample)),
        ),
      ),
    ).rejects.toThrow('no space');
    expect(taken).toEqual([]);
  });

  it('writes nothing and gives back all room where it is left before, and what goes wrong later troubles nobody', async () => {
    const { source, subscription, stream, gate, read } = slow();
    source.next({ a: 1 });
    subscription.unsubscribe();
    expect([await read(), gate.resident]).toEqual([undefined, 0]);
    stream.emit('error', new Error('closed since'));
  });

  it('gives back the room of a batch that is under way when it is left, once', async () => {
    const { source, subscription, gate, read, state } = slow();
    source.next({ a: 1 });
    await turn();
    source.next({ a: 2 });
    subscription.unsubscribe();
    expect(gate.resident).toBe(0);
    expect([await read(), state()]).toEqual(['{"a":1}\n', [0, 0, false]]);
  });

  it('fails in the moment in which the stream does', async () => {
    const stream = new PassThrough();
    const failed = lastValueFrom(new Subject<object>().pipe(writeNdjson(stream, new Gate())));
    stream.emit('error', new Error('no space'));
    await expect(failed).rejects.toThrow('no space');
  });
});
