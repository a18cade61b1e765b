import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { catalog } from '@sdg/blocks';
import { type Observer, type Sample, type Teacher } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { openRun, type OpenRunOptions, type RunHandle } from './open-run.js';

const folder = mkdtempSync(`${tmpdir()}/sdg-in-code-`);
writeFileSync(
  `${folder}/p.yaml`,
  'version: "1.0"\nblocks:\n  - name: ask\n    type: LLMBlock\n    config: { config_path: ask.yaml, output_cols: [answer] }\n',
);
writeFileSync(`${folder}/ask.yaml`, 'generation: Speak of {{ topic }}\n');
const seeds: readonly Sample[] = Array.from({ length: 12 }, (_, i) => ({ topic: `topic ${i}` }));

const open = (options: Partial<OpenRunOptions> = {}): Promise<RunHandle> =>
  openRun({ pipeline: `${folder}/p.yaml`, catalog, teacher: 'offline', env: { XDG_CACHE_HOME: folder }, seeds, ...options });
const take = async (run: RunHandle, most = Infinity): Promise<Sample[]> => {
  const rows: Sample[] = [];
  for await (const row of run) if (rows.push(row) >= most) break;
  return rows;
};
const runs = async (options: Partial<OpenRunOptions>) => {
  const run = await open(options);
  const rows = await take(run).catch((error: unknown) => error);
  return { ...(await run.end()), rows, run };
};

describe('the options of a run', () => {
  it('are refused where they are misspelt or take no such value, all at once and before anything is opened', async () => {
    const wrong = {
      ...{ rundir: 'x', 'max-cost': 3, scaleFactor: '3', numOutputs: Number.NaN, maxTokensTotal: 'many', maxCost: -1, api: 'soap' },
      ...{ files: 'in.jsonl', noCache: 'false', seed: 1.5, seeds: 'in.jsonl', observer: 5, timeout: 0 },
    };
    await expect(open(wrong as never)).rejects.toMatchObject({
      code: 'usage',
      exitCode: 2,
      message: [
        'option "seeds" takes samples, in an iterable or an async iterable, or a function that gives them; not \'in.jsonl\'',
        'option "rundir" is not known; did you mean "runDir"?',
        'option "max-cost" is not known; did you mean "maxCost"?',
        'option "scaleFactor" takes a whole number from 1 up; not \'3\'',
        'option "numOutputs" takes a whole number from 1 up; not NaN',
        'option "maxTokensTotal" takes a whole number from 1 up; not \'many\'',
        'option "maxCost" takes a number from 0 up; not -1',
        'option "api" takes auto or chat or completions; not \'soap\'',
        'option "files" takes a list of texts; not \'in.jsonl\'',
        'option "noCache" takes true or false; not \'false\'',
        'option "seed" takes a whole number; not 1.5',
        'option "observer" takes an observer; not 5',
        'option "timeout" takes a number from 1 up; not 0',
      ].join('\n'),
    });
  });

  it('may be there and undefined', async () => {
    expect((await runs({ numOutputs: undefined, seed: undefined } as never)).exitCode).toBe(0);
  });

  it('must bring blocks and samples', async () => {
    await expect(open({ catalog: undefined } as never)).rejects.toThrow('no catalogue of blocks is given; pass catalog');
    await expect(open({ seeds: undefined } as never)).rejects.toThrow('the run has no samples to begin with; pass seeds, or files');
    await expect(open({ seeds: undefined, files: [`${folder}/p.yaml`, 'nothere'] } as never)).rejects.toThrow(
      'cannot read nothere: there is no',
    );
  });

  it('name what is wrong with a pipeline in the error, where there is no observer', async () => {
    writeFileSync(`${folder}/wrong.yaml`, 'version: "1.0"\nblocks:\n  - { name: a, type: LLMBlok, config: {} }\n');
    await expect(open({ pipeline: `${folder}/wrong.yaml` })).rejects.toThrow(/has 1 error:\n.*LLMBlok.*did you mean "LLMBlock"/);
  });
});

