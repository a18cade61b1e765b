import { createTeacher } from '@sdg/teacher';
import { type ErrorCode, type SdgError, sumOf } from '@sdg/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { faultKinds, type FaultKind, type FaultRule } from './faults.js';
import { startTeacherSim } from './start-teacher-sim.js';
import { runChain } from './test-support/chain.js';

/** How the fault strikes. */
const patterns: Readonly<Record<string, (kind: FaultKind) => FaultRule>> = {
  rare: (kind) => ({ kind, rate: 0.05 }),
  'half of all calls': (kind) => ({ kind, rate: 0.5 }),
  burst: (kind) => ({ kind, every: 40, length: 12 }),
};

/** Faults after which the run is over, in good order, and those that reject the sample that met them. */
const ENDS_RUN: Readonly<Partial<Record<FaultKind, ErrorCode>>> = {
  '400-budget': 'teacher-auth',
  '400-tls': 'config',
  '401': 'teacher-auth',
  '404': 'teacher-not-found',
  '429-for-hours': 'teacher-hopeless',
  '429-no-money': 'teacher-auth',
};
const REJECTS: readonly FaultKind[] = [
  ...(['context-length', '400-filter', '403-firewall', '403-moderation', '429-too-large', 'refused', 'sensitive'] as const),
];

const SEEDS = 30;

describe('every fault, in either API, rare, often or in bursts: the run ends and every sample is accounted for', () => {
  for (const kind of Object.keys(faultKinds) as FaultKind[]) {
    for (const [pattern, rule] of Object.entries(patterns)) {
      // A prompt has no turns.
      for (const chat of kind === 'no-system' ? [true] : [false, true]) {
        it.concurrent(`${kind}, ${pattern}, ${chat ? 'chat' : 'completions'}`, { timeout: 60_000 }, async ({ expect: check }) => {
          const sim = await startTeacherSim({ answers: 'hash', faults: [rule(kind)], retryAfter: 0.02, slowMs: 8, hugeMegabytes: 2 });
          const stops: SdgError[] = [];
          const teacher = await createTeacher({
            teacher: [sim.url],
            model: 'sim',
            api: chat ? 'chat' : 'completions',
            concurrency: 8,
            timeoutMs: kind === 'hang' ? 300 : 10_000,
            maxReplyBytes: 2 ** 20,
            retry: { baseMs: 4, maxMs: 20 },
            onStop: (error) => stops.push(error),
          });
          try {
            const { run, out } = await runChain({
              teacher,
              seeds: SEEDS,
              fanOut: [2, 1],
              n: 2,
              chat,
              // What was only thought is never what was said, nor is what stands around it.
              onSample: ({ text }) => check(text).not.toMatch(/DRAFT|think|channel|思考|im_start/),
            });
            run.ledger.reconcile();
            const accounts = run.ledger.toJSON();
            const lost = accounts.reduce((sum, { unfinished, rejected }) => sum + unfinished + sumOf(Object.values(rejected)), 0);
            check(sim.stats().faults[kind]).toBeGreaterThan(0);
            const end = ENDS_RUN[kind];
            check(stops.map(({ code }) => code)).toEqual(end === undefined ? [] : [end]);
            if (end !== undefined || REJECTS.includes(kind)) check(lost).toBeGreaterThan(0);
            // A call may meet the same fault ten times in a row by chance; then its sample is on record, no more.
            else check(out + 2 * lost).toBeGreaterThanOrEqual(2 * SEEDS);
            if (end === undefined) check(accounts[0]).toMatchObject({ in: SEEDS, unfinished: 0 });
          } finally {
            await teacher.close?.();
            await sim.close();
          }
        });
      }
    }
  }
});

describe('a teacher that refuses everything', () => {
  it.each(['refused', 'context-length', '400-filter', '403-firewall', 'content-type', 'no-choices'] as const)(
    'ends the run after some tens of calls: %s',
    async (kind) => {
      const sim = await startTeacherSim({ answers: 'hash', faults: [{ kind, rate: 1 }] });
      onTestFinished(() => sim.close());
      const stops: SdgError[] = [];
      const teacher = await createTeacher({
        teacher: [sim.url],
        model: 'sim',
        api: 'chat',
        concurrency: 4,
        retry: { baseMs: 2 },
        onStop: (error) => stops.push(error),
      });
      onTestFinished(() => teacher.close?.());
      const { run, out } = await runChain({ teacher, seeds: 500, fanOut: [1], chat: true });
      run.ledger.reconcile();
      expect([out, stops.map(({ code, exitCode }) => [code, exitCode])]).toEqual([0, [['teacher-hopeless', 3]]]);
      expect(stops[0]!.message).toMatch(/all of the first 30 calls/);
      expect(sim.stats().calls).toBeLessThan(40);
    },
  );

  it.each(['no-max-tokens', 'no-temperature', 'no-system', 'stream-only'] as const)(
    'for a parameter or a turn is understood: %s',
    async (kind) => {
      const sim = await startTeacherSim({ answers: 'hash', faults: [{ kind, rate: 1 }] });
      onTestFinished(() => sim.close());
      const teacher = await createTeacher({ teacher: [sim.url], model: 'sim', api: 'chat', concurrency: 4 });
      onTestFinished(() => teacher.close?.());
      const { out } = await runChain({ teacher, seeds: 50, fanOut: [1], chat: true });
      expect([out, sim.stats().faults[kind]! <= 4]).toEqual([50, true]);
    },
  );
});

