import { SdgError, type Reply, type ReplyStore, type StoredOutput, type Teacher, type TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { outputs } from './outputs.js';

/** A server that answers with so many choices, each naming the seed it was made with. */
function server(choices: (n: number, call: number) => number) {
  const asked: TeacherRequest[] = [];
  const inner: Teacher = {
    name: 's',
    async complete(request): Promise<Reply> {
      const { n = 1, parameters } = request;
      asked.push(request);
      const count = choices(n, asked.length);
      if (count === 0) throw new SdgError('teacher-refused', "'n' must be at most 1");
      const first = parameters.seed ?? 100 * asked.length;
      return {
        choices: Array.from({ length: count }, (_, i) => ({ text: `${first + i}`, finishReason: 'stop' })),
        model: 'm',
        usage: { promptTokens: 3, completionTokens: 10 },
      };
    },
  };
  const ask = async (request: Partial<TeacherRequest> = {}) => {
    const reply = await teacher.complete({ prompt: 'p', model: 'm', n: 4, parameters: {}, ...request });
    return reply.choices.map(({ text }) => text);
  };
  const teacher = outputs(inner);
  return { ask, teacher, numbers: () => asked.map(({ n }) => n) };
}

/** A store that others use too, and what was done in it. */
function sharedStore() {
  const kept = new Map<string, StoredOutput>();
  const done: string[] = [];
  const store: Pick<ReplyStore, 'get' | 'put' | 'claim' | 'release'> = {
    get: async (keys) => {
      done.push('get');
      return keys.map((key) => kept.get(key));
    },
    put: async (outputs) => {
      for (const [{ exact }, output] of outputs) kept.set(exact, output);
      return outputs.map(([, output]) => output);
    },
    claim: async (keys) => {
      done.push('claim');
      return !keys.some((key) => kept.has(key));
    },
    release: async () => undefined,
  };
  return { store: store as ReplyStore, done };
}

describe('outputs in a store that others use too', () => {
  it('are claimed without a look, until one was kept', async () => {
    const { store, done } = sharedStore();
    const inner: Teacher = {
      name: 's',
      complete: async ({ prompt }) => ({
        choices: [{ text: `to ${prompt}`, finishReason: 'stop' }],
        model: 'm',
        usage: { promptTokens: 3, completionTokens: 10 },
      }),
    };
    const teacher = outputs(inner, { store });
    const steps = async (prompt: string): Promise<string[]> => {
      done.length = 0;
      const reply = await teacher.complete({ prompt, model: 'm', parameters: {} });
      expect(reply.choices[0]!.text).toBe(`to ${prompt}`);
      return [...done];
    };
    expect(await steps('a')).toEqual(['claim']);
    expect(await steps('b')).toEqual(['claim']);
    expect(await steps('a')).toEqual(['claim', 'get']);
    expect(await steps('b')).toEqual(['get']);
    expect(await steps('c')).toEqual(['get', 'claim']);
    expect(await steps('d')).toEqual(['claim']);
  });
});

describe('a store that does not keep its laws', () => {
  const output = { choice: { text: 'kept', finishReason: 'stop' }, model: 'm', promptTokens: 1, completionTokens: 1 };
  /** What comes of a request for two outputs, and how often the teacher was asked. */
  const outcome = async (odd: object, choices = 2, options = {}): Promise<readonly [unknown, number]> => {
    const { teacher, numbers } = server(() => choices);
    const { store } = sharedStore();
    const asking = outputs(teacher, { store: { ...store, claim: undefined, ...odd } as never });
    const reply = await asking.complete({ prompt: 'p', model: 'm', n: 2, parameters: {} }, options).catch((error: unknown) => error);
    return [reply instanceof SdgError ? `${reply.code}: ${reply.what}` : (reply as Reply).choices?.length, numbers().length];
  };
  const lost = 'config: the store of replies has lost outputs that it was given or asked for';
  const none = 'config: the store of replies gave what is no output';

  it.each<readonly [string, object, string, number]>([
    ['finds too few', { get: async () => [] }, lost, 0],
    ['finds nothing at all', { get: async () => undefined }, lost, 0],
    ['finds what is no output', { get: async () => [undefined, { text: 'a' }] }, none, 0],
    ['finds null', { get: async () => [null, undefined] }, none, 0],
    ['gives nothing back', { put: async () => undefined }, lost, 1],
    ['gives too few back', { put: async () => [output] }, lost, 1],
    ['gives back what is no output', { put: async () => [output, { choice: {} }] }, none, 1],
  ])('is told of: it %s', async (_name, odd, told, calls) => {
    expect(await outcome(odd)).toEqual([told, calls]);
  });

  it('ends with the run where it never grants a claim', async () => {
    const stop = new AbortController();
    const claim = async (): Promise<boolean> => {
      setImmediate(() => stop.abort());
      return false;
    };
    expect(await outcome({ claim }, 2, { draining: stop.signal })).toEqual(['interrupted: the run was stopped before this call', 0]);
  });

  it('is kept from more outputs than were asked for', async () => {
    expect(await outcome({}, 3)).toEqual([2, 1]);
  });
});

describe('outputs', () => {
  it('are not asked for again and again where a teacher gives none', async () => {
    const teacher = outputs({
      name: 's',
      complete: async () => ({ choices: [], model: 'm', usage: { promptTokens: 1, completionTokens: 0 } }),
    });
    await expect(teacher.complete({ prompt: 'p', parameters: {} })).rejects.toThrow('the teacher s gave a reply without an output');
  });

  it('fills up by single requests what is missing', async () => {
    const { ask, numbers } = server((n) => Math.ceil(n / 2));
    expect(await ask()).toEqual(['100', '101', '200', '300']);
    expect(await ask()).toHaveLength(4);
    expect(numbers()).toEqual([4, 1, 1, 4, 1, 1]);
  });

  it('finds out once that a server gives one at a time', async () => {
    const { ask, numbers } = server(() => 1);
    expect(await ask()).toEqual(['100', '200', '300', '400']);
    expect(await ask()).toHaveLength(4);
    expect(numbers()).toEqual([4, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('finds out once that a server refuses more than one', async () => {
    const { ask, numbers } = server((n) => (n > 1 ? 0 : 1));
    expect(await ask()).toHaveLength(4);
    await ask();
    expect(numbers()).toEqual([4, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('does not forget what a server can do for one poor reply', async () => {
    const { ask, numbers } = server((n, call) => (call === 2 ? 1 : n));
    await ask();
    await ask();
    await ask();
    expect(numbers()).toEqual([4, 4, 1, 1, 1, 4]);
  });

  it('gives each output the seed that it would have in one request', async () => {
    const whole = await server((n) => n).ask({ parameters: { seed: 7 } });
    expect(await server(() => 1).ask({ parameters: { seed: 7 } })).toEqual(whole);
    expect(await server((n) => Math.ceil(n / 2)).ask({ parameters: { seed: 7 } })).toEqual(whole);
  });

  it('asks for halves where all at once do not fit into the budget', async () => {
    const numbers: number[] = [];
    const inner: Teacher = {
      name: 's',
      async complete({ n = 1, parameters }) {
        if (n > 2) throw new SdgError('budget', 'too much');
        numbers.push(n);
        const choices = Array.from({ length: n }, (_, i) => ({ text: `${parameters.seed! + i}`, finishReason: 'stop' }));
        return { choices, model: 'm', usage: { promptTokens: 3, completionTokens: 10 } };
      },
    };
    const { choices } = await outputs(inner).complete({ prompt: 'p', n: 5, parameters: { seed: 7 } });
    expect(choices.map(({ text }) => text)).toEqual(['7', '8', '9', '10', '11']);
    expect(numbers).toEqual([2, 1, 2]);
  });

  it('tells what was paid for by a call that fails in the end, and on the next try only what came then', async () => {
    const kept = new Map<string, StoredOutput>();
    const store: Pick<ReplyStore, 'get' | 'ended' | 'put'> = {
      get: async (keys) => keys.map((key) => kept.get(key)),
      ended: async () => undefined,
      put: (outputs) => Promise.resolve(outputs.map(([{ exact }, output]) => (kept.set(exact, output), output))),
    };
    let left = 2;
    const inner: Teacher = {
      name: 's',
      async complete({ n = 1 }) {
        if (n > 1 || left-- <= 0) throw new SdgError('budget', 'too much');
        return { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 3, completionTokens: 10 } };
      },
    };
    const spent: Reply[] = [];
    const ask = () =>
      outputs(inner, { store: store as ReplyStore }).complete(
        { prompt: 'p', n: 3, parameters: {} },
        { onSpent: (reply) => spent.push(reply) },
      );
    await expect(ask()).rejects.toMatchObject({ code: 'budget' });
    expect(spent).toMatchObject([{ usage: { promptTokens: 6, completionTokens: 20 }, model: 'm' }]);
    left = 1;
    expect(await ask()).toMatchObject({
      usage: { promptTokens: 9, completionTokens: 30 },
      paid: { promptTokens: 3, completionTokens: 10 },
    });
    expect(spent).toHaveLength(1);
  });

  it('adds up what was used, and hands errors on', async () => {
    const { teacher } = server(() => 1);
    const { usage } = await teacher.complete({ prompt: 'p', n: 3, parameters: {} });
    expect(usage).toEqual({ promptTokens: 9, completionTokens: 30 });
    await expect(server(() => 0).ask()).rejects.toMatchObject({ code: 'teacher-refused' });
  });
});
