import fc from 'fast-check';
import { from, lastValueFrom, of, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { deduplicated, derive, filtered, rejected, type Sample, SdgError, seedSample } from '@sdg/values';
import { concurrentMap } from './concurrent-map.js';
import { expand } from './expand.js';
import { Ledger } from './ledger.js';
import { observerMembers, observers, type BlockRef, type Observer } from './observer.js';
import { Run } from './run.js';
import type { Reply, Teacher } from './teacher.js';

const teacher: Teacher = {
  name: 'echo',
  async complete({ prompt }): Promise<Reply> {
    if (prompt === '0') throw new SdgError('teacher-refused', 'not that one', { status: 400 });
    return {
      choices: [{ text: `${prompt}`, finishReason: 'stop' }],
      model: 'm',
      usage: { promptTokens: 3, completionTokens: Number(prompt) },
    };
  },
  onLimit(listener) {
    listener(4);
    return () => undefined;
  },
};

/** A run in which samples are made, answered and dropped in every way. */
async function play(numbers: readonly number[], observer?: Observer): Promise<Run> {
  const run = new Run({ teacher, observer });
  const [ask, fan, keep] = ['ask', 'fan', 'keep'].map((name) => run.block(name));
  await lastValueFrom(
    from(numbers.map((n) => seedSample({ n }))).pipe(
      concurrentMap(ask!, async (sample: Sample, signal) => {
        const reply = await ask!.complete({ prompt: String(sample['n']), parameters: {}, sampleId: sample._sdg!.id }, signal);
        return { ...sample, answer: reply.choices[0]!.text };
      }),
      expand(fan!, () => (sample: Sample) => [0, 1].map((index) => derive(sample, { ...sample, index }, { block: 'fan', index }))),
      expand(keep!, () => (sample: Sample) => {
        const n = Number(sample['n']) + Number(sample['index']);
        return n % 4 === 0 ? filtered() : n % 4 === 1 ? deduplicated() : n % 4 === 2 ? rejected(`mod ${n % 3}`, { reply: 'raw' }) : sample;
      }),
      toArray(),
    ),
  );
  run.close();
  return run;
}

/** An event as data: the name of the member, and what it was given. */
type RunEvent = readonly [keyof Observer, ...unknown[]];
const recording = (send: (event: RunEvent) => void): Observer =>
  Object.fromEntries(observerMembers.map((member) => [member, (...event: unknown[]) => send([member, ...event])]));
const tell = (observer: Observer, [member, ...event]: RunEvent): void =>
  (observer[member] as ((...event: unknown[]) => void) | undefined)?.call(observer, ...event);

const numbers = fc.array(fc.nat(9), { maxLength: 12 });

describe('observer', () => {
  it('is told everything a ledger needs, as data that survives JSON', () =>
    fc.assert(
      fc.asyncProperty(numbers, async (input) => {
        const far = new Ledger();
        const events: string[] = [];
        const run = await play(
          input,
          recording((event) => events.push(JSON.stringify(event))),
        );
        for (const event of events) tell(far, JSON.parse(event) as RunEvent);
        expect(far.toJSON()).toEqual(run.ledger.toJSON());
        far.reconcile();
      }),
    ));

  it('names block, sample, call, reply and failure', async () => {
    const events: RunEvent[] = [];
    await play(
      [0, 3],
      recording((event) => events.push(event)),
    );
    const of = (member: string): readonly unknown[][] => events.filter(([name]) => name === member).map(([, ...rest]) => rest as unknown[]);
    expect(of('limitChanged')).toEqual([['echo', 4]]);
    expect(of('blockOpened').map(([block]) => block)).toEqual([
      { index: 0, name: 'ask', type: 'ask', stage: 1 },
      { index: 1, name: 'fan', type: 'fan', stage: 2 },
      { index: 2, name: 'keep', type: 'keep', stage: 3 },
    ]);
    expect(of('callBegan')).toMatchObject([
      [{ name: 'ask' }, 1, { prompt: '0', block: 'ask', sampleId: seedSample({ n: 0 })._sdg.id }],
      [{ name: 'ask' }, 2, { prompt: '3' }],
    ]);
    expect(of('callEnded').map(([, call, , end]) => [call, end])).toMatchObject([
      [1, { code: 'teacher-refused', status: 400 }],
      [2, { model: 'm', choices: [{ text: '3' }] }],
    ]);
    expect(of('sampleDropped').map(([block, sample, drop]) => [block, (sample as Sample)['n'], drop])).toMatchObject([
      [{ name: 'ask' }, 0, { kind: 'rejected', reason: 'teacher-refused' }],
      [{ name: 'keep' }, 3, { kind: 'filtered' }],
    ]);
    const settled = of('sampleSettled').map(([block, sample, parent]) => [
      (block as BlockRef).name,
      (sample as Sample)._sdg!.path,
      (parent as Sample)._sdg!.path,
    ]);
    expect(settled).toEqual([
      ['ask', [], []],
      ['fan', ['fan.0'], []],
      ['keep', ['fan.0'], ['fan.0']],
      ['fan', ['fan.1'], []],
    ]);
  });

  it('makes one of several, told in their order, and leaves out what none listens to', () => {
    const heard: string[] = [];
    const hear = (name: string): Observer => ({ notice: (text) => void heard.push(`${name} ${text}`) });
    const all = observers(hear('a'), undefined, {}, hear('b'), hear('c'));
    all.notice?.('x');
    observers(hear('d'), hear('e')).notice?.('y');
    expect(heard).toEqual(['a x', 'b x', 'c x', 'd y', 'e y']);
    expect(Object.keys(all)).toEqual(['notice']);
    expect(Object.keys(observers())).toEqual([]);
  });

  it('follows every teacher of the run, also one that a block has of its own', () => {
    const limits: [string, number][] = [];
    const own: Teacher = { ...teacher, name: 'own', onLimit: (listener) => (listener(64), () => undefined) };
    const run = new Run({
      teacher,
      teacherOf: (block) => (block.startsWith('judge') ? own : undefined),
      observer: { limitChanged: (name, limit) => limits.push([name, limit]) },
    });
    for (const block of ['ask', 'judge_a', 'judge_b']) run.block(block);
    expect(run.gate.slots).toBe(68);
    expect(limits).toEqual([
      ['echo', 4],
      ['own', 64],
    ]);
  });
});

describe('Ledger', () => {
  it('adds accounts up, in any split of the samples, and the law still holds', () =>
    fc.assert(
      fc.asyncProperty(numbers, numbers, async (one, other) => {
        const whole = await play([...one, ...other]);
        const [a, b] = [await play(one), await play(other)];
        const sum = new Ledger().add(a.ledger).add(JSON.parse(JSON.stringify(b.ledger)));
        sum.reconcile();
        expect(sum.toJSON()).toEqual(whole.ledger.toJSON());
      }),
    ));

  it('keeps blocks that only one of them knows, and what was wrong stays wrong', async () => {
    const a = new Run();
    const b = new Run();
    await lastValueFrom(of({ x: 1 }).pipe(expand(a.block('one'), () => (sample) => sample)));
    b.block('two').enter({});
    const sum = new Ledger().add(a.ledger).add(b.ledger);
    expect(sum.blocks.map(({ block }) => block)).toEqual(['one', 'two']);
    expect(() => sum.reconcile()).toThrow('two (1 lost)');
  });

  it('prints itself', async () => {
    const { ledger } = await play([0, 2]);
    expect(String(ledger)).toBe(
      [
        'block  in  made  out  filtered  deduplicated  rejected  unfinished  calls',
        'ask     2     0    1         0             0         1           0      1',
        '  1 rejected: teacher-refused',
        'fan     1     1    2         0             0         0           0      0',
        'keep    2     0    1         0             0         1           0      0',
        '  1 rejected: mod 2',
      ].join('\n'),
    );
    expect(String(new Ledger())).toBe('ledger: no blocks');
  });
});
