import { createTeacher } from '@sdg/teacher';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseFaults } from './faults.js';
import { parseLatency } from './latency.js';
import { startTeacherSim, type TeacherSim, type TeacherSimOptions } from './start-teacher-sim.js';

async function sim(options: TeacherSimOptions = {}): Promise<TeacherSim> {
  const started = await startTeacherSim({ answers: 'hash', ...options });
  onTestFinished(() => started.close());
  return started;
}

async function post(url: string, path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('teacher-sim', () => {
  it('answers completions with lists of prompts and n, in the order of the API', async () => {
    const { url, stats } = await sim();
    const { body } = await post(url, '/completions', { model: 'sim', prompt: ['a', 'b'], n: 3 });
    const choices = body['choices'] as { index: number; text: string }[];
    expect(choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(stats()).toMatchObject({ calls: 1, answered: 1, distinct: 1, repeated: 0, greatestInFlight: 1 });
  });

  it('counts as repeated what it has answered twice, once, though faults meet the second asking', async () => {
    const { url, stats } = await sim({ faults: parseFaults('500@1-2') });
    const ask = async (): Promise<number> => (await post(url, '/completions', { model: 'sim', prompt: 'a' })).status;
    expect([await ask(), await ask(), await ask(), stats().repeated]).toEqual([200, 500, 500, 0]);
    expect([await ask(), stats()]).toMatchObject([200, { calls: 4, answered: 2, repeated: 1 }]);
  });

  it('answers with texts of one’s own', async () => {
    const { url } = await sim({
      answers: ({ prompt, n }, seed) => Array.from({ length: n ?? 1 }, (_, i) => `${prompt} ${seed} ${i}`),
      seed: 7,
    });
    const { body } = await post(url, '/completions', { model: 'sim', prompt: 'a', n: 2 });
    expect(body['choices']).toMatchObject([{ text: 'a 7 0' }, { text: 'a 7 1' }]);
  });

  it('tells the service times that it draws, the same for the same seed', async () => {
    const runs: number[][] = [[], []];
    for (const times of runs) {
      const { url } = await sim({ slots: 1, latency: parseLatency('uniform:1,3'), seed: 5, onService: (ms) => times.push(ms) });
      for (const prompt of ['a', 'b', 'a']) await post(url, '/completions', { model: 'sim', prompt });
    }
    expect(runs[0]).toHaveLength(3);
    expect(new Set(runs[0]).size).toBe(3);
    expect(runs[1]).toEqual(runs[0]);
  });

  it('gives log probabilities in the form of each API', async () => {
    const { url } = await sim();
    const chat = await post(url, '/chat/completions', {
      model: 'sim',
      messages: [{ role: 'user', content: 'x' }],
      logprobs: true,
      top_logprobs: 2,
    });
    const plain = await post(url, '/completions', { model: 'sim', prompt: 'x', logprobs: 2 });
    expect(chat.body['choices']).toMatchObject([{ logprobs: { content: [{ top_logprobs: [{}, {}] }, ...Array<object>(11).fill({})] } }]);
    expect(Object.keys((plain.body['choices'] as { logprobs: object }[])[0]!.logprobs)).toEqual([
      'tokens',
      'token_logprobs',
      'top_logprobs',
    ]);
  });

  it('gives the same answers for the same seed, whatever the order', async () => {
    const one = await sim({ latency: parseLatency('lognormal:3,0.8') });
    const two = await sim({ latency: parseLatency('lognormal:3,0.8') });
    const ask = (url: string) => async (prompt: string) => (await post(url, '/completions', { model: 'sim', prompt })).body['choices'];
    const prompts = ['a', 'b', 'c', 'd'];
    const first = await Promise.all(prompts.map(ask(one.url)));
    const second = await Promise.all([...prompts].reverse().map(ask(two.url)));
    expect(second.reverse()).toEqual(first);
  });

  it('turns away what is beyond its slots, if told so', async () => {
    const { url, stats } = await sim({ slots: 2, overload: 'reject', faults: parseFaults('hang@0-1') });
    const ask = (prompt: string) => post(url, '/completions', { model: 'sim', prompt });
    for (const prompt of ['a', 'b']) void ask(prompt).catch(() => undefined);
    await expect.poll(() => stats().inFlight).toBe(2);
    expect((await ask('c')).status).toBe(429);
    expect(stats()).toMatchObject({ calls: 3, turnedAway: 1, answered: 0 });
  });

  it('has faults by number, in bursts and by rate', async () => {
    const { url, stats } = await sim({ faults: parseFaults('500@1,503%4/1,429=1') });
    const statuses: number[] = [];
    for (const prompt of ['a', 'b', 'c', 'd', 'e']) statuses.push((await post(url, '/completions', { model: 'sim', prompt })).status);
    expect(statuses).toEqual([503, 500, 429, 429, 503]);
    expect(stats().faults).toEqual({ '503': 2, '500': 1, '429': 2 });
    expect(() => parseFaults('resett=0.1')).toThrow('did you mean reset?');
    expect(() => parseLatency('normal:3')).toThrow('is not a latency');
  });

  it('serves the teacher of this project', async () => {
    const { url } = await sim({ apiKey: 'k-123456', models: ['mixtral'] });
    const teacher = await createTeacher({ teacher: [url], apiKey: 'k-123456' });
    const reply = await teacher.complete({ messages: [{ role: 'user', content: 'x' }], n: 2, parameters: {} });
    expect(reply.choices).toHaveLength(2);
    await teacher.close?.();
  });
});
