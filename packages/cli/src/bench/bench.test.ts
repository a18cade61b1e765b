import type { Teacher } from '@sdg/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  askMany,
  compareReports,
  judgeServer,
  quantile,
  renderComparison,
  renderReport,
  request,
  spreadOf,
  trafficOf,
  type Report,
  type Row,
} from './index.js';

/** Answers at once, in the next turn of the event loop, and counts what is in flight. */
function quickTeacher(): { teacher: Teacher; greatest: () => number } {
  let inFlight = 0;
  let greatest = 0;
  const teacher: Teacher = {
    name: 'quick',
    async complete() {
      greatest = Math.max(greatest, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
      return { choices: [{ text: 'x', finishReason: 'stop' }], model: 'quick', usage: { promptTokens: 3, completionTokens: 2 } };
    },
  };
  return { teacher, greatest: () => greatest };
}

const row = (id: string, values: readonly number[], more: Partial<Row> = {}): Row => ({
  id,
  title: id,
  unit: 'ms',
  value: spreadOf(values),
  ...more,
});
const report = (...rows: Row[]): Report => ({
  title: 'T',
  command: 'c',
  at: '2026-01-01T00:00:00.000Z',
  environment: { node: 'v20' },
  suites: [{ name: 'S', about: 'a', seconds: 1, rows, unmeasured: [{ id: 'u', title: 'peer', reason: 'absent' }] }],
});

describe('spreads', () => {
  it('lie between the least and the greatest value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }), (values) => {
        const { median, low, high, runs } = spreadOf(values);
        expect(runs).toBe(values.length);
        expect(low <= median && median <= high).toBe(true);
        expect(values.filter((value) => value < median).length * 2).toBeLessThanOrEqual(values.length);
      }),
    );
    expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.5), quantile([], 0.5)]).toEqual([2, 1.5, NaN]);
  });
});

describe('comparing reports', () => {
  it('tells change from noise, and better from worse', () => {
    const before = report(
      row('a', [10, 11, 12, 13]),
      row('b', [9, 10, 11, 12], { better: 'lower' }),
      row('c', [5, 6, 6, 7], { better: 'higher' }),
      row('d', [1]),
      row('few', [1, 2, 3]),
      row('gone', [1]),
    );
    const after = report(
      row('a', [13, 14, 15, 16]),
      row('b', [20, 21, 22, 23], { better: 'lower' }),
      row('c', [8, 9, 9, 9], { better: 'higher' }),
      row('d', [2]),
      row('few', [4, 5, 6]),
      row('new', [1]),
    );
    expect(compareReports(before, after).map(({ id, verdict }) => [id, verdict])).toEqual([
      ['a', 'noise'],
      ['b', 'worse'],
      ['c', 'better'],
      ['d', 'noise'],
      ['few', 'noise'],
    ]);
    expect(compareReports(report(row('a', [1, 2, 3, 4, 5])), report(row('a', [6, 7, 8, 9, 10])))).toMatchObject([
      { verdict: 'changed', chance: 2 / 252 },
    ]);
    expect(renderComparison(before, after)).toMatch(/\| b \| 10\.5 ms .* \| worse \|/);
    expect(renderComparison(before, after)).toContain('Gone: gone.');
    expect(renderComparison(before, before)).toContain('Nothing changed beyond the noise.');
  });

  it('takes no slower machine for a slower program', () => {
    const on = (yardstickMs: number, one: Report): Report => ({
      ...one,
      suites: one.suites.map((suite) => ({ ...suite, yardstickMs: spreadOf([yardstickMs]) })),
    });
    const before = report(row('time', [10, 11, 12, 13]), row('much', [1, 1, 1, 1]), row('ratio', [1, 1, 1, 1], { unit: '×' }));
    const after = report(row('time', [14, 15, 16, 17]), row('much', [2, 2, 2, 2]), row('ratio', [2, 2, 2, 2], { unit: '×' }));
    expect(compareReports(on(10, before), on(10, after)).map(({ verdict }) => verdict)).toEqual(['changed', 'changed', 'changed']);
    expect(compareReports(on(10, before), on(15, after)).map(({ verdict }) => verdict)).toEqual(['noise', 'changed', 'changed']);
    expect(compareReports(on(15, after), on(10, before)).map(({ verdict }) => verdict)).toEqual(['noise', 'changed', 'changed']);
    expect(renderComparison(on(10, before), on(15, after))).toContain('S 1.50×');
  });

  it('tells of a target that is no longer met, whatever the noise', () => {
    const target = { from: 'issue 1', text: 'never', bound: 0, sense: 'at most', every: true } as const;
    const [before, after] = [report(row('lost', [0, 0], { target })), report(row('lost', [0, 1], { target }))];
    expect(renderComparison(before, after)).toContain('**no longer met**: lost');
    expect(renderComparison(after, before)).toContain('now met: lost');
  });
});

describe('rendering', () => {
  it('shows targets met and not met, and what was not measured', () => {
    const target = { from: 'issue 1', text: 'quick', bound: 10, sense: 'at most' } as const;
    const text = renderReport(report(row('a', [9], { target }), row('b', [11, 12], { target, title: 'a|b' })));
    expect(text).toContain('| issue 1 | quick | at most 10 ms | 9 ms | met |');
    expect(text).toContain('11.5 ms (11 to 12) | **not met** |');
    expect(text).toContain('a\\|b');
    expect(text).toContain('not measured: peer: absent');
  });
});

describe('judging a server', () => {
  it('asks as many different questions as it was told, no more at once than the gate allows', async () => {
    const { teacher } = quickTeacher();
    const calls = await askMany(teacher, { calls: 50, slots: 4 });
    const traffic = trafficOf(calls);
    expect([calls.length, traffic.calls]).toEqual([50, 50]);
    expect(traffic.meanInFlight).toBeGreaterThan(0);
    expect(new Set(Array.from({ length: 100 }, (_, i) => JSON.stringify(request(i)))).size).toBe(100);
  });

  it('measures every setting and auto, and names one to use', async () => {
    const opened: (number | 'auto')[] = [];
    const suite = await judgeServer({ open: async (setting) => (opened.push(setting), quickTeacher().teacher), max: 4, rounds: 2 });
    expect(opened.slice(-2)).toContain('auto');
    expect(suite.rows.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['server.1.rate', 'server.auto.p95', 'server.knee', 'server.auto.share']),
    );
    expect(suite.rows.every(({ value }) => Number.isFinite(value.median))).toBe(true);
  });
});
