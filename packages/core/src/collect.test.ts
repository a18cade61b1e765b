import { concat, from, NEVER, Observable, Subject, throwError } from 'rxjs';
import { expect, it } from 'vitest';
import { collect } from './collect.js';
import { Gate } from './gate.js';
import { turn } from './test-support/stage.js';

async function every<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

it('what is not taken yet counts as resident and as written to nobody', async () => {
  const gate = new Gate();
  const rows = collect(from([{ a: 1 }, { a: 2 }, { a: 3 }]), gate);
  expect(gate.resident).toBe(0);
  expect((await rows.next()).value).toEqual({ a: 1 });
  expect([gate.resident, gate.waiting()]).toEqual([3, [{ count: 3, for: 'reader' }]]);
  expect(await every(rows)).toEqual([{ a: 2 }, { a: 3 }]);
  expect(gate.resident).toBe(0);
});

it('waits for what comes later, and gives what came before an error', async () => {
  const gate = new Gate();
  const late = new Observable<{ a: number }>((to) => {
    setImmediate(() => {
      to.next({ a: 1 });
      setImmediate(() => {
        to.next({ a: 2 });
        to.error(new Error('broken'));
      });
    });
  });
  const seen: unknown[] = [];
  await expect(
    (async () => {
      for await (const row of collect(late, gate)) seen.push(row);
    })(),
  ).rejects.toThrow('broken');
  expect([seen, gate.resident]).toEqual([[{ a: 1 }, { a: 2 }], 0]);
  await expect(
    every(
      collect(
        throwError(() => new Error('at once')),
        gate,
      ),
    ),
  ).rejects.toThrow('at once');
});

it('gives what came while others were taken, though the source has ended since', async () => {
  const source = new Subject<{ a: number }>();
  const rows = collect(source, new Gate());
  const first = rows.next();
  source.next({ a: 1 });
  expect((await first).value).toEqual({ a: 1 });
  source.next({ a: 2 });
  source.complete();
  expect(await every(rows)).toEqual([{ a: 2 }]);
});

it('lets go of its source and of all room when it is left', async () => {
  const gate = new Gate();
  let isOpen = true;
  const endless = concat(from([{ a: 1 }, { a: 2 }]), new Observable<{ a: number }>(() => () => void (isOpen = false)));
  for await (const row of collect(endless, gate)) {
    expect(row).toEqual({ a: 1 });
    break;
  }
  expect([isOpen, gate.resident]).toEqual([false, 0]);
  const silent = collect(NEVER, gate);
  void silent.next();
  await turn();
  expect(gate.resident).toBe(0);
});
