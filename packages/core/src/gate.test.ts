import fc from 'fast-check';
import { Subject, firstValueFrom, lastValueFrom, take, tap, toArray, count } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concurrentMap } from './concurrent-map.js';
import { fromGated } from './from-gated.js';
import { Gate } from './gate.js';
import { writeNdjson } from './write-ndjson.js';
import { Run } from './run.js';
import { HeldTeacher, seeds, StoppableConsumer, turn } from './test-support/stage.js';

describe('Gate', () => {
  it('lets the deepest stage through first', () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 2 });
    gate.enter(2);
    gate.beginWork();
    const order: number[] = [];
    for (const stage of [0, 2, 1]) gate.door(stage, () => order.push(stage)).knock();
    expect(order).toEqual([]);
    gate.leave();
    expect(order).toEqual([2, 1, 0]);
  });

  it('where another reader is expected, does not end with the first, and reads on only while a slot is free', () => {
    const gate = new Gate({ slots: 2 });
    for (const left of [3, 2, 1, 0]) {
      expect([left, gate.hasRoom(0)]).toEqual([left, true]);
      gate.beginWork();
    }
    expect(gate.hasRoom(0)).toBe(false);
    gate.endWork(4);
    gate.expectInput();
    for (const left of [1, 0]) {
      expect([left, gate.hasRoom(0)]).toEqual([left, true]);
      gate.beginWork();
    }
    expect(gate.hasRoom(0)).toBe(false);
    gate.endInput();
    expect(gate.inputEnded.aborted).toBe(false);
    gate.endInput();
    expect(gate.inputEnded.aborted).toBe(true);
  });

  it('lets a single child through a full window, and several only when there is room', async () => {
    const run = new Run({ gate: new Gate({ slots: 1, windowPerSlot: 2 }) });
    const source = new Subject<{ children: number }>();
    const out: object[] = [];
    const block = run.block('b');
    const ask = concurrentMap(block, async ({ children }: { children: number }) =>
      Array.from({ length: children }, (_, child) => ({ children, child })),
    );
    const subscription = source.pipe(ask).subscribe((sample) => out.push(sample));
    run.gate.enter(5);
    run.gate.beginWork();
    source.next({ children: 1 });
    source.next({ children: 2 });
    await turn();
    expect(out).toEqual([{ children: 1, child: 0 }]);
    run.gate.leave(5);
    expect(out).toHaveLength(3);
    subscription.unsubscribe();
  });

  it('lets parked samples through a full window when the teacher would starve, but not when the consumer is slow', () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 1 });
    gate.enter(5);
    let passed = 0;
    gate.door(1, () => passed++).knock();
    expect(passed).toBe(1);
    gate.beginWrite(5);
    gate.door(1, () => passed++).knock();
    expect(passed).toBe(1);
    gate.written(5);
    expect(passed).toBe(2);
  });

  it('reads on while samples wait for their turn in the output, up to a bound of their own', () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 2, mostPerSlot: 5 });
    gate.beginWork();
    gate.enter(3);
    expect([gate.hasRoom(0), gate.hasRoom(1)]).toEqual([false, false]);
    gate.hold(2);
    expect([gate.hasRoom(0), gate.hasRoom(1)]).toEqual([true, true]);
    gate.enter(2);
    gate.hold(2);
    expect([gate.resident, gate.held, gate.peak]).toEqual([5, 4, 5]);
    expect([gate.hasRoom(0), gate.hasRoom(1)]).toEqual([false, true]);
    // The turn of all has come: they are on their way again.
    gate.hold(-4);
    expect([gate.hasRoom(0), gate.hasRoom(1)]).toEqual([false, false]);
  });

  it('lets those who wait go as soon as samples that are held make room', () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 2 });
    gate.beginWork();
    gate.enter(2);
    let passed = 0;
    const doors = [0, 1].map((stage) => gate.door(stage, () => passed++));
    for (const door of doors) door.knock();
    expect(passed).toBe(0);
    gate.hold();
    expect(passed).toBe(2);
    // A turn that has come makes none.
    gate.hold(-1);
    for (const door of doors) door.knock();
    expect(passed).toBe(2);
  });

  it('bounds what is resident in number too, and never so that slots are empty for want of samples', () => {
    const shape = fc.record({
      slots: fc.integer({ min: 1, max: 100_000 }),
      windowPerSlot: fc.integer({ min: 1, max: 32 }),
      mostPerSlot: fc.integer({ min: 64, max: 1000 }),
      most: fc.integer({ min: 1, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (options, fill, share) => {
        const { slots, windowPerSlot, mostPerSlot, most } = options;
        const gate = new Gate(options);
        expect(gate.most).toBeLessThanOrEqual(Math.max(most, 2 * slots * windowPerSlot));
        expect(gate.most).toBeLessThanOrEqual(slots * mostPerSlot);
        gate.enter(Math.floor(fill * gate.most));
        gate.hold(Math.floor(share * gate.resident));
        expect(gate.hasRoom(0)).toBe(gate.resident < gate.most);
        // All slots and a queue as long find samples, whatever waits for its turn beside them.
        expect(gate.most - slots * windowPerSlot).toBeGreaterThanOrEqual(slots * windowPerSlot);
      }),
    );
    expect([8, 512, 1024, 4096].map((slots) => new Gate({ slots }).most)).toEqual([512, 32_768, 32_768, 65_536]);
  });

  it('lets the reader read on, within that bound, when the teacher would starve', () => {
    const gate = new Gate({ slots: 1, windowPerSlot: 2, mostPerSlot: 5 });
    gate.enter(4);
    expect(gate.hasRoom(0)).toBe(true);
    gate.beginWrite();
    expect(gate.hasRoom(0)).toBe(false);
    gate.written();
    gate.enter();
    expect(gate.hasRoom(0)).toBe(false);
  });

  it('keeps the reader within the window at one million seeds and 8 calls in flight', async () => {
    const teacher = new HeldTeacher(8);
    const run = new Run({ gate: new Gate({ slots: 8 }) });
    let read = 0;
    let done = 0;
    let ahead = 0;
    const source = seeds(1_000_000, () => {
      read++;
      ahead = Math.max(ahead, read - done);
    });
    const pipeline = fromGated(source, run).pipe(
      concurrentMap(run.block('ask'), (sample) => teacher.call(sample)),
      tap(() => done++),
      count(),
    );
    expect(await lastValueFrom(pipeline)).toBe(1_000_000);
    expect(teacher.mostInFlight).toBe(8);
    expect(ahead).toBeLessThanOrEqual(run.gate.window);
    expect(run.gate.peak).toBeLessThanOrEqual(run.gate.window);
  }, 60_000);

  it('stops calling within the window when the consumer stops reading, and goes on when it reads again', async () => {
    const teacher = new HeldTeacher(4);
    const run = new Run({ gate: new Gate({ slots: 4 }) });
    const consumer = new StoppableConsumer();
    consumer.stop();
    const all = lastValueFrom(
      fromGated(seeds(2000), run).pipe(
        concurrentMap(run.block('ask'), (sample) => teacher.call(sample)),
        writeNdjson(consumer, run.gate),
        count(),
      ),
    );
    await turn(500);
    const stoppedAt = teacher.calls;
    expect(stoppedAt).toBeGreaterThan(0);
    expect(stoppedAt).toBeLessThanOrEqual(run.gate.window);
    await turn(500);
    expect(teacher.calls).toBe(stoppedAt);
    consumer.resume();
    expect(await all).toBe(2000);
    expect(teacher.calls).toBe(2000);
    expect(consumer.lines).toBe(2000);
  });

  it('bounds what is resident by the window and the children of one sample a stage', async () => {
    const slots = 8;
    const fanOut = 10;
    const teacher = new HeldTeacher(slots);
    const run = new Run({ gate: new Gate({ slots }) });
    const stages = Array.from({ length: 4 }, (_, i) =>
      concurrentMap(run.block(`s${i}`), async (sample) => {
        await teacher.call(sample);
        return Array.from({ length: i === 0 || i === 2 ? fanOut : 1 }, (_, child) => ({ ...sample, [`c${i}`]: child }));
      }),
    );
    const [a, b, c, d] = stages;
    const total = await lastValueFrom(fromGated(seeds(200), run).pipe(a!, b!, c!, d!, count()));
    expect(total).toBe(200 * fanOut * fanOut);
    // Each of the two stages that fan out may overshoot by one sample's children, to fill slots that would be idle.
    expect(run.gate.peak).toBeLessThanOrEqual(run.gate.window + slots + 2 * fanOut);
    run.ledger.reconcile();
    expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
  });

  it('never locks up, however small the window and large the fan-out, ordered or not', async () => {
    const shape = fc.record({
      slots: fc.integer({ min: 1, max: 3 }),
      windowPerSlot: fc.integer({ min: 1, max: 3 }),
      most: fc.integer({ min: 1, max: 20 }),
      fanOuts: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 3 }),
      ordered: fc.boolean(),
      length: fc.nat(12),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ slots, windowPerSlot, most, fanOuts, ordered, length }) => {
        const run = new Run({ ordered, gate: new Gate({ slots, windowPerSlot, most }) });
        const teacher = new HeldTeacher(slots);
        const [a, b, c] = fanOuts.map((n, i) =>
          concurrentMap(run.block(`s${i}`), async (sample) => {
            await teacher.call(sample);
            return Array.from({ length: n }, () => sample);
          }),
        );
        const out = await lastValueFrom(fromGated(seeds(length), run).pipe(a!, b!, c!, count()));
        expect(out).toBe(length * fanOuts.reduce((x, y) => x * y, 1));
      }),
      { numRuns: 60 },
    );
  });

  it('gives everything back when the consumer leaves', async () => {
    const run = new Run({ gate: new Gate({ slots: 4 }) });
    const teacher = new HeldTeacher(4);
    let closed = false;
    const source = seeds(1000, undefined, () => (closed = true));
    const first = await firstValueFrom(
      fromGated(source, run).pipe(
        concurrentMap(run.block('ask'), (sample, signal) => teacher.call(sample, signal)),
        take(1),
      ),
    );
    expect(first).toMatchObject({ i: 0 });
    await turn(5);
    expect(closed).toBe(true);
    expect(teacher.aborted).toBeGreaterThan(0);
    expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
  });

  it('gives everything back on an error, and aborts the calls in flight', async () => {
    const run = new Run({ gate: new Gate({ slots: 4 }) });
    const teacher = new HeldTeacher(4);
    const failing = fromGated(seeds(1000), run).pipe(
      concurrentMap(run.block('ask'), async (sample, signal) => {
        if (sample['i'] === 3) throw new Error('broken');
        return teacher.call(sample, signal);
      }),
      toArray(),
    );
    await expect(lastValueFrom(failing)).rejects.toThrow('broken');
    await turn(5);
    expect(teacher.aborted).toBeGreaterThan(0);
    expect([run.gate.resident, run.gate.working]).toEqual([0, 0]);
    run.ledger.reconcile();
  });

  it('follows the concurrency in force', () => {
    const gate = new Gate({ slots: 2 });
    expect(gate.window).toBe(16);
    gate.slots = 32;
    expect(gate.window).toBe(256);
  });

  it('finishes what is in flight and starts nothing new when the run is drained', async () => {
    const run = new Run({ gate: new Gate({ slots: 4 }) });
    const release = new Subject<void>();
    let started = 0;
    const out = lastValueFrom(
      fromGated(seeds(1000), run).pipe(
        concurrentMap(run.block('ask'), async (sample) => {
          started++;
          await firstValueFrom(release);
          return sample;
        }),
        toArray(),
      ),
    );
    await turn(3);
    run.drain();
    const startedAtDrain = started;
    await turn(3);
    release.next();
    expect(await out).toHaveLength(startedAtDrain);
    expect(started).toBe(startedAtDrain);
    run.ledger.reconcile();
  });

  it('stops at once when it is drained while the input is silent', async () => {
    const run = new Run();
    async function* silent(): AsyncGenerator<{ i: number }> {
      yield { i: 0 };
      await new Promise(() => undefined);
    }
    const out = lastValueFrom(fromGated(silent(), run).pipe(toArray()));
    await turn(3);
    run.drain();
    expect(await out).toEqual([{ i: 0 }]);
  });

  it('ends in order where it is drained and the input cannot be told to stop', async () => {
    const drain = new AbortController();
    let left = 3;
    const input = {
      [Symbol.iterator]: () => ({
        next: () => {
          if (--left === 0) drain.abort();
          return { done: false as const, value: { left } };
        },
      }),
    };
    const gate = new Gate();
    const read = fromGated(input, { gate, draining: drain.signal }).pipe(toArray());
    expect(await lastValueFrom(read)).toEqual([{ left: 2 }, { left: 1 }]);
    expect(gate.inputEnded.aborted).toBe(true);
  });

  it('lets what was read before an error of the source come out first', async () => {
    const run = new Run();
    const failures: unknown[] = [];
    async function* broken(): AsyncGenerator<{ i: number }> {
      yield { i: 0 };
      yield { i: 1 };
      throw new Error('line 3');
    }
    const out = await lastValueFrom(
      fromGated(broken(), { gate: run.gate, onError: (error) => failures.push(error) }).pipe(
        concurrentMap(run.block('ask'), async (sample) => {
          await turn(3);
          return sample;
        }),
        toArray(),
      ),
    );
    expect(out).toHaveLength(2);
    expect(failures).toEqual([new Error('line 3')]);
    await expect(lastValueFrom(fromGated(broken(), run).pipe(toArray()))).rejects.toThrow('line 3');
  });
});

it('says what waits and for what, the many first; rows of the output wait together for the earliest seed', () => {
  const gate = new Gate();
  expect(gate.waiting()).toEqual([]);
  const stop = gate.queue(() => ({ count: 2, for: 5 }));
  gate.queue(() => ({ count: 3, for: 2 }));
  gate.queue(() => undefined);
  gate.queue(() => ({ count: 4, for: 'end', before: 'dedupe' }));
  gate.queue(() => ({ count: 1, for: 1, before: 'rank' }));
  const others = [
    { count: 4, for: 'end', before: 'dedupe' },
    { count: 1, for: 1, before: 'rank' },
  ];
  expect(gate.waiting()).toEqual([{ count: 5, for: 2 }, ...others]);
  stop();
  expect(gate.waiting()).toEqual([others[0], { count: 3, for: 2 }, others[1]]);
});
