import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reply, Teacher, TeacherRequest } from '@sdg/core';
import { replyStoreLaws } from '@sdg/testing';
import type * as Lmdb from 'lmdb';
import { open } from 'lmdb';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { outputs } from '../outputs/outputs.js';
import { splitterOf } from '../reply/split-thinking.js';
import { CallCache } from './call-cache.js';
import { outputKeys } from './output-key.js';
import { cacheStats, exportedEntry, pruneCache } from './inspect.js';

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'sdg-cache-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A teacher that counts what it is asked for; its texts differ from call to call. */
function counting(choices = (n: number) => n, finishReason = 'stop') {
  const asked: number[] = [];
  const teacher: Teacher = {
    name: 'counting',
    async complete({ n = 1 }: TeacherRequest): Promise<Reply> {
      const first = asked.push(n);
      return {
        choices: Array.from({ length: choices(n) }, (_, i) => ({ text: `call ${first}, ${i}`, finishReason })),
        model: 'm',
        usage: { promptTokens: 5, completionTokens: 7 },
      };
    },
  };
  return { teacher, asked };
}

const request = (over: Partial<TeacherRequest> = {}): TeacherRequest => ({
  prompt: 'p',
  model: 'm',
  parameters: { max_tokens: 8 },
  ...over,
});
const textsOf = ({ choices }: Reply): string[] => choices.map(({ text }) => text);

async function cached(dir: string, teacher: Teacher, options = {}) {
  const cache = CallCache.open(dir);
  onTestFinished(() => cache.close());
  return { cache, teacher: outputs(teacher, { store: cache, ...options }) };
}

