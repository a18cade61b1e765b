import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Random } from '@sdg/core';
import { parseFaults, parseLatency, startTeacherSim, type TeacherSim } from '@sdg/teacher-sim';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment } from './shell.js';

/** A short form of the 200 of the benchmark (`recovery`). */
const KILLS = 20;
/** Runs that are killed side by side, each with a server and a cache of its own: most of the time goes into starting. */
const LANES = 2;
const CONCURRENCY = 8;

const folder = mkdtempSync(`${tmpdir()}/sdg-kill-`);
const env = cleanEnvironment(folder);
const seeds = `${folder}/seeds.jsonl`;

/** A server whose faults, latencies and answers depend on the request alone, so that all of them play the same. */
async function server(): Promise<TeacherSim> {
  const sim = await startTeacherSim({
    slots: 32,
    latency: parseLatency('lognormal:20,0.8'),
    faults: parseFaults('500=0.01,reset=0.01,truncated=0.01'),
  });
  onTestFinished(() => sim.close());
  return sim;
}

/** Starts `sdg-run`, its output in a file as a shell would have it. */
const start = (sim: TeacherSim, cache: string, out: string) =>
  execa(
    'sdg-run',
    ['full', seeds, '-t', sim.url, '-m', 'sim', '--api', 'chat', '-c', String(CONCURRENCY), '--cache', `${folder}/${cache}`, '--quiet'],
    {
      extendEnv: false,
      env,
      reject: false,
      stdin: 'ignore',
      stdout: { file: `${folder}/${out}` },
      timeout: 300_000,
    },
  );

beforeAll(async () => {
  const taxonomy = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
  const { stdout } = await execa('sdg-read', [taxonomy], { extendEnv: false, env });
  // Four of each kind make some hundred calls.
  const lines = stdout.split('\n');
  writeFileSync(seeds, `${[...lines.slice(0, 4), ...lines.slice(-4)].join('\n')}\n`);
});

describe('a run that is killed', () => {
  it(`${KILLS} times at random moments gives the same bytes, and repeats at most the calls in flight`, { timeout: 900_000 }, async () => {
    const calm = await server();
    const undisturbed = await start(calm, 'calm', 'calm.jsonl');
    expect([undisturbed.stderr, undisturbed.exitCode]).toEqual(['', 0]);
    const expected = readFileSync(`${folder}/calm.jsonl`, 'utf8');
    const calls = calm.stats().distinct;
    expect(calls).toBeGreaterThan(200);

    const killed = async (lane: number): Promise<void> => {
      const random = new Random('kill anywhere', lane);
      const cache = (life: number): string => `cache-${lane}-${life}`;
      let [sim, kills, repeated, lives] = [await server(), 0, 0, 0];
      while (kills < KILLS / LANES) {
        const child = start(sim, cache(lives), `killed-${lane}.jsonl`);
        // So far into this life. Some runs end before their time comes; then a new one begins with an empty cache.
        const end = sim.stats().calls + random.below(Math.ceil((2 * calls * LANES) / KILLS));
        const ended = child.then(() => true);
        while (sim.stats().calls < end && !(await Promise.race([ended, sleep(2, false)])));
        child.kill('SIGKILL');
        if ((await child).signal === 'SIGKILL') kills++;
        else {
          lives++;
          repeated += sim.stats().repeated;
          sim = await server();
        }
      }
      const last = await start(sim, cache(lives), `last-${lane}.jsonl`);
      expect([last.stderr, last.exitCode]).toEqual(['', 0]);
      expect(readFileSync(`${folder}/last-${lane}.jsonl`, 'utf8')).toBe(expected);
      expect(repeated + sim.stats().repeated).toBeLessThanOrEqual(kills * CONCURRENCY);

      const before = sim.stats().calls;
      expect((await start(sim, cache(lives), `again-${lane}.jsonl`)).exitCode).toBe(0);
      expect([sim.stats().calls, readFileSync(`${folder}/again-${lane}.jsonl`, 'utf8') === expected]).toEqual([before, true]);
    };
    await Promise.all(Array.from({ length: LANES }, (_, lane) => killed(lane)));
  });
});
