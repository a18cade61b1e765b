import { Run } from '@sdg/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { blockTable, clock, count, short, trafficParts, waitParts } from './format.js';
import type { Section } from './frame.js';
import { showProgress } from './show-progress.js';
import { watch, type Snapshot } from '@sdg/session';
import { summaryLines } from './summary.js';

const quiet = { made: 0, filtered: 0, deduplicated: 0, rejected: 0, unfinished: 0, calls: 0 };
const snapshot: Snapshot = {
  seconds: 61,
  blocks: [
    { name: 'gen', ...quiet, in: 1200, out: 30, calls: 40, rejected: 3 },
    { name: 'keep', ...quiet, in: 30, out: 0 },
  ],
  inFlight: 7,
  queued: 12,
  limit: 8,
  phase: 'cruise',
  silences: [],
  waits: [],
  numbered: 'seed',
  calls: 40,
  cachedCalls: 10,
  promptTokens: 123_456,
  completionTokens: 999,
  tokensEstimated: true,
  written: 0,
  callsPerSecond: 3.14159,
  share: 0.5,
  secondsLeft: 61,
};

describe('formats', () => {
  it('writes counts, sizes and times as people read them', () => {
    expect([count(1234567), short(9999), short(12_345), short(999_600), short(4_560_000)]).toEqual([
      '1,234,567',
      '9,999',
      '12.3k',
      '1.00M',
      '4.56M',
    ]);
    expect([clock(7), clock(750), clock(10_931)]).toEqual(['0:07', '12:30', '3:02:11']);
  });

  it('leaves out columns in which nothing happened', () => {
    expect(blockTable(snapshot.blocks)).toEqual([
      'block     in  out  rejected  calls',
      'gen    1,200   30         3     40',
      'keep      30    0         0      0',
    ]);
  });

  it('shows what was made where anything was, so that an account adds up', () => {
    expect(blockTable([{ name: 'gen', ...quiet, in: 3, made: 3, out: 0, rejected: 6 }])).toEqual([
      'block  in  made  out  rejected',
      'gen     3     3    0         6',
    ]);
  });

  it('shortens names in the middle to fit, never the numbers', () => {
    const blocks = [{ ...snapshot.blocks[0]!, name: 'grounded_skills/gen_grounded_questions/drop_duplicates' }];
    for (const line of blockTable(blocks, 50)) expect(line.length).toBeLessThanOrEqual(50);
    expect(blockTable(blocks, 50)[1]).toMatch(/^grou\S*…\S*duplicates\s+1,200 {3}30 {9}3 {5}40$/);
  });

  it('says calls, tokens, rate and what is left', () => {
    expect(trafficParts(snapshot).join(' · ')).toBe(
      '0 written · 7/8 calls in flight (cruise), 12 waiting · 40 answered (10 from cache), 3.1/s · about 123k tokens in, 999 ' +
        'out · input 50 % · about 1:01 left',
    );
  });

  it('names servers that have been asked and say nothing', () => {
    const silent = { server: 'http://a/v1', seconds: 47.9, open: 1, about: 'which API?' };
    expect(
      trafficParts({
        ...snapshot,
        silences: [silent, { ...silent, server: 'http://b/v1', open: 1200, about: 'gen' }, { ...silent, seconds: 9 }],
      }).join(' · '),
    ).toMatch(
      / · http:\/\/a\/v1 47 s without a reply \(1 request: which API\?\) · http:\/\/b\/v1 47 s without a reply \(1,200 requests: gen\)$/,
    );
  });

  it('says what waits, and for what', () => {
    const waits = [
      { count: 1200, for: 41, before: 'gen/drop_duplicates' },
      { count: 180, for: 0 },
      { count: 7, for: 'end', before: 'choose' } as const,
      { count: 2, for: 'end' } as const,
      { count: 1, for: 'reader' } as const,
    ];
    expect(waitParts({ waits, numbered: 'seed' })).toEqual([
      '1,200 samples before gen/drop_duplicates wait for seed 42',
      '180 finished rows wait for seed 1',
      '2 finished rows wait for the end of the input',
      '1 finished row waits for whoever reads the output',
    ]);
    expect(trafficParts({ ...snapshot, waits: waits.slice(1, 3), numbered: 'attempt' }).join(' · ')).toMatch(
      / · 180 finished rows wait for attempt 1 · 7 samples before choose wait for the end of the input$/,
    );
  });

  it('names the block that ended an empty result', () => {
    const run = new Run();
    const gen = run.block('gen', 'LLMBlock');
    gen.ledger.drop('rejected', 'no-match');
    expect(summaryLines(snapshot, run.ledger)).toEqual([
      '  block     in  out  rejected  calls',
      '  gen    1,200   30         3     40',
      '  keep      30    0         0      0',
      '  1 rejected by gen: no-match',
      '  nothing came out: block keep was the last to receive samples',
      '0 samples in 1:01; 40 answered (10 from cache), 0.5/s; about 123k tokens in, 999 out',
    ]);
  });
});

describe('watch', () => {
  it('takes the rate from calls that the teacher answered, and the rest from how far the input was read', () => {
    let now = 0;
    const run = new Run();
    const { ledger } = run.block('gen');
    const look = watch({ run, written: () => 5, bytesRead: () => 250, bytesTotal: 1000 }, () => now);
    ledger.in = 10;
    ledger.calls = 20;
    ledger.cachedCalls = 10;
    now = 2000;
    expect(look()).toMatchObject({ seconds: 2, calls: 20, cachedCalls: 10, callsPerSecond: 5, share: 0.25, secondsLeft: 6, written: 5 });
  });

  it('names a reader of the output only once it has taken nothing for a while', () => {
    let now = 0;
    const run = new Run();
    const look = watch({ run, written: () => 3 }, () => now);
    run.gate.beginWrite(2);
    look();
    now = 1900;
    expect(look().waits).toEqual([]);
    now = 2100;
    expect(look().waits).toEqual([{ count: 2, for: 'reader' }]);
    run.gate.written(2);
    expect(look().waits).toEqual([]);
    run.gate.beginWrite(1);
    expect(look().waits).toEqual([]);
  });

  it('promises nothing where the length of the input is not known', () => {
    const look = watch({ run: new Run(), written: () => 0 }, () => 1);
    expect(look()).toMatchObject({ share: undefined, secondsLeft: undefined });
  });
});

describe('showProgress', () => {
  it('adds a line every ten seconds where no view can be drawn, shows a section where one can, and nothing to the quiet', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const lines: string[] = [];
    const stderr = { columns: 60, write: (text: string) => lines.push(text) > 0 };
    const view = { show: (section: () => Section) => (sections.push(section()), () => undefined) };
    const sections: Section[] = [];
    const all = { title: 'run', snapshot: () => snapshot, stderr };
    showProgress({ ...all, quiet: true });
    showProgress({ ...all, view });
    const hide = showProgress(all);
    vi.advanceTimersByTime(20_000);
    hide();
    vi.advanceTimersByTime(20_000);
    expect(lines.length).toBe(2);
    expect(lines[0]).toMatch(/^run · 1:01 · 0 written · 7\/8 calls in flight .* about 1:01 left\n$/);
    expect(sections).toEqual([{ title: 'run · 1:01', rows: blockTable(snapshot.blocks), facts: trafficParts(snapshot) }]);
  });
});
