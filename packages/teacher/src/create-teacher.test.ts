import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CallRecord, SdgError } from '@sdg/core';
import { createTeacher } from './create-teacher.js';
import { chatCompletion, completion, json, serve, type Seen } from './test-support/serve.js';
import type { ServerResponse } from 'node:http';

const models = (...ids: readonly string[]) => ({ object: 'list', data: ids.map((id) => ({ id, owned_by: 'vllm' })) });

/** A server with both APIs that answers every choice with its number. */
function both(seen: Seen, response: ServerResponse): void {
  if (seen.path === '/v1/models') return json(response, models('mixtral-8x7b'));
  if (seen.body['model'] === undefined) return json(response, { message: 'model is required' }, 400);
  const texts = Array.from({ length: Number(seen.body['n'] ?? 1) }, (_, i) => `text ${i}`);
  json(response, seen.path.endsWith('/chat/completions') ? chatCompletion(...texts) : completion(...texts));
}

describe('createTeacher', () => {
  it('uses completions with the template of a known family, and says so', async () => {
    const server = await serve(both);
    const notices: string[] = [];
    const teacher = await createTeacher({ teacher: [server.url], observer: { notice: (text) => notices.push(text) } });
    const reply = await teacher.complete({
      messages: [{ role: 'user', content: 'Hi' }],
      n: 3,
      parameters: { temperature: 0.7, max_tokens: 9 },
    });
    expect(reply.choices.map(({ text }) => text)).toEqual(['text 0', 'text 1', 'text 2']);
    expect(reply.usage).toEqual({ promptTokens: 5, completionTokens: 7 });
    const last = server.seen.at(-1)!;
    expect([last.path, last.body]).toEqual([
      '/v1/completions',
      { model: 'mixtral-8x7b', prompt: '<s> [INST] Hi [/INST]', n: 3, temperature: 0.7, max_tokens: 9 },
    ]);
    expect(notices).toEqual(['asking mixtral-8x7b by the completions API with the chat template of mixtral']);
    await teacher.close?.();
  });

  it.each([
    ['may not be listed', 403],
    ['cannot be listed', 500],
  ])('asks a model that is named where models %s', async (_why, status) => {
    const server = await serve((seen, response) =>
      seen.path === '/v1/models' ? json(response, { message: 'no' }, status) : both(seen, response),
    );
    const teacher = await createTeacher({ teacher: [server.url], model: 'm' });
    await teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
    expect(server.seen.at(-1)!.path).toBe('/v1/chat/completions');
    await teacher.close?.();
    const unnamed = await createTeacher({ teacher: [server.url], giveUpAfterMs: 1 });
    await expect(unnamed.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} })).rejects.toThrow(/no/);
    await unnamed.close?.();
  });

  it('goes on where a reply that is well says that nothing is left of a day: some of it may soon be there again', async () => {
    const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '24h0m0s' };
    const server = await serve((_seen, response) => json(response, chatCompletion('a'), 200, used));
    const teacher = await createTeacher({ teacher: [server.url], model: 'm', api: 'chat' });
    const ask = (content: string) => teacher.complete({ messages: [{ role: 'user', content }], parameters: {} });
    for (const content of ['1', '2', '3']) expect((await ask(content)).choices[0]!.text).toBe('a');
    await teacher.close?.();
  });

  it.each([['library'], ['openai'], [undefined]])(
    'uses chat where the server, owner %s, may put turns of its own around a prompt',
    async (owner) => {
      const server = await serve((seen, response) =>
        seen.path === '/v1/models' ? json(response, { data: [{ id: 'mixtral', owned_by: owner }] }) : both(seen, response),
      );
      const teacher = await createTeacher({ teacher: [server.url] });
      await teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
      expect(server.seen.at(-1)).toMatchObject({ path: '/v1/chat/completions', body: { messages: [{ role: 'user', content: 'Hi' }] } });
      await teacher.close?.();
    },
  );

  it.each([
    [
      'several',
      { data: [{ id: 'text-embedding-3-small' }, { id: 'whisper-1' }, { id: 'big-chat' }] },
      'config: pass --model, or set SDG_MODEL, with one of: text-embedding-3-small, whisper-1, big-chat',
    ],
    ['none', { data: [] }, 'config: pass --model or set SDG_MODEL'],
    [
      'two names of one',
      {
        data: [
          { id: 'a', root: '/m' },
          { id: 'b', root: '/m' },
        ],
      },
      'a',
    ],
    ['a bare list of one', [{ id: 'only' }], 'only'],
  ])('does not guess among models: %s', async (_what, listed, expected) => {
    const server = await serve((seen, response) => (seen.path === '/v1/models' ? json(response, listed) : both(seen, response)));
    const teacher = await createTeacher({ teacher: [server.url], api: 'chat' });
    const ask = (model?: string) => teacher.complete({ ...(model !== undefined && { model }), prompt: 'Hi', parameters: {} });
    const end = await ask().then(
      ({ model }) => model,
      (error: SdgError) => `${error.code}: ${error.remedy}`,
    );
    expect(end).toBe(expected);
    // Who names one needs no help.
    expect((await ask('named')).model).toBe('named');
    await teacher.close?.();
  });

  it('names a page where the list of models should be, and does without the list where a model is named', async () => {
    const page = (response: ServerResponse): void =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Welcome</title>');
    const server = await serve((seen, response) => (seen.path === '/v1/models' ? page(response) : both(seen, response)));
    const ask = async (model?: string) => {
      const teacher = await createTeacher({ teacher: [server.url], ...(model !== undefined && { model }) });
      onTestFinished(() => teacher.close?.());
      return teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
    };
    await expect(ask()).rejects.toThrow(/a page of the web is in the place of the API: Welcome .*; check the address/);
    expect((await ask('named')).model).toBe('named');
  });

  it('names a server that is none of a model, where it would ask for the name of one', async () => {
    const server = await serve((_seen, response) => json(response, { detail: 'Not Found' }, 404));
    const teacher = await createTeacher({ teacher: [server.url] });
    await expect(teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} })).rejects.toThrow(
      /no API of a teacher is there .*; check that --teacher is the base URL/,
    );
    await teacher.close?.();
  });

  it('uses chat where the family is unknown', async () => {
    const server = await serve(both);
    const teacher = await createTeacher({ teacher: [server.url], model: 'gpt-4o' });
    await teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
    expect(server.seen.at(-1)).toMatchObject({
      path: '/v1/chat/completions',
      body: { model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] },
    });
    await teacher.close?.();
  });

  it.each([
    [[503, 429, 400], '/v1/completions'],
    [[500], '/v1/completions'],
    [[502, 404], '/v1/chat/completions'],
    [[501], '/v1/chat/completions'],
    [[403], '/v1/chat/completions'],
  ])('asks again whether there are completions while the server is too busy to say: %j leads to %s', async (statuses, path) => {
    const left = [...statuses];
    const server = await serve((seen, response) => {
      const asksWhether = seen.path === '/v1/completions' && seen.body['prompt'] === undefined;
      if (asksWhether) json(response, { message: 'no' }, left.length > 1 ? left.shift()! : left[0]!);
      else both(seen, response);
    });
    const teacher = await createTeacher({ teacher: [server.url], model: 'mixtral-8x7b' });
    await teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
    expect(server.seen.at(-1)!.path).toBe(path);
    await teacher.close?.();
  });

  describe('a server that has completions and no chat', () => {
    const bare = (seen: Seen, response: ServerResponse): void => {
      if (seen.path === '/v1/models') json(response, { data: [{ id: 'mixtral' }, { id: 'other' }] });
      else if (seen.path.endsWith('/chat/completions')) json(response, { detail: 'Not Found' }, 404);
      else both(seen, response);
    };
    const opened = async (model: string, options: { family?: string } = {}) => {
      const server = await serve(bare);
      const teacher = await createTeacher({ teacher: [server.url], model, ...options });
      onTestFinished(() => teacher.close?.());
      return { server, ask: () => teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} }) };
    };

    it.each([
      ['mixtral', {}, '<s> [INST] Hi [/INST]'],
      ['other', { family: 'blank' }, 'Hi'],
    ])('is found out, and gets the turns of the family: %s %o', async (model, options, prompt) => {
      const { server, ask } = await opened(model, options);
      expect((await ask()).choices[0]!.text).toBe('text 0');
      expect(server.seen.at(-1)).toMatchObject({ path: '/v1/completions', body: { prompt } });
    });

    it('is a mistake that is named where the family is not known', async () => {
      const { ask } = await opened('other');
      await expect(ask()).rejects.toMatchObject({
        exitCode: 2,
        remedy: expect.stringMatching(/no chat API.*--model-family.*--chat-template/) as string,
      });
    });

    it('is not what a server is that knows no model by the name of nothing', async () => {
      const server = await serve((seen, response) =>
        seen.path.startsWith('/v1/c') && seen.body['model'] === undefined
          ? json(response, { error: { message: 'model "" not found' } }, 400 + (seen.path.endsWith('/chat/completions') ? 4 : 0))
          : both(seen, response),
      );
      const teacher = await createTeacher({ teacher: [server.url], model: 'other' });
      onTestFinished(() => teacher.close?.());
      await teacher.complete({ messages: [{ role: 'user', content: 'Hi' }], parameters: {} });
      expect(server.seen.at(-1)!.path).toBe('/v1/chat/completions');
    });
  });

  it('takes a status at its word though the body cannot be read', async () => {
    const server = await serve(
      (_seen, response) => void response.writeHead(401, { 'content-encoding': 'gzip' }).end(Buffer.from([0xc3, 0x28, 0xff])),
    );
    const teacher = await createTeacher({ teacher: [server.url], model: 'm', api: 'chat' });
    onTestFinished(() => teacher.close?.());
    await expect(teacher.complete({ prompt: 'Hi', parameters: {} })).rejects.toMatchObject({
      code: 'teacher-auth',
      message: expect.stringContaining('HTTP 401') as string,
    });
    expect(server.seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  it.each(['http://[', 'ftp://127.0.0.1/x'])('does not follow to where HTTP does not lead: %s', async (location) => {
    const server = await serve((_seen, response) => void response.writeHead(302, { location }).end());
    const teacher = await createTeacher({ teacher: [server.url], model: 'm', api: 'chat' });
    onTestFinished(() => teacher.close?.());
    await expect(teacher.complete({ prompt: 'Hi', parameters: {} })).rejects.toMatchObject({
      code: 'teacher-not-found',
      message: expect.stringContaining('redirects to what is no address') as string,
    });
  });

  it('names a server that is left out once', async () => {
    const [good, bad] = await Promise.all([serve(both), serve((_seen, response) => json(response, {}, 401))]);
    const notices: string[] = [];
    const teacher = await createTeacher({
      teacher: [bad.url, good.url],
      model: 'm',
      api: 'chat',
      concurrency: 4,
      retry: { baseMs: 1 },
      observer: { notice: (text) => notices.push(text) },
    });
    onTestFinished(() => teacher.close?.());
    await Promise.all([1, 2, 3, 4, 5, 6].map((i) => teacher.complete({ prompt: `${i}`, parameters: {} })));
    expect(notices.filter((text) => text.includes('is left out'))).toHaveLength(1);
  });

  it('tells observers for which sample a call is made once more', async () => {
    const server = await serve((_seen, response) => json(response, chatCompletion('x')));
    const samples: unknown[] = [];
    const teacher = await createTeacher({
      teacher: [server.url],
      model: 'm',
      api: 'chat',
      observer: { tryEnded: ({ sample }) => samples.push(sample) },
    });
    onTestFinished(() => teacher.close?.());
    for (const sampleId of ['a', 'a/again.0', 'a/again.12']) await teacher.complete({ prompt: 'Hi', parameters: {}, sampleId });
    expect(samples).toEqual(['a', 'a', 'a']);
  });

  it('obeys a fixed concurrency and starts later stages first', async () => {
    let held: ServerResponse[] = [];
    const order: unknown[] = [];
    const server = await serve((seen, response) => {
      if (seen.path === '/v1/models') return json(response, models('m'));
      if (seen.body['prompt'] === 'warm') return json(response, completion('x'));
      order.push(seen.body['prompt']);
      held.push(response);
      expect(held.length).toBeLessThanOrEqual(2);
      if (held.length < 2) return;
      // Answered only when both slots are in use: with one call at a time the test would not end.
      for (const waiting of held) json(waiting, completion('x'));
      held = [];
    });
    const teacher = await createTeacher({ teacher: [server.url], model: 'm', api: 'completions', concurrency: 2 });
    await teacher.complete({ prompt: 'warm', parameters: {} });
    await Promise.all(
      [0, 0, 0, 1, 2, 3].map((priority, i) => teacher.complete({ prompt: `${priority}.${i}`, parameters: {} }, { priority })),
    );
    expect(order.slice(0, 2).sort()).toEqual(['0.0', '0.1']);
    expect([order.slice(2, 4).sort(), order.slice(4).sort()]).toEqual([
      ['2.4', '3.5'],
      ['0.2', '1.3'],
    ]);
    await teacher.close?.();
  });

  it('rejects the one request that a server cannot answer, though it is the last there is', async () => {
    const server = await serve((seen, response) => {
      if (seen.body['prompt'] === 'poison') json(response, { error: { message: 'index out of range' } }, 500);
      else json(response, completion('x'));
    });
    const stops: unknown[] = [];
    const teacher = await createTeacher({
      teacher: [server.url],
      model: 'm',
      api: 'completions',
      concurrency: 2,
      retry: { baseMs: 1, maxFaults: 4 },
      onStop: (error) => stops.push(error),
    });
    await expect(teacher.complete({ prompt: 'poison', parameters: {} })).rejects.toMatchObject({
      code: 'teacher-refused',
      endsRun: false,
      message: expect.stringMatching(/failed \d times while others were answered.*HTTP 500.*index out of range/) as string,
    });
    expect(stops).toEqual([]);
    await teacher.close?.();
  });

  it('opens no more sockets than calls go out at once, whatever breaks', async () => {
    const concurrency = 8;
    let [calls, open, most] = [0, 0, 0];
    const server = await serve((_seen, response) => {
      const call = ++calls;
      setImmediate(() => {
        if (call % 29 === 0) response.destroy();
        else if (call % 31 === 0) json(response, { message: 'no' }, 500);
        else if (call % 37 === 0) response.writeHead(200, { 'content-length': 999 }).write('{', () => response.destroy());
        else json(response, chatCompletion('x'));
      });
    });
    server.onConnection((socket) => {
      most = Math.max(most, ++open);
      socket.on('close', () => open--);
    });
    const teacher = await createTeacher({ teacher: [server.url], model: 'm', api: 'chat', concurrency, retry: { baseMs: 1 } });
    await Promise.all(Array.from({ length: 1000 }, (_, i) => teacher.complete({ prompt: `${i}`, parameters: {} })));
    expect(calls).toBeGreaterThan(1050);
    expect(most).toBeLessThanOrEqual(concurrency);
    await teacher.close?.();
  });

  it('replays without a network, and uses the cache while the server is away', async () => {
    const server = await serve(both);
    const cacheDir = mkdtempSync(`${tmpdir()}/sdg-teacher-`);
    const request = { messages: [{ role: 'user', content: 'Hi' }], n: 2, parameters: {} } as const;
    const records: CallRecord[] = [];
    const ask = async (options: { replay?: boolean } = {}, prompt = 'Hi') => {
      const teacher = await createTeacher({
        teacher: [server.url],
        cacheDir,
        giveUpAfterMs: 100,
        observer: { tryEnded: (record) => records.push(record) },
        ...options,
      });
      try {
        return (await teacher.complete({ ...request, messages: [{ role: 'user', content: prompt }] })).choices;
      } finally {
        await teacher.close?.();
      }
    };
    const choices = await ask();
    await server.stop();
    expect(await ask({ replay: true })).toEqual(choices);
    expect(await ask()).toEqual(choices);
    await expect(ask({ replay: true }, 'Ho')).rejects.toMatchObject({ code: 'replay-miss' });
    await expect(ask({}, 'Ho')).rejects.toMatchObject({
      code: 'teacher-unreachable',
      message: expect.stringContaining('it resumes') as string,
    });
    expect(records.find(({ purpose }) => purpose === undefined)).toMatchObject({
      server: `${server.url}/v1`,
      model: 'mixtral-8x7b',
      n: 2,
      outcome: 'ok',
      promptTokens: 5,
    });
  });

  it('hands the error that ends the run to onStop, once, and fails every call calmly', async () => {
    const server = await serve((seen, response) => (seen.path === '/v1/models' ? json(response, models('m')) : json(response, {}, 401)));
    const codes: string[] = [];
    const teacher = await createTeacher({ teacher: [server.url], api: 'chat', onStop: ({ code }) => codes.push(code) });
    const calls = await Promise.allSettled([1, 2, 3].map((i) => teacher.complete({ prompt: `${i}`, parameters: {} })));
    expect(calls.map((end) => end.status === 'rejected' && (end.reason as { code: string }).code)).toEqual([
      'interrupted',
      'interrupted',
      'interrupted',
    ]);
    expect(codes).toEqual(['teacher-auth']);
    await teacher.close?.();
  });
});
