import { from, lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { derive, filtered, Random, rejected, type Sample, SdgError, seedSample } from '@sdg/values';
import { concurrentMap } from './concurrent-map.js';
import { expand } from './expand.js';
import { detached, Run } from './run.js';
import type { Reply, Teacher } from './teacher.js';

const teacher = (name: string): Teacher => ({
  name,
  complete: async (): Promise<Reply> => ({
    choices: [{ text: name, finishReason: 'stop' }],
    model: name,
    usage: { promptTokens: 1, completionTokens: 1 },
  }),
});

describe('Run', () => {
  it("asks the teacher that a block has of its own, and the run's for all others", async () => {
    const own = teacher('judge');
    const run = new Run({ teacher: teacher('common'), teacherOf: (block) => (block === 'judge' ? own : undefined) });
    const ask = async (block: string): Promise<string> => (await run.block(block).complete({ prompt: '', parameters: {} })).model;
    expect([await ask('generate'), await ask('judge')]).toEqual(['common', 'judge']);
  });

  it('puts on the account what a failing call has paid for, and of a reply what was paid for now', async () => {
    const [some, all] = [2, 5].map((tokens) => ({ promptTokens: tokens, completionTokens: tokens }));
    const reply: Reply = { choices: [], model: 'm', usage: all! };
    const run = new Run({
      teacher: {
        name: 'halting',
        async complete({ prompt }, options) {
          if (prompt === 'whole') return { ...reply, paid: some! };
          options?.onSpent?.({ ...reply, usage: some! });
          throw new SdgError('budget', 'spent');
        },
      },
    });
    const block = run.block('ask');
    await expect(block.complete({ prompt: 'part', parameters: {} })).rejects.toMatchObject({ code: 'budget' });
    await block.complete({ prompt: 'whole', parameters: {} });
    expect(block.ledger.toJSON()).toMatchObject({
      calls: 2,
      promptTokens: 7,
      models: { m: { calls: 2, promptTokens: 4, completionTokens: 4 } },
    });
  });

  it('calls for the later block first, and once the input has ended for the longest way to go', async () => {
    const asked: unknown[] = [];
    const run = new Run({
      teacher: { ...teacher('t'), complete: (request, options) => (asked.push(options), teacher('t').complete(request)) },
    });
    const signal = new AbortController().signal;
    for (const name of ['first', 'second']) await run.block(name).complete({ prompt: '', parameters: {} });
    await run.block('own', 'own', 5, 2).complete({ prompt: '', parameters: {} }, signal);
    const common = { draining: run.draining, onSpent: expect.any(Function) as unknown };
    const at = (priority: number, tail: number) => ({ ...common, priority, tail: { begins: run.gate.inputEnded, priority: tail } });
    expect(asked).toStrictEqual([at(1, -1), at(2, -2), { ...at(2, -5), signal }]);
  });

  it('tells why a call failed, and what to do where that is known', async () => {
    const ends: unknown[] = [];
    const failures = [
      new SdgError('teacher-refused', 'too long', { remedy: 'shorten it', status: 400 }),
      new SdgError('teacher-refused', 'not that one'),
      new TypeError('x is undefined'),
    ];
    for (const failure of failures) {
      const failing: Teacher = { name: 'failing', complete: () => Promise.reject(failure) };
      const run = new Run({ teacher: failing, observer: { callEnded: (_block, _call, _request, end) => ends.push(end) } });
      await expect(run.block('ask').complete({ prompt: '', parameters: {} })).rejects.toBe(failure);
    }
    expect(ends).toStrictEqual([
      { code: 'teacher-refused', message: 'too long; shorten it', remedy: 'shorten it', status: 400 },
      { code: 'teacher-refused', message: 'not that one' },
      { code: 'internal', message: 'TypeError: x is undefined' },
    ]);
  });

  it('draws for a block by its name and what else is given', () => {
    const draw = (seed: number, block: string, ...keys: string[]) =>
      new Run({ seed })
        .block(block)
        .random(...keys)
        .uint32();
    expect(draw(1, 'a', 'k')).toBe(new Random(1, 'a', 'k').uint32());
    expect(new Set([draw(1, 'a', 'k'), draw(2, 'a', 'k'), draw(1, 'b', 'k'), draw(1, 'a')]).size).toBe(4);
  });

  it('counts nothing for a teacher that has not said yet what it takes', () => {
    let say: (limit: number) => void = () => undefined;
    const later: Teacher = { ...teacher('later'), onLimit: () => () => undefined };
    const now: Teacher = { ...teacher('now'), onLimit: (listener) => ((say = listener), () => undefined) };
    const run = new Run({ teacher: now, teacherOf: () => later });
    run.block('b');
    say(6);
    expect(run.gate.slots).toBe(6);
  });

  it('needs nobody who listens', () => {
    new Run().block('ask').notice('nobody hears it');
  });

  it('says which block speaks, and how much it matters', () => {
    const heard: unknown[] = [];
    new Run({ observer: { notice: (text, severity) => heard.push([text, severity]) } }).block('ask').notice('no reply yet', 'warning');
    expect(heard).toEqual([['ask: no reply yet', 'warning']]);
  });

  it('gives a block that is used alone a context with its name and the settings of a run that says nothing', () => {
    expect(detached('alone')).toMatchObject({ name: 'alone', stage: 1, ordered: true, settings: { scaleFactor: 30 } });
    expect(detached().name).toBe('block');
  });

  it('refuses options that are not known', () => {
    expect(() => new Run({ techer: undefined } as object)).toThrow('Run: option "techer" is not known; did you mean "teacher"?');
  });

  it('has the settings of a run that says nothing, changed where it says something', () => {
    expect(new Run().settings).toEqual({ scaleFactor: 30 });
    expect(new Run({ settings: { model: 'm' } }).settings).toEqual({ scaleFactor: 30, model: 'm' });
    expect(new Run({ settings: { scaleFactor: 2 } }).block('b').settings).toEqual({ scaleFactor: 2 });
    expect([new Run().seed, new Run().ordered, new Run({ seed: 0, ordered: false }).seed]).toEqual([42, true, 0]);
  });

  it('gives requests a seed of 30 bits, by run, block and sample, where they have none and are drawn at all', async () => {
    const seeds: unknown[] = [];
    const asked: Teacher = {
      ...teacher('t'),
      complete: async (request) => (seeds.push(request.parameters.seed), teacher('t').complete(request)),
    };
    const ask = (options: object, block: string, request: object, parameters = {}): Promise<Reply> =>
      new Run({ teacher: asked, ...options }).block(block).complete({ prompt: '', parameters, ...request });
    await ask({ seedRequests: true }, 'b', { sampleId: 'x' });
    await ask({ seedRequests: true }, 'b', { sampleId: 'x' });
    await ask({ seedRequests: true }, 'c', { sampleId: 'x' });
    await ask({ seedRequests: true }, 'b', { sampleId: 'y' });
    await ask({ seedRequests: true, seed: 1 }, 'b', { sampleId: 'x' });
    const [first, again, ...others] = seeds as number[];
    expect(first).toBe(again);
    expect(new Set([first, ...others]).size).toBe(4);
    expect(seeds.every((seed) => Number(seed) >= 0 && Number(seed) < 2 ** 30)).toBe(true);
    seeds.length = 0;
    await ask({}, 'b', { sampleId: 'x' });
    await ask({ seedRequests: true }, 'b', {});
    await ask({ seedRequests: true }, 'b', { sampleId: 'x' }, { temperature: 0 });
    await ask({ seedRequests: true }, 'b', { sampleId: 'x' }, { seed: 5 });
    expect(seeds).toEqual([undefined, undefined, undefined, 5]);
  });

  it('asks nobody where it has no teacher, and says how to give it one', async () => {
    await expect(new Run().block('ask').complete({ prompt: '', parameters: {} })).rejects.toMatchObject({
      code: 'config',
      remedy: expect.stringContaining('new Run({ teacher })') as string,
    });
  });

  it('lets go of its teachers when it is closed, and drains when asked to', () => {
    let stopped = 0;
    const limited: Teacher = { ...teacher('t'), onLimit: (listener) => (listener(3), () => void stopped++) };
    const run = new Run({ teacher: limited });
    const block = run.block('a');
    expect([run.gate.slots, block.draining.aborted]).toEqual([3, false]);
    run.drain();
    run.close();
    run.close();
    expect([block.draining.aborted, stopped]).toEqual([true, 1]);
  });

  it('tells of every sample in flight: more where it fans out, less where one ends', async () => {
    const inFlight = new Map<unknown, number>();
    const change = (sample: Sample, by: number): unknown => inFlight.set(sample['root'], (inFlight.get(sample['root']) ?? 1) + by);
    const run = new Run({
      observer: {
        sampleMade: (_block, sample, more) => change(sample, more),
        sampleDropped: (_block, sample) => change(sample, -1),
      },
    });
    const [fan, keep] = [run.block('fan'), run.block('keep')];
    const input = [0, 1, 2, 3].map((root) => seedSample({ root }));
    const output = await lastValueFrom(
      from(input).pipe(
        concurrentMap(fan, async (sample: Sample) => {
          const count = Number(sample['root']);
          return count === 0
            ? rejected('none')
            : Array.from({ length: count }, (_, index) => derive(sample, { ...sample, index }, { block: 'fan', index }));
        }),
        expand(keep, () => (sample: Sample) => (sample['index'] === 1 ? filtered() : sample)),
        toArray(),
      ),
    );
    expect(output.map(({ root }) => root)).toEqual([1, 2, 3, 3]);
    expect([...inFlight].sort()).toEqual([
      [0, 0],
      [2, 1],
      [3, 2],
    ]);
    run.ledger.reconcile();
  });
});
