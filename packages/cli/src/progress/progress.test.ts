import { PassThrough } from 'node:stream';
import { Run } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { blockTable, clock, count, short, trafficLine, waitParts } from './format.js';
import { progressMode, showProgress } from './show-progress.js';
import { watch, type Snapshot } from '@sdg/session';
import { summaryLines } from './summary.js';

const quiet = { filtered: 0, deduplicated: 0, rejected: 0, unfinished: 0, calls: 0 };
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

  it('shortens names in the middle to fit, never the numbers', () => {
    const blocks = [{ ...snapshot.blocks[0]!, name: 'grounded_skills/gen_grounded_questions/drop_duplicates' }];
    for (const line of blockTable(blocks, 50)) expect(line.length).toBeLessThanOrEqual(50);
    expect(blockTable(blocks, 50)[1]).toMatch(/^grou\S*…\S*duplicates\s+1,200 {3}30 {9}3 {5}40$/);
  });

  it('says calls, tokens, rate and what is left', () => {
    expect(trafficLine(snapshot)).toBe(
      '0 written · 7/8 calls in flight (cruise), 12 waiting · 40 answered (10 from cache), 3.1/s · about 123k tokens in, 999 ' +
        'out · input 50 % · about 1:01 left',
    );
  });

  it('names servers that have been asked and say nothing', () => {
    const silent = { server: 'http://a/v1', seconds: 47.9, open: 1, about: 'which API?' };
    expect(
      trafficLine({
        ...snapshot,
        silences: [silent, { ...silent, server: 'http://b/v1', open: 1200, about: 'gen' }, { ...silent, seconds: 9 }],
      }),
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
    expect(trafficLine({ ...snapshot, waits: waits.slice(1, 3), numbered: 'attempt' })).toMatch(
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

const terminal = (isTTY: boolean) =>
  Object.assign(new PassThrough(), { isTTY, columns: 60, rows: 20 }) as unknown as NodeJS.WriteStream & PassThrough;

describe('showProgress', () => {
  it('is live on a terminal, plain elsewhere or where the data goes to the same terminal, silent if asked', () => {
    expect(progressMode(false, terminal(true), terminal(false))).toBe(process.env['TERM'] === 'dumb' ? 'plain' : 'live');
    expect(progressMode(false, terminal(true), terminal(true))).toBe('plain');
    expect(progressMode(false, terminal(false), terminal(false))).toBe('plain');
    expect(progressMode(true, terminal(true), terminal(false))).toBe('none');
  });

  it('keeps lines within the terminal, and takes its view away', () => {
    const stderr = terminal(true);
    const progress = showProgress({ title: 'run', snapshot: () => snapshot, stderr, mode: 'live' });
    progress.note('something happened');
    progress.stop();
    const text = String(stderr.read());
    const drawn = text.split('\n').filter((line) => !line.includes('\u001b'));
    expect(drawn[0]).toBe('something happened');
    expect(drawn[1]).toBe('run · 1:01');
    for (const line of drawn) expect(line.length).toBeLessThan(60);
    const frame = text.slice(text.lastIndexOf('run · 1:01'));
    expect(frame.endsWith(`about 1:01 left\n\u001b[${frame.split('\n').length - 1}F\u001b[0J`)).toBe(true);
  });
});