describe('a teacher that dies', () => {
  it('is waited for, and the run goes on by itself when it is back', async () => {
    const first = await startTeacherSim({ answers: 'hash', latency: { kind: 'fixed', meanMs: 5 } });
    const port = Number(new URL(first.url).port);
    const notices: string[] = [];
    const teacher = await createTeacher({
      teacher: [first.url],
      model: 'sim',
      api: 'chat',
      concurrency: 4,
      retry: { baseMs: 5 },
      observer: { notice: (text) => notices.push(text) },
    });
    onTestFinished(() => teacher.close?.());
    let back: Promise<void> | undefined;
    let out = 0;
    const { run } = await runChain({
      teacher,
      seeds: 40,
      fanOut: [1],
      chat: true,
      onSample: () => {
        if (++out !== 10) return;
        back = first.close().then(async () => {
          const second = await startTeacherSim({ answers: 'hash', port });
          onTestFinished(() => second.close());
        });
      },
    });
    await back;
    expect([out, run.ledger.toJSON()[0]]).toMatchObject([40, { in: 40, out: 40 }]);
    expect(notices.join('\n')).toMatch(/is back|API/);
  });

  it('ends the run in good order when it does not come back', async () => {
    const sim = await startTeacherSim({ answers: 'hash' });
    await sim.close();
    const stops: SdgError[] = [];
    const teacher = await createTeacher({
      teacher: [sim.url],
      model: 'sim',
      api: 'chat',
      concurrency: 4,
      giveUpAfterMs: 300,
      retry: { baseMs: 5 },
      onStop: (error) => stops.push(error),
    });
    onTestFinished(() => teacher.close?.());
    const { run, out } = await runChain({ teacher, seeds: 20, fanOut: [1], chat: true });
    run.ledger.reconcile();
    expect([out, stops.map(({ code, exitCode }) => [code, exitCode])]).toEqual([0, [['teacher-unreachable', 3]]]);
    expect(run.ledger.toJSON()[0]).toMatchObject({ in: 20, unfinished: 20 });
    expect(stops[0]!.message).toMatch(/refuses connections.*resumes/);
  });
});

describe('several endpoints', () => {
  it('share the load, go on without the one that fails and take it back', async () => {
    const options = { answers: 'hash', latency: { kind: 'fixed', meanMs: 4 } } as const;
    const [a, b] = await Promise.all([startTeacherSim(options), startTeacherSim(options)]);
    onTestFinished(async () => void (await Promise.all([a.close(), b.close()])));
    const teacher = await createTeacher({ teacher: [a.url, b.url], model: 'sim', api: 'chat', concurrency: 4, retry: { baseMs: 2 } });
    onTestFinished(() => teacher.close?.());
    await runChain({ teacher, seeds: 100, fanOut: [1], chat: true });
    expect(Math.abs(a.stats().calls - b.stats().calls)).toBeLessThan(30);

    b.setFaults([{ kind: '500', rate: 1 }]);
    const { out } = await runChain({ teacher, seeds: 200, fanOut: [1], chat: true });
    expect(out).toBe(200);
    expect(b.stats().faults['500']).toBeLessThan(60);

    const bad = await startTeacherSim({ ...options, apiKey: 'another' });
    onTestFinished(() => bad.close());
    const mixed = await createTeacher({ teacher: [bad.url, a.url], model: 'sim', api: 'chat', concurrency: 4, retry: { baseMs: 2 } });
    onTestFinished(() => mixed.close?.());
    expect((await runChain({ teacher: mixed, seeds: 40, fanOut: [1], chat: true })).out).toBe(40);

    b.setFaults([]);
    const before = b.stats().answered;
    for (let round = 0; round < 200 && b.stats().answered === before; round++) {
      await runChain({ teacher, seeds: 20, fanOut: [1], chat: true });
    }
    expect(b.stats().answered).toBeGreaterThan(before);
  });
});
