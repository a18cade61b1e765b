import { createTeacher, httpTeacher } from '@sdg/teacher';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startTeacherSim, type TeacherSimOptions } from './start-teacher-sim.js';
import { servers } from './tell-load.js';

async function sim(options: TeacherSimOptions) {
  const started = await startTeacherSim({ answers: 'hash', ...options });
  onTestFinished(() => started.close());
  return started;
}

describe('what a server tells', () => {
  const expected = { vllm: { running: 0, waiting: 0 }, sglang: { running: 0, waiting: 0 }, llamacpp: { slots: 5 }, tgi: { most: 5 } };
  for (const kind of servers) {
    it(`is read from the pages of ${kind}`, async () => {
      const { url } = await sim({ slots: 5, tells: kind });
      const teacher = httpTeacher({ url });
      onTestFinished(() => teacher.close!());
      expect(await teacher.load!()).toMatchObject(expected[kind]);
    });
  }

  it('is nothing where it has no such page', async () => {
    const { url } = await sim({ slots: 5 });
    const teacher = httpTeacher({ url });
    onTestFinished(() => teacher.close!());
    expect(await teacher.load!()).toBeUndefined();
  });

  it('is what auto goes by', async () => {
    const { url } = await sim({ slots: 3, tells: 'llamacpp', latency: { kind: 'fixed', meanMs: 30 } });
    const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat' });
    onTestFinished(() => teacher.close!());
    await Promise.all(Array.from({ length: 24 }, (_, i) => teacher.complete({ prompt: `${i}`, parameters: {} })));
    expect(teacher.state!()).toMatchObject({ limit: 4, phase: 'told' });
  });
});

describe('a batch', () => {
  it('ends short outputs first, and works on many at once', async () => {
    const { url, stats } = await sim({ batch: { promptTokens: 20, outputTokens: 60, sigma: 0 } });
    const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency: 32 });
    onTestFinished(() => teacher.close!());
    await Promise.all(Array.from({ length: 32 }, (_, i) => teacher.complete({ prompt: `${i}`, parameters: {} })));
    expect(stats()).toMatchObject({ answered: 32, inFlight: 0 });
    expect(stats().greatestInFlight).toBeGreaterThan(5);
  });
});