describe('CallCache', () => {
  it('keeps outputs by ordinal: asking for more pays for the difference', async () => {
    const { teacher: inner, asked } = counting();
    const { teacher } = await cached(await folder(), inner);
    const three = await teacher.complete(request({ n: 3 }));
    const again = await teacher.complete(request({ n: 3 }));
    const five = await teacher.complete(request({ n: 5 }));
    expect(asked).toEqual([3, 2]);
    expect(again).toMatchObject({ cached: true, choices: three.choices, usage: { promptTokens: 5, completionTokens: 7 } });
    expect(textsOf(five)).toEqual([...textsOf(three), 'call 2, 0', 'call 2, 1']);
  });

  it('tells apart whatever can change a reply, and only that', async () => {
    const { teacher: inner, asked } = counting();
    const { teacher } = await cached(await folder(), inner);
    const different: Partial<TeacherRequest>[] = [
      {},
      { prompt: 'q' },
      { model: 'other' },
      { prompt: undefined as never, messages: [{ role: 'user', content: 'p' }] },
      { parameters: { max_tokens: 9 } },
      { parameters: { max_tokens: 8, temperature: 0 } },
      { parameters: { max_tokens: 8, extra_body: { top_k: 3 } } },
      { sampleId: 'a' },
      { sampleId: 'b' },
    ];
    for (const one of different) await teacher.complete(request(one));
    expect(asked).toHaveLength(different.length);
    await teacher.complete(request({ block: 'elsewhere', family: 'llama', contract: { columns: ['x'] } }));
    await teacher.complete(request({ parameters: { temperature: 0, max_tokens: 8 }, sampleId: 'not random, so of no account' }));
    expect(asked).toHaveLength(different.length);
  });

  it('makes one call of equal requests at the same time', async () => {
    const { teacher: inner, asked } = counting();
    const { teacher } = await cached(await folder(), inner);
    const replies = await Promise.all(Array.from({ length: 20 }, () => teacher.complete(request())));
    expect(asked).toEqual([1]);
    expect(new Set(replies.flatMap(textsOf)).size).toBe(1);
  });

  it('answers from the cache alone in a replay', async () => {
    const dir = await folder();
    const { teacher: inner, asked } = counting();
    const { teacher } = await cached(dir, inner);
    await teacher.complete(request());
    const replay = outputs(inner, { store: CallCache.open(dir), replay: true });
    expect(textsOf(await replay.complete(request()))).toEqual(['call 1, 0']);
    await expect(replay.complete(request({ prompt: 'new', block: 'b' }))).rejects.toMatchObject({
      code: 'replay-miss',
      remedy: expect.stringContaining('--replay') as string,
    });
    expect(asked).toEqual([1]);
  });

  it('redoes truncated replies only, and takes what ended under another limit', async () => {
    const dir = await folder();
    const cut = counting(undefined, 'length');
    const whole = counting();
    const first = await cached(dir, cut.teacher);
    await first.teacher.complete(request({ prompt: 'long' }));
    await outputs(whole.teacher, { store: first.cache }).complete(request({ prompt: 'short' }));
    const more = { max_tokens: 100 };
    const redo = outputs(whole.teacher, { store: first.cache, redoTruncated: true });
    await redo.complete(request({ prompt: 'short', parameters: more }));
    await redo.complete(request({ prompt: 'long', parameters: more }));
    await redo.complete(request({ prompt: 'long' }));
    expect([cut.asked, whole.asked]).toEqual([[1], [1, 1]]);
  });

  it('redoes a reply that is cut off again once in a run', async () => {
    const cut = counting(undefined, 'length');
    const { cache, teacher } = await cached(await folder(), cut.teacher);
    await teacher.complete(request());
    const redo = outputs(cut.teacher, { store: cache, redoTruncated: true });
    for (let i = 0; i < 3; i++) await redo.complete(request());
    expect(cut.asked).toEqual([1, 1]);
  });

  /** Answers with these texts, one a call, and then with nothing. */
  function saying(...texts: readonly (string | Reply['choices'][number])[]) {
    const left = [...texts];
    const asked: number[] = [];
    const teacher: Teacher = {
      name: 'saying',
      complete: ({ n = 1 }) => {
        asked.push(n);
        const next = left.shift() ?? '';
        return Promise.resolve({
          choices: [typeof next === 'string' ? { text: next, finishReason: 'stop' } : next],
          model: 'm',
          usage: { promptTokens: 5, completionTokens: 7 },
        });
      },
    };
    return { teacher, asked };
  }
  const filteredOut = { text: 'half', finishReason: 'content_filter' };
  const refused = { text: '', finishReason: 'stop', refusal: 'I will not.' };

  it.each([
    ['empty', ['', '', 'a'], [2, 1], ['', '', '', 'a', 'a', 'a']],
    ['empty once', ['', 'a'], [2, 0], ['', 'a', 'a', 'a', 'a', 'a']],
    ['only thought', ['<think>hm</think>', '<think>hm', 'a'], [2, 1], ['', '', '', 'a', 'a', 'a']],
    ['filtered', [filteredOut, 'a'], [1, 1], ['half', 'half', 'half', 'a', 'a', 'a']],
    ['refused', [refused, 'a'], [1, 1], ['', '', '', 'a', 'a', 'a']],
    ['cut off while it thought', [{ text: '<think>hm', finishReason: 'length' }], [1, 0], ['', '', '', '', '', '']],
  ] as const)('asks again for what is no answer, in a run once where it is empty: %s', async (_name, says, calls, expected) => {
    const dir = await folder();
    const { teacher: inner, asked } = saying(...says);
    const texts: string[] = [];
    const counts: number[] = [];
    for (const _run of [1, 2]) {
      const before = asked.length;
      const { teacher, cache } = await cached(dir, inner, { split: splitterOf() });
      for (const _time of [1, 2, 3]) texts.push(...textsOf(await teacher.complete(request())));
      counts.push(asked.length - before);
      const replay = outputs(inner, { store: cache, replay: true, split: splitterOf() });
      expect(textsOf(await replay.complete(request()))).toEqual(texts.slice(-1));
    }
    expect([counts, texts]).toEqual([calls, expected]);
  });

  it('asks again for replies in which an earlier version blotted words out, says so, and takes the same words from a model', async () => {
    const dir = await folder();
    const earlier = CallCache.open(dir);
    const [key] = outputKeys(request(), 1);
    // As an earlier version wrote it.
    const root = open<unknown, Buffer>({ path: dir, maxDbs: 4 });
    await root
      .openDB<unknown, Buffer>({ name: 'outputs', keyEncoding: 'binary', encoding: 'msgpack' })
      .put(Buffer.from(key!.exact, 'hex'), {
        choice: { text: 'None is [secret].', finishReason: 'stop' },
        model: 'm',
        promptTokens: 1,
        completionTokens: 1,
        at: 1,
        api: 'completions',
        prompt: 'p',
      });
    await root.close();
    await earlier.close();
    const notices: string[] = [];
    const onNotice = (text: string): void => void notices.push(text);
    const { teacher: inner, asked } = saying('None is [secret] indeed.');
    const { teacher, cache } = await cached(dir, inner, { onNotice });
    await expect(outputs(inner, { store: cache, replay: true, onNotice }).complete(request())).rejects.toMatchObject({
      code: 'replay-miss',
    });
    for (const _time of [1, 2]) expect(textsOf(await teacher.complete(request()))).toEqual(['None is [secret] indeed.']);
    expect([asked.length, notices]).toEqual([
      1,
      [expect.stringContaining('they are not used'), expect.stringContaining('they are asked for again')],
    ]);
  });

  describe('keeps the laws of stores', () => {
    let dir = '';
    beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), 'sdg-laws-'))));
    afterEach(() => rm(dir, { recursive: true, force: true }));
    it.each(replyStoreLaws(async () => CallCache.open(dir)))('$name', ({ check }) => check());
  });

  it('keeps what was thought, so that another rule pays for nothing', async () => {
    const { teacher: inner, asked } = saying('<think>hm</think>Yes.');
    const { teacher, cache } = await cached(await folder(), inner, { split: splitterOf() });
    expect((await teacher.complete(request())).choices).toEqual([{ text: 'Yes.', reasoning: 'hm', finishReason: 'stop' }]);
    expect(textsOf(await outputs(inner, { store: cache, split: splitterOf('off') }).complete(request()))).toEqual([
      '<think>hm</think>Yes.',
    ]);
    expect(asked).toHaveLength(1);
  });

  it('keeps the first of two outputs that others keep at the same time, and tells both of it', async () => {
    const dir = await folder();
    const [a, b] = [counting(), counting()];
    const [first, second] = [await cached(dir, a.teacher), await cached(dir, b.teacher)];
    await a.teacher.complete(request());
    const texts = (await Promise.all([first, second].map(({ teacher }) => teacher.complete(request())))).flatMap(textsOf);
    expect([a.asked, b.asked, new Set(texts).size]).toEqual([[1, 1], [1], 1]);
    expect(textsOf(await first.teacher.complete(request()))).toEqual([texts[0]]);
  });

  it('can be counted, exported and pruned', async () => {
    const { teacher: inner } = counting(undefined, 'length');
    const { teacher, cache } = await cached(await folder(), inner);
    await teacher.complete(request({ n: 2, block: 'gen' }));
    await teacher.complete(request({ model: 'other', prompt: 'x'.repeat(1000) }));
    expect(cacheStats(cache)).toMatchObject({
      outputs: 3,
      models: [{ model: 'm', outputs: 3, truncated: 3, promptTokens: 10, completionTokens: 14 }],
    });
    const [entry] = [...cache.entries()].filter(({ block }) => block === 'gen').map(exportedEntry);
    expect(entry).toMatchObject({ model: 'm', api: 'completions', prompt: 'p', finish_reason: 'length' });
    expect([...cache.entries(entry!.key.slice(0, 6))].map(({ key }) => key)).toContain(entry!.key);
    expect(await pruneCache(cache, { block: 'gen' })).toBe(2);
    expect(cache.size).toBe(1);
  });

  it('says what to do where it cannot be opened', () => {
    expect(() => CallCache.open('/dev/null/x')).toThrow(/cannot be opened.*--cache DIR/);
  });

  it('says that it is damaged where pages are', async () => {
    const dir = await folder();
    const path = join(dir, 'data.mdb');
    const { cache, teacher } = await cached(dir, counting().teacher);
    for (let i = 0; i < 200; i++) await teacher.complete(request({ prompt: `${i}`.repeat(200) }));
    await cache.close();
    const file = await readFile(path);
    const text = Buffer.from('call ');
    // A string of a reply that claims to be longer than its page.
    for (let at = file.indexOf(text); at !== -1; at = file.indexOf(text, at + 1)) file.fill(0xdb, at - 1, at + 4);
    await writeFile(path, file);
    const damaged = CallCache.open(dir);
    onTestFinished(() => damaged.close());
    const error = { code: 'config', what: expect.stringContaining(`${dir} is damaged`) };
    await expect(outputs(counting().teacher, { store: damaged }).complete(request({ prompt: '0'.repeat(200) }))).rejects.toMatchObject(
      error,
    );
    expect(() => cacheStats(damaged)).toThrow(expect.objectContaining(error));
  });

  it('does not map a file that is none of its own, or was cut off', async () => {
    const dir = await folder();
    const path = join(dir, 'data.mdb');
    const { cache, teacher } = await cached(dir, counting((n) => n).teacher);
    for (let i = 0; i < 300; i++) await teacher.complete(request({ prompt: `${i}`, n: 20 }));
    await cache.close();
    const whole = await readFile(path);
    expect(whole.length).toBeGreaterThan(1.2 * 2 ** 20);
    for (const [bytes, words] of [
      [whole.subarray(0, 50_000), 'cut off'],
      [whole.subarray(0, 50), 'not a cache'],
      [Buffer.from('{"a":1}\n'.repeat(1000)), 'not a cache'],
    ] as const) {
      await writeFile(path, bytes);
      expect(() => CallCache.open(dir)).toThrow(new RegExp(`cannot be opened: data.mdb is ${words}.*--cache DIR`));
    }
    await writeFile(path, whole);
    const again = CallCache.open(dir);
    expect(again.size).toBe(6000);
    await again.close();
  });

  it('takes no output for kept that is not there, whatever lmdb says of it', async () => {
    const lmdb = createRequire(import.meta.url)('lmdb') as typeof Lmdb;
    const openReally = lmdb.open;
    // What lmdb 3.5 says of some transactions that a full disk made fail.
    const opened = vi.spyOn(lmdb, 'open').mockImplementation((...args: unknown[]) => {
      const root = openReally(...(args as [Lmdb.RootDatabaseOptionsWithPath]));
      const openDB = root.openDB.bind(root);
      root.openDB = (...how: never[]) =>
        Object.assign(openDB(...(how as unknown as [never])), { put: () => Promise.resolve(true) }) as never;
      return root as never;
    });
    onTestFinished(() => opened.mockRestore());
    const { teacher } = counting();
    const { teacher: keeping } = await cached(await folder(), teacher);
    await expect(keeping.complete(request())).rejects.toMatchObject({
      code: 'output',
      message: expect.stringContaining('cannot be written') as string,
    });
  });

  it('survives the death of a process that shares it', async () => {
    const dir = await folder();
    const script = new URL('../test-support/cache-writer.mjs', import.meta.url);
    const { cache } = await cached(dir, counting().teacher);
    const child = spawn(process.execPath, [script.pathname, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    let acknowledged = 0;
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      acknowledged += chunk.filter((byte) => byte === 10).length;
      // In the middle of its writes, and of its lines.
      if (acknowledged >= 50 && !child.killed) child.kill('SIGKILL');
    }
    expect(acknowledged).toBeGreaterThanOrEqual(50);
    expect(cache.size).toBeGreaterThanOrEqual(acknowledged);
    const { teacher } = await cached(dir, counting().teacher);
    expect(textsOf(await teacher.complete(request({ prompt: 'after' })))).toHaveLength(1);
    expect(await readFile(join(dir, 'data.mdb'))).not.toHaveLength(0);
  });
});
