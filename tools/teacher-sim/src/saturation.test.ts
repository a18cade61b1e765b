import { Gate } from '@sdg/core';
import { VirtualTeacher } from '@sdg/testing';
import { describe, expect, it } from 'vitest';
import { runChain } from './test-support/chain.js';

/** In virtual time, so that only the pipeline decides: four stages, 3,798 calls, 32 slots, lognormal with sigma 0.8. */
const chain = { seeds: 18, fanOut: [10, 10, 1, 1] } as const;

describe('a chain of blocks that call the teacher', () => {
  for (const ordered of [true, false]) {
    it(`keeps it 95 % busy from the first call to the last, ${ordered ? 'in' : 'out of'} order`, { timeout: 60_000 }, async () => {
      const teacher = new VirtualTeacher(32, 0.8);
      const { run, out } = await runChain({ ...chain, teacher, run: { ordered, gate: new Gate({ slots: 32 }) } });
      run.ledger.reconcile();
      expect([out, teacher.calls]).toEqual([1800, 3798]);
      expect(teacher.busyShare()).toBeGreaterThan(0.95);
    });
  }
});
