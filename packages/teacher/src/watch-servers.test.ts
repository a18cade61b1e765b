import { SdgError, type Reply } from '@sdg/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HttpTeacher } from './http/http-teacher.js';
import { tellFaults } from './tell-faults.js';
import { stopFutile } from './stop-futile.js';
import { watchServers } from './watch-servers.js';

const answer: Reply = { choices: [{ text: 'x', finishReason: 'stop' }], model: 'm', usage: { promptTokens: 1, completionTokens: 1 } };
const request = { prompt: 'p', parameters: {} };

/** A server that does as it is told, call by call; then answers. */
function server(name: string, ...ends: readonly (SdgError | Promise<Reply>)[]): HttpTeacher & { calls: number } {
  return {
    name,
    calls: 0,
    async complete() {
      const end = ends[this.calls++];
      if (end instanceof SdgError) throw end;
      return (await end) ?? answer;
    },
    models: async () => [],
    hasCompletions: async () => true,
    hasChat: async () => true,
    probe: async () => undefined,
  };
}
const auth = new SdgError('teacher-auth', 'no such key', { status: 401, remedy: 'get one' });
const later = (retryAfterMs: number) => new SdgError('teacher-overloaded', 'slow down', { status: 429, retryAfterMs });

describe('watchServers', () => {
  it('leaves one bad server of several out, and ends with its words where it is the last', async () => {
    const [bad, good] = [server('bad', auth), server('good', answer as never, auth)];
    const { servers } = watchServers([bad, good], { giveUpAfterMs: 1000 });
    const ask = (i: number) => servers[i]!.complete(request);
    await expect(ask(0)).rejects.toMatchObject({
      code: 'teacher-unreachable',
      isRetryable: true,
      message: 'bad is left out: no such key; get one',
    });
    await expect(ask(0)).rejects.toMatchObject({ isRetryable: true });
    expect(bad.calls).toBe(1);
    expect(await ask(1)).toBe(answer);
    await expect(ask(1)).rejects.toBe(auth);
    await expect(ask(0)).rejects.toBe(auth);
  });

  it('lets a server that was down be asked once more where it is the last that is left out: the call says why', async () => {
    const { servers } = watchServers([server('bad', auth)], { giveUpAfterMs: 1000 });
    await expect(servers[0]!.complete(request)).rejects.toBe(auth);
    await servers[0]!.probe();
    await expect(servers[0]!.complete(request)).rejects.toBe(auth);
  });

  it('ends the run at a pause that is too long for a question before the first call, too', async () => {
    for (const question of ['models', 'hasCompletions', 'hasChat'] as const) {
      const late = { ...server('s'), [question]: () => Promise.reject(later(3_600_000)) };
      const { servers } = watchServers([late], { giveUpAfterMs: 1000 });
      await expect(servers[0]![question]()).rejects.toThrow('s asks for a pause of 3600 s, longer than the run will wait (1 s): slow down');
      const soon = { ...server('s'), [question]: () => Promise.reject(later(500)) };
      await expect(watchServers([soon], { giveUpAfterMs: 1000 }).servers[0]![question]()).rejects.toThrow('slow down');
    }
  });

  it('ends the run where a server never sends what can be read, and goes on where it did once', async () => {
    const page = Array.from({ length: 40 }, (_, i) => new SdgError('teacher-reply', `the reply is not JSON but a page: Sign in, ${i}`));
    const ends = async (one: HttpTeacher) => {
      const { servers } = watchServers([one], { giveUpAfterMs: 1000 });
      const codes: string[] = [];
      for (let i = 0; i < 35; i++) {
        codes.push(
          await servers[0]!.complete(request).then(
            () => 'ok',
            ({ code }: SdgError) => code,
          ),
        );
      }
      return codes;
    };
    const codes = await ends(server('s', ...page));
    expect([codes.indexOf('teacher-hopeless'), new Set(codes.slice(29))]).toEqual([29, new Set(['teacher-hopeless'])]);
    expect(await ends(server('s', answer as never, ...page))).not.toContain('teacher-hopeless');
  });

  it('never takes one that is left out back', async () => {
    const { servers } = watchServers([server('bad', auth), server('good')], { giveUpAfterMs: 1000 });
    await servers[0]!.complete(request).catch(() => undefined);
    const stop = new AbortController();
    const probe = servers[0]!.probe(stop.signal);
    await servers[1]!.probe(stop.signal);
    stop.abort();
    await expect(probe).rejects.toBe(auth);
  });

  it('ends the run at once for a pause that is longer than it will wait', async () => {
    const { servers } = watchServers([server('s', later(900), later(3_600_000))], { giveUpAfterMs: 1000 });
    await expect(servers[0]!.complete(request)).rejects.toMatchObject({ code: 'teacher-overloaded', isRetryable: true });
    await expect(servers[0]!.complete(request)).rejects.toMatchObject({
      code: 'teacher-hopeless',
      endsRun: true,
      exitCode: 3,
      message: expect.stringMatching(
        /^s asks for a pause of 3600 s, longer than the run will wait \(1 s\): slow down; .*--give-up-after/,
      ) as string,
    });
  });

  it('names a server that takes calls and says nothing, and tells when it answers again', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const notices: string[] = [];
    let release: (reply: Reply) => void = () => undefined;
    const watched = watchServers([server('s', new Promise((resolve) => (release = resolve)))], {
      giveUpAfterMs: 1000,
      now: () => Date.now(),
      onNotice: (text) => notices.push(text),
    });
    onTestFinished(() => watched.close());
    const call = watched.servers[0]!.complete(request);
    await vi.advanceTimersByTimeAsync(55_000);
    expect(notices).toEqual([]);
    await vi.advanceTimersByTimeAsync(300_000);
    expect(notices).toEqual([expect.stringMatching(/^s took a call and has said nothing for 60 s; .*--timeout/)]);
    release(answer);
    await call;
    expect(notices[1]).toBe('s answers again');
  });
});