describe('the record of a run', () => {
  it('holds no key of any address, and tells addresses apart', async () => {
    const engine = { name: 'far', open: async () => Promise.reject(new Error('no server')) };
    const given = {
      ...{ engine, runDir: `${folder}/keys`, teacher: 'http://hf_secret1@host:1/v1?key=secret2' },
      ...{ embedder: 'https://me:secret3@embed/v1', on: 'nats://me:secret4@a:4222,nats://secret5@b:4222' },
      ...{ header: ['api-key: secret6', 'x-key: ${KEY}'], env: { KEY: 'secret7', SDG_API_KEY: 'secret8' } },
    };
    await expect(open(given)).rejects.toThrow('no server');
    const lock = readFileSync(`${folder}/keys/lock.json`, 'utf8');
    expect(lock).not.toContain('secret');
    expect((JSON.parse(lock) as { given: unknown }).given).toMatchObject({
      flags: { teacher: 'http://host:1/v1', embedder: 'https://embed/v1', on: 'nats://a:4222,nats://b:4222', header: ['x-key: ${KEY}'] },
    });
  });

  it("knows an address of one's own scheme again: it resumes there, and not with another", async () => {
    const asked: string[] = [];
    const complete = async () => ({
      choices: [{ text: 'a', finishReason: 'stop' as const }],
      model: 'm',
      usage: { promptTokens: 1, completionTokens: 1 },
    });
    const provider = { schemes: ['mine'], open: async (address: string) => (asked.push(address), { name: 'mine', complete }) };
    const options = { runDir: `${folder}/mine`, providers: [provider] };
    await runs({ ...options, teacher: 'mine:one' });
    await runs({ ...options, teacher: undefined, pipeline: undefined, resume: true } as never);
    expect(asked).toEqual(['mine:one', 'mine:one']);
    await expect(open({ ...options, teacher: 'mine:two', resume: true })).rejects.toThrow(
      'settings teacher: was "mine:one", is "mine:two"',
    );
  });
});

describe('samples that a program gives', () => {
  it.each([
    [[{ topic: 'a' }, null], 'seed 2 is null, which is no sample'],
    [[['a']], 'seed 1 is a list, which is no sample'],
    [[{ topic: 'a', at: new Date(0) }], 'seed 1 has a Date in column "at", which JSON cannot carry'],
    [[{ topic: 'a', _sdg: { id: 1 } }], 'seed 1 has a column _sdg that is no lineage'],
  ])('are looked at before a call is made: %j', async (odd, message) => {
    const { error, run, exitCode } = await runs({ seeds: odd as never });
    expect([error?.message, exitCode]).toEqual([`${message}; give samples as JSON has them`, 1]);
    run.run.ledger.reconcile();
  });

  it('are told of once where digits of a number are lost, as of an id of 64 bits', async () => {
    const notices: string[] = [];
    const odd = [{ id: 2 ** 53 - 1, x: 1e-30 }, { n: [{ id: JSON.parse('12345678901234567890') as number }] }, { id: 2 ** 60 }];
    const { rows } = await runs({ seeds: odd.map((one) => ({ topic: 'a', ...one })), observer: { notice: (text) => notices.push(text) } });
    expect(rows).toHaveLength(3);
    expect(notices.filter((text) => text.includes('digits'))).toEqual([
      'seed 2 has a whole number of more than 16 digits, whose last ones may be lost: 12345678901234567000; write such as text, in quotes',
    ]);
  });

  it.each([
    [new Error('broken'), 'broken'],
    ['text', "no error was thrown, but 'text'"],
  ])('may end with %s: what came before comes out', async (thrown, said) => {
    const { rows, error, exitCode } = await runs({
      seeds: (async function* () {
        yield* seeds;
        throw thrown;
      })(),
    });
    expect([rows, error?.message, exitCode]).toEqual([expect.objectContaining({ length: 12 }), said, 1]);
  });
});

describe('the end of a run', () => {
  it('is known to be early where its reader left, and counts what that took', async () => {
    const run = await open({ runDir: `${folder}/left` });
    expect(await take(run, 3)).toHaveLength(3);
    const end = await run.end();
    expect(end).toMatchObject({ reason: 'closed', exitCode: 0, written: 3, error: undefined });
    expect(await run.end({ written: 9 })).toBe(end);
    expect(JSON.parse(readFileSync(`${folder}/left/ledger.json`, 'utf8'))).toMatchObject({ exit: 'closed', written: 3 });
    run.run.ledger.reconcile();
  });

  it('ends samples that flow, a call that never comes back among them', async () => {
    let isGivenUp = false;
    const complete: Teacher['complete'] = (_request, { signal } = {}) =>
      new Promise(() => signal!.addEventListener('abort', () => (isGivenUp = true)));
    const provider = { schemes: ['deaf'], open: async () => ({ name: 'deaf', complete }) };
    const run = await open({ teacher: 'deaf:', providers: [provider] });
    const taken = take(run);
    await expect.poll(() => run.run.gate.working).toBeGreaterThan(0);
    expect(await run.end()).toMatchObject({ reason: 'closed', exitCode: 0, written: 0 });
    expect([await taken, isGivenUp]).toEqual([[], true]);
    run.run.ledger.reconcile();
  });

  it('is early where nothing was read, and its samples cannot be read twice', async () => {
    expect(await (await open()).end()).toMatchObject({ reason: 'closed', written: 0 });
    const run = await open();
    expect(await take(run)).toHaveLength(12);
    await expect(take(run)).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('can be read once') as string });
    expect(await run.end()).toMatchObject({ reason: 'done', written: 12 });
  });

  it('knows what the stream failed by without being told', async () => {
    const provider = { schemes: ['bad'], open: async () => ({ name: 'bad', complete: async () => Promise.reject(new Error('no more')) }) };
    expect(await runs({ teacher: 'bad://x', providers: [provider] })).toMatchObject({
      reason: 'failed',
      exitCode: 1,
      error: { message: 'no more' },
    });
  });
});

