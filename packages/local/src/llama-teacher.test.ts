import { mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, TeacherRequest } from '@sdg/core';
import { describe, expect, it } from 'vitest';
import { llamaTeacher } from './llama-teacher.js';
import { threadsFor } from './llama-library.js';
import { fakeLibrary, type FakeOptions } from './test-support/fake-library.js';

const folder = mkdtempSync(join(tmpdir(), 'sdg-llama-'));
const head = `GGUF\u0003${'\0'.repeat(19)}`;
const gguf = (name: string, content = head): string => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
};
const compileTemplate = () => (messages: readonly Message[]) => messages.map(({ role, content }) => `[${role}] ${content}`).join('');

async function open(options: FakeOptions = {}, concurrency: 'auto' | number = 1, address = `llama:${gguf('m.gguf')}`) {
  const { library, seen } = fakeLibrary(options);
  const notices: string[] = [];
  const teacher = await llamaTeacher(address, { library, concurrency, compileTemplate, onNotice: (text) => notices.push(text) });
  return { teacher, seen, notices };
}
const ask: TeacherRequest = { messages: [{ role: 'user', content: 'Hi' }], parameters: {} };

describe('llamaTeacher', () => {
  it('puts messages into the form of the model, and a prompt as it is, each with one begin token', async () => {
    const { teacher, seen } = await open();
    const reply = await teacher.complete(ask);
    await teacher.complete({ prompt: '^as it is', parameters: {} });
    expect(seen.prompts.slice(-2)).toEqual(['^[user] Hi', '^as it is']);
    expect(reply).toMatchObject({
      choices: [{ text: 'one two three', finishReason: 'stop' }],
      usage: { promptTokens: 10, completionTokens: 13 },
    });
  });

  it('says how many outputs it has written, of calls that are not answered too', async () => {
    const { teacher } = await open();
    expect(teacher.state!().phase).toBe(undefined);
    await teacher.complete(ask);
    expect(teacher.state!().phase).toBe('1 output written');
    await teacher.complete({ ...ask, n: 2 });
    expect(teacher.state!().phase).toBe('3 outputs written');
  });

  it.each([
    [{ stop: ['two'] }, 'one ', 'stop'],
    [{ stop: ['three', 'e t'] }, 'on', 'stop'],
    [{ stop: [''] }, 'one two three', 'stop'],
    [{ max_tokens: 5 }, 'one t', 'length'],
    [{ max_tokens: 7, stop: ['two'] }, 'one ', 'stop'],
  ])('ends by %j', async (parameters, text, finishReason) => {
    const { teacher } = await open();
    expect((await teacher.complete({ ...ask, parameters })).choices[0]).toMatchObject({ text, finishReason });
  });

  it('does not end with the beginning of a character', async () => {
    const { teacher } = await open({ answer: () => 'caf\uFFFD\uFFFD and more' });
    const text = async (max_tokens: number) => (await teacher.complete({ ...ask, parameters: { max_tokens } })).choices[0]!.text;
    expect([await text(5), await text(9), await text(99)]).toEqual(['caf', 'caf\uFFFD\uFFFD and', 'caf\uFFFD\uFFFD and more']);
  });

  it('gives as many outputs as are wanted, each by its own seed, the same each time', async () => {
    const draw = async () => {
      const { teacher } = await open({ answer: (_prompt, seed) => `seed ${seed}` });
      const seeded = await teacher.complete({ ...ask, n: 3, parameters: { seed: 7 } });
      const free = [await teacher.complete(ask), await teacher.complete(ask)].map(({ choices }) => choices[0]!.text);
      return { seeded: seeded.choices.map(({ text }) => text), free };
    };
    const first = await draw();
    expect(first.seeded).toEqual(['seed 7', 'seed 8', 'seed 9']);
    // Asked again, it does not say the same again.
    expect(new Set(first.free).size).toBe(2);
    expect(await draw()).toEqual(first);
  });

  it('gives the same output whether those before it were written by this run or an earlier one', async () => {
    const output = async (...wanted: number[]) => {
      const { teacher } = await open({ answer: (_prompt, seed) => `seed ${seed}` });
      const texts = [];
      for (const first of wanted) texts.push((await teacher.complete({ ...ask, n: 1, first })).choices[0]!.text);
      return texts;
    };
    const all = await output(0, 1, 2, 3);
    expect(new Set(all).size).toBe(4);
    expect(await output(2, 3)).toEqual(all.slice(2));
    const { teacher } = await open({ answer: (_prompt, seed) => `seed ${seed}` });
    expect((await teacher.complete({ ...ask, n: 4 })).choices.map(({ text }) => text)).toEqual(all);
  });

  it('reads a prompt once for all its outputs, and writes what it writes after any other', async () => {
    const { teacher, seen } = await open({ context: 5000, answer: (prompt) => prompt.slice(1, 9) });
    const texts = [];
    const booked = [];
    for (const prompt of ['a'.repeat(700), 'a'.repeat(700), 'b', 'a'.repeat(700), 'a'.repeat(699)]) {
      const { choices, usage } = await teacher.complete({ prompt, parameters: { max_tokens: 20 } });
      texts.push(choices[0]!.text);
      booked.push(usage.promptTokens);
    }
    // What is not read is not booked.
    expect(booked).toEqual([701, 0, 2, 701, 700]);
    expect(seen.prompts.slice(-5).map((prompt) => prompt.length)).toEqual([701, 701, 2, 701, 700]);
    expect(texts).toEqual(['a'.repeat(8), 'a'.repeat(8), 'b', 'a'.repeat(8), 'a'.repeat(8)]);
    expect(seen.read).toBe(700 + 0 + 1 + 700 + 699);
  });

  it('books a prompt as often as it was read for the outputs of a call: once where one writes them all', async () => {
    const booked = async (concurrency: number) => {
      const { teacher, seen } = await open({}, concurrency);
      const { usage } = await teacher.complete({ ...ask, n: 3 });
      // The last token is read with the output.
      return { booked: usage.promptTokens, read: seen.read };
    };
    expect(await booked(1)).toEqual({ booked: 10, read: 9 });
    expect(await booked(3)).toEqual({ booked: 30, read: 27 });
  });

  it('gives up an output that is being written when the run is drained, and the next is whole', async () => {
    const draining = new AbortController();
    const answer = (prompt: string): string => {
      if (prompt.includes('first')) draining.abort();
      return 'x'.repeat(50);
    };
    const { teacher } = await open({ answer });
    const given = teacher.complete({ prompt: 'first', parameters: {} }, { draining: draining.signal });
    await expect(given).rejects.toMatchObject({ code: 'interrupted' });
    expect((await teacher.complete({ prompt: 'next', parameters: {} })).choices[0]!.text).toBe('x'.repeat(50));
    expect(teacher.state!().inFlight).toBe(0);
  });

  it('gives log probabilities with alternatives', async () => {
    const { teacher } = await open({ answer: () => 'a' });
    const { choices } = await teacher.complete({ ...ask, parameters: { logprobs: 2 } });
    expect(choices[0]!.logprobs).toEqual([
      {
        token: 'a',
        logprob: Math.log(0.5),
        top: [
          { token: 'a', logprob: Math.log(0.5) },
          { token: '!', logprob: Math.log(0.25) },
        ],
      },
    ]);
  });

  it('writes by the grammar of a JSON schema, and refuses one that makes none', async () => {
    const { teacher, seen } = await open();
    const withSchema = (schema: unknown): TeacherRequest => ({
      ...ask,
      parameters: { response_format: { type: 'json_schema', json_schema: { schema } } },
    });
    await teacher.complete(withSchema({ type: 'object' }));
    expect(seen.options.at(-1)!['grammarEvaluationState']).toMatchObject({ of: { grammar: { type: 'object' } } });
    await expect(teacher.complete(withSchema({ type: 'odd' }))).rejects.toMatchObject({ code: 'teacher-refused' });
  });

  it.each([
    ['{\n "a": 1\n}', undefined, '{\n "a": 1\n}', 'stop', 11],
    ['{\n "a": 1\n}\n\n\n\n\n\n\n\n\n', undefined, '{\n "a": 1\n}', 'stop', 12],
    ['{"a": "\\n"}', 8, '{"a": "\\', 'length', 8],
    ['{"a": "b"}  and on', 10, '{"a": "b"}', 'stop', 10],
    ['17', 1, '1', 'length', 1],
    ['17\n\n', undefined, '17', 'stop', 3],
  ])('ends with the value where it is to be JSON: %j', async (answer, max_tokens, text, finishReason, tokens) => {
    const { teacher } = await open({ answer: () => answer });
    const parameters = {
      ...(max_tokens !== undefined && { max_tokens }),
      response_format: { type: 'json_schema', json_schema: { schema: {} } },
    };
    const { choices, usage } = await teacher.complete({ ...ask, parameters });
    expect(choices).toEqual([{ text, finishReason }]);
    expect(usage!.completionTokens).toBe(tokens);
  });

  it('says that a prompt is too long, and serves the next', async () => {
    const { teacher } = await open({ context: 120 });
    await expect(teacher.complete({ prompt: 'x'.repeat(120), parameters: {} })).rejects.toThrow(
      'a prompt of 121 tokens does not fit into a context of 120; the model was trained on no more',
    );
    const { choices } = await teacher.complete({ prompt: 'x'.repeat(118), parameters: {} });
    expect(choices[0]).toMatchObject({ text: 'o', finishReason: 'length' });
    const { teacher: bound } = await open({ context: 5000 }, 1, `llama:${gguf('m.gguf')}?context=100`);
    await expect(bound.complete({ prompt: 'x'.repeat(100), parameters: {} })).rejects.toThrow(
      'a prompt of 101 tokens does not fit into a context of 100; pass a larger one, --teacher llama:FILE?context=5000',
    );
  });

  it('has a context as large as the longest prompt and answer so far', async () => {
    const { teacher, seen } = await open({ context: 10_000, answer: (prompt) => prompt.slice(1, 4) }, 2);
    const complete = async (length: number, max_tokens: number) =>
      (await teacher.complete({ prompt: String(length).padEnd(length, '.'), parameters: { max_tokens } })).choices[0]!.text;
    expect(seen.sizes).toEqual([512]);
    // All at once: each is answered, whoever has to wait for a larger one.
    const answers = await Promise.all([complete(100, 100), complete(700, 100), complete(100, 400), complete(3000, 1000), complete(900, 9)]);
    expect(answers).toEqual(['100', '700', '100', '300', '900']);
    await complete(9000, 4000);
    expect(seen.sizes).toEqual([512, 1024, 4096, 10_000]);
    expect([seen.open, new Set(seen.sequences)]).toEqual([1, new Set([2])]);
  });

  it('leaves a core to the others where it computes on the processor, and takes the threads that it is given', async () => {
    const threads = async (options: FakeOptions, query = '') => (await open(options, 1, `llama:${gguf('m.gguf')}${query}`)).seen.threads;
    const spare = Math.max(1, Math.min(8, availableParallelism()) - 1);
    expect(await threads({})).toEqual([spare]);
    expect(await threads({}, '?threads=3')).toEqual([3]);
    expect(await threads({ gpu: 'cuda' })).toEqual([undefined]);
    expect([threadsFor(8, 16), threadsFor(8, 2), threadsFor(1, 1)]).toEqual([7, 1, 1]);
  });

  it('refuses a prompt for whose context there is no memory, and goes on with the smaller one', async () => {
    const { teacher, seen } = await open({ context: 10_000, memory: 1024 }, 2);
    await expect(teacher.complete({ prompt: 'x'.repeat(2000), parameters: {} })).rejects.toMatchObject({
      code: 'teacher-refused',
      message: expect.stringContaining('which cannot be made: A context size of 8192 is too large') as string,
    });
    expect((await teacher.complete({ prompt: 'x', parameters: { max_tokens: 50 } })).choices[0]!.text).toBe('one two three');
    expect([seen.sizes, seen.open]).toEqual([[512, 512], 1]);
    await expect(open({ memory: 100 })).rejects.toMatchObject({ code: 'config', message: expect.stringContaining('too large') as string });
  });

  it('does not load what the memory does not hold', async () => {
    const { library, seen } = fakeLibrary({});
    const file = gguf('large.gguf', `${head}${' '.repeat(10_000)}`);
    const opened = llamaTeacher(`llama:${file}`, { library, compileTemplate, freeMemory: () => 9_000 });
    await expect(opened).rejects.toThrow(`${file}: the model does not load: it takes 0.0 GB of memory, and 0.0 GB are free`);
    expect(seen.open).toBe(0);
  });

  it.each([
    [
      'what llama.cpp says of it',
      'llama_model_load: error loading model: tensor x is not within the file bounds',
      new Error('Failed to load model'),
      'tensor x is not within the file bounds',
    ],
    [
      'that it is damaged, where the library trips',
      undefined,
      new TypeError('Cannot read properties of undefined'),
      'it is cut short or damaged',
    ],
    ['what the library says', undefined, new Error('Failed to load model'), 'Failed to load model'],
  ])('tells of a model that does not load %s, on no line but its own', async (_what, said, error, words) => {
    const { library } = fakeLibrary({});
    const getLlama = async (options: Record<string, unknown>) => ({
      ...(await library.getLlama(options)),
      loadModel: async () => {
        if (said !== undefined) (options['logger'] as (level: string, text: string) => void)('error', `${said}\n`);
        throw error;
      },
    });
    const file = gguf('broken.gguf');
    const opened = llamaTeacher(`llama:${file}`, { library: { ...library, getLlama }, compileTemplate });
    await expect(opened).rejects.toThrow(new RegExp(`broken.gguf: the model does not load: ${words}[^\\n]*$`));
  });

  it.each([
    [8, 4, [8, 4], 4, '8 sequences at once do not write what one writes: 4 at once'],
    [8, 1, [8, 4, 2, 1], 1, '8 sequences at once do not write what one writes: 1 at once'],
    [3, 8, [3], 3, undefined],
  ])('wants %i at once, which are sound up to %i', async (wanted, soundUpTo, tried, limit, notice) => {
    const { teacher, seen, notices } = await open({ soundUpTo }, wanted);
    expect(seen.sequences).toEqual(tried);
    expect(teacher.state!().limit).toBe(limit);
    expect(notices[0]).toBe(notice);
    expect(seen.open).toBe(1);
    await teacher.close!();
    await teacher.close!();
    expect(seen.open).toBe(0);
  });

  it('serves more calls than it has sequences, one after the other', async () => {
    const { teacher } = await open({ answer: (prompt) => prompt.slice(1).toUpperCase() }, 2);
    const prompts = Array.from({ length: 9 }, (_, i) => `call ${i}`);
    const replies = await Promise.all(prompts.map((prompt) => teacher.complete({ prompt, parameters: {} })));
    expect(replies.map(({ choices }) => choices[0]!.text)).toEqual(prompts.map((prompt) => prompt.toUpperCase()));
    expect(teacher.state!()).toEqual({ inFlight: 0, queued: 0, limit: 2, phase: '9 outputs written' });
  });

  it('loads the model when it is first asked, where it is to wait: once, and never for a replay', async () => {
    const { library, seen } = fakeLibrary({});
    const lazily = () => llamaTeacher(`llama:${gguf('m.gguf')}`, { library, concurrency: 2, compileTemplate, lazy: true });
    const teacher = await lazily();
    expect([teacher.state!(), seen.open, seen.sequences]).toEqual([{ inFlight: 0, queued: 0, limit: 2 }, 0, []]);
    await Promise.all([teacher.complete(ask), teacher.complete(ask), teacher.complete(ask)]);
    expect([seen.open, seen.sequences]).toEqual([1, [2]]);
    await teacher.close!();
    expect(seen.open).toBe(0);
    await (
      await lazily()
    ).close!();
    expect([seen.open, seen.sequences]).toEqual([0, [2]]);
    const broken = { ...library, getLlama: () => Promise.reject(new Error('no binary')) };
    const failing = await llamaTeacher(`llama:${gguf('m.gguf')}`, { library: broken, compileTemplate, lazy: true });
    await expect(failing.complete(ask)).rejects.toThrow('no binary');
    await failing.close!();
  });

  it('gives up where it is told to', async () => {
    const { teacher } = await open();
    const gone = AbortSignal.abort();
    await expect(teacher.complete(ask, { signal: gone })).rejects.toMatchObject({ code: 'interrupted' });
    await expect(teacher.complete(ask, { draining: gone })).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('says what to do about a page that came for a model from the hub', async () => {
    const { library } = fakeLibrary({});
    const page = gguf('page.gguf', '<html>');
    const opened = llamaTeacher('llama:hf:a/b/c.gguf', { library: { ...library, resolveModelFile: async () => page }, compileTemplate });
    await expect(opened).rejects.toThrow('it does not begin as a GGUF file does; delete that file, and it is fetched again');
  });

  it('tells files of one name apart', async () => {
    const names = [];
    for (const content of [`${head}1`, `${head}2`, `${head}1`]) {
      names.push((await open({}, 1, `llama:${gguf('same.gguf', content)}`)).teacher.model);
    }
    expect(names[0]).toMatch(/^same\.gguf@[0-9a-f]{8}$/);
    expect(names[2]).toBe(names[0]);
    expect(names[1]).not.toBe(names[0]);
  });

  it.each([
    ['llama:', 'names no model'],
    ['llama:x.gguf?ctx=3', 'has no option "ctx"'],
    ['llama:x.gguf?context=none', 'context takes a whole number from 1 up; not "none"'],
    ['llama:x.gguf?threads=0', 'threads takes a whole number'],
    [`llama:${folder}/gone.gguf`, 'no model can be read: ENOENT'],
    [`llama:${gguf('tiny.gguf', 'GGUF')}`, 'no model can be read: it is cut short; fetch it again'],
    [`llama:${gguf('new.gguf', `GGUF\u0004${'\0'.repeat(99)}`)}`, 'it is a GGUF file of version 4, and 2 and 3 are known'],
    [`llama:${gguf('text.gguf', 'words')}`, 'no model can be read: it does not begin as a GGUF file does'],
    [`llama:${gguf('empty.gguf', '')}`, 'does not begin as a GGUF file does'],
  ])('refuses %s', async (address, message) => {
    await expect(open({}, 1, address)).rejects.toThrow(message);
  });
});