describe('tellFaults', () => {
  it('tells a fault when it repeats, once a kind, and not what is the business of the limit', async () => {
    const notices: string[] = [];
    const fault = (what: string, status: number) => new SdgError('teacher-overloaded', what, { status });
    const faults = [
      fault('broken 1', 500),
      fault('slow', 429),
      fault('slow', 429),
      fault('broken 2', 500),
      fault('broken 3', 500),
      new SdgError('interrupted', 'x'),
      new SdgError('interrupted', 'x'),
    ];
    const teacher = tellFaults(server('s', ...faults), (text) => notices.push(text));
    for (const fault of faults) await expect(teacher.complete(request)).rejects.toBe(fault);
    expect(notices).toEqual(['broken 2']);
  });
});

describe('stopFutile', () => {
  const refused = (i: number) =>
    new SdgError('teacher-refused', `the teacher refused the request (HTTP 400): unknown thing, ${i} tokens`, { status: 400 });
  const endsOf = async (ends: readonly (SdgError | Promise<Reply>)[]) => {
    const teacher = stopFutile(server('s', ...ends));
    const codes: string[] = [];
    for (const _end of ends) {
      codes.push(
        await teacher.complete(request).then(
          () => 'ok',
          (error: SdgError) => error.code,
        ),
      );
    }
    return codes;
  };

  it('ends the run where everything is refused alike', async () => {
    const codes = await endsOf(Array.from({ length: 30 }, (_, i) => refused(i)));
    expect(codes.slice(0, 29).every((code) => code === 'teacher-refused')).toBe(true);
    expect(codes[29]).toBe('teacher-hopeless');
  });

  it('rejects single samples where anything was answered', async () => {
    const codes = await endsOf([Promise.resolve(answer), ...Array.from({ length: 99 }, (_, i) => refused(i))]);
    expect(new Set(codes)).toEqual(new Set(['ok', 'teacher-refused']));
  });

  it('goes on where refusals differ', async () => {
    const codes = await endsOf(Array.from({ length: 40 }, (_, i) => new SdgError('teacher-refused', `no ${i % 2 ? 'this' : 'that'}`)));
    expect(new Set(codes.slice(0, 40))).toEqual(new Set(['teacher-refused']));
  });
});