describe("a teacher of one's own", () => {
  /** As many write it: a class, with state of its own. */
  class Echo {
    readonly name = 'echo';
    closed = 0;
    #slots = 5;
    async complete() {
      return {
        choices: [{ text: `slots ${this.#slots}`, finishReason: 'stop' as const }],
        model: 'e',
        usage: { promptTokens: 1, completionTokens: 1 },
      };
    }
    onLimit(listener: (limit: number) => void) {
      listener(this.#slots);
      return () => undefined;
    }
    state() {
      return { inFlight: 0, queued: 0, limit: this.#slots };
    }
    async close() {
      this.closed++;
    }
  }

  it("may be an object of a class, as the run's and as a block's: both are followed, and closed", async () => {
    const made: Echo[] = [];
    const provider = { schemes: ['echo'], open: async () => made[made.push(new Echo()) - 1]! };
    writeFileSync(`${folder}/own.yaml`, 'teachers: { other: { url: "echo://b" } }\nblocks: { ask: { teacher: other } }\n');
    const run = await open({ teacher: 'echo://a', providers: [provider], config: `${folder}/own.yaml` });
    const rows = await take(run);
    expect([run.run.gate.slots, run.snapshot().limit, rows[0]!['answer']]).toEqual([10, 10, 'slots 5']);
    await run.end();
    expect(made.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  it.each([
    [undefined, 'undefined'],
    [{ choices: null }, 'choices is no list'],
    [{ choices: [{ text: 'a' }, { text: 5 }] }, 'choices[1].text is no text'],
    [{ choices: [{ text: 'a' }] }, 'model is no text'],
    [{ choices: [{ text: 'a' }], model: 'm' }, 'usage has no number of tokens'],
    [{ choices: [{ text: 'a' }], model: 'm', usage: { promptTokens: 1, completionTokens: Number.NaN } }, 'usage has no number of tokens'],
    [{ choices: [{ text: 'a' }], model: 'm', usage: { promptTokens: -1, completionTokens: 1 } }, 'usage has no number of tokens'],
  ])('that gives %j is told what is missing', async (reply, fault) => {
    const provider = { schemes: ['odd'], open: async () => ({ name: 'odd', complete: async () => reply }) };
    const { error, exitCode, run } = await runs({ teacher: 'odd:', providers: [provider as never] });
    expect([error?.message.split(';')[0], exitCode]).toEqual([`the teacher odd gave what is no reply: ${fault}`, 2]);
    run.run.ledger.reconcile();
  });

  it.each([undefined, 'words'])('may throw %j, which is no error, and count its slots wrongly', async (thrown) => {
    const teacher = {
      name: 'odd',
      complete: async () => Promise.reject(thrown as unknown as Error),
      onLimit: (listener: (limit: number) => void) => listener(Number.NaN),
    };
    const provider = { schemes: ['odd'], open: async () => teacher };
    const { error, exitCode } = await runs({ teacher: 'odd:', providers: [provider as never] });
    expect([error?.message, exitCode]).toEqual([
      `the teacher odd threw what is no error: ${thrown === undefined ? 'undefined' : "'words'"}`,
      1,
    ]);
  });

  it('is refused where it is none', async () => {
    for (const one of [null, { open: () => undefined }, { schemes: ['x'] }]) {
      await expect(open({ providers: [one as never] })).rejects.toThrow(
        'option "providers" takes a list of providers, each with schemes and open',
      );
    }
    const provider = { schemes: ['odd'], open: async () => ({ name: 'odd' }) };
    await expect(open({ teacher: 'odd://x', providers: [provider as never] })).rejects.toThrow(
      'what the provider of "odd:" opened is no teacher',
    );
  });
});

describe('an observer that fails', () => {
  const members = ['blockOpened', 'sampleEntered', 'sampleSettled', 'callBegan', 'callEnded', 'notice', 'runEnded'] as const;
  const ways = {
    throws: () => {
      throw new Error('mine');
    },
    rejects: async () => Promise.reject(new Error('mine')),
  };

  it.each(
    members.flatMap((member) => Object.keys(ways).map((way) => [member, way] as const)).filter((one) => one.join() !== 'runEnded,rejects'),
  )('at %s, which %s, ends the run and breaks nothing', async (member, way) => {
    const observer: Observer = { [member]: ways[way as keyof typeof ways] };
    const { error, exitCode, run } = await runs({ observer });
    expect([error?.message, exitCode]).toEqual([`the observer failed at ${member}: mine; observers must not throw: mend it`, 2]);
    run.run.ledger.reconcile();
    expect([run.run.gate.resident, run.run.gate.working]).toEqual([0, 0]);
  });
});
