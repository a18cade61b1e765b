import { expect, it } from 'vitest';
import type { CallRecord, ServerTry } from '@sdg/core';
import { ServerWatch } from './server-watch.js';

it('knows since when a server has said nothing, to calls and to questions about itself', () => {
  let now = 0;
  const watch = new ServerWatch(() => now);
  const begin = (id: number, server: string, about: Partial<ServerTry> = {}): ServerTry => {
    const begun = { id, at: 0, server, n: 1, queuedMs: 0, ...about };
    watch.observer.tryBegan!(begun);
    return begun;
  };
  const end = (begun: ServerTry): void =>
    watch.observer.tryEnded!({ ...begun, serviceMs: 1, outcome: 'ok', inFlight: 1, limit: 1 } satisfies CallRecord);
  begin(1, 'a', { purpose: 'which API?' });
  now = 5000;
  const first = begin(2, 'b', { block: 'gen' });
  begin(3, 'b', { block: 'judge' });
  now = 47_000;
  expect(watch.silences()).toEqual([
    { server: 'a', seconds: 47, open: 1, about: 'which API?' },
    { server: 'b', seconds: 42, open: 2, about: 'gen' },
  ]);
  end(first);
  end(first);
  now = 50_000;
  expect(watch.silences()[1]).toEqual({ server: 'b', seconds: 3, open: 1, about: 'judge' });
});
