import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseLatency, startTeacherSim, type TeacherSim } from '@sdg/teacher-sim';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment } from './shell.js';

const taxonomy = fileURLToPath(new URL('taxonomy', import.meta.url));
const env = cleanEnvironment();
let sim: TeacherSim;
let seeds: string;

beforeAll(async () => {
  sim = await startTeacherSim({ slots: 4, latency: parseLatency('fixed:400') });
  seeds = (await execa('sdg-read', [taxonomy], { extendEnv: false, env })).stdout;
});
afterAll(() => sim.close());

/** `sdg-run` against the simulated server, stopped by a signal as soon as the first row is out. */
async function interrupted(signals: readonly ('SIGINT' | 'SIGTERM' | 'SIGHUP')[]) {
  const child = execa('sdg-run', ['simple', '--no-cache', '--concurrency', '4', '-t', sim.url, '-m', 'sim'], {
    extendEnv: false,
    env,
    input: seeds,
    reject: false,
    timeout: 60_000,
  });
  await once(child.stdout, 'data');
  const [first, second] = signals;
  child.kill(first);
  if (second) {
    await once(child.stderr, 'data');
    child.kill(second);
  }
  return child;
}

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s finishes what is under way, and exits with 130', async (signal) => {
    const { stdout, stderr, exitCode } = await interrupted([signal]);
    expect(exitCode).toBe(130);
    expect(stderr).toContain('stopping: finishing what is under way, press Ctrl-C again to leave at once');
    expect(stderr).toContain('stopped on request; run the same command again: it begins anew, as --no-cache has kept nothing');
    expect(stderr).not.toContain('does not balance');
    for (const line of stdout.split('\n')) expect(JSON.parse(line)).toHaveProperty('_sdg.pipeline', 'simple');
  });

  it('ends a plan of an input that has no end yet', async () => {
    const child = execa('sdg-run', ['simple', '--plan', '-t', 'offline'], { extendEnv: false, env, reject: false, timeout: 30_000 });
    child.stdin.write(seeds.slice(0, seeds.indexOf('\n') + 1));
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('stopped on request')]);
  });

  it('on the whole pipe keeps what sdg-run still finishes', async () => {
    const pipe = execa(
      'bash',
      ['-c', `cat | sdg-run simple --no-cache -c 4 -t ${sim.url} -m sim 2>run.err | sdg-mix --phase knowledge --quiet`],
      {
        extendEnv: false,
        env,
        cwd: env['HOME']!,
        input: seeds,
        reject: false,
        timeout: 60_000,
        detached: true,
      },
    );
    await once(pipe.stdout, 'data');
    process.kill(-pipe.pid!, 'SIGINT');
    await pipe;
    const said = readFileSync(`${env['HOME']}/run.err`, 'utf8');
    // The consumer stayed to the end: a closed pipe would have left sdg-run without a summary.
    expect(said).toContain('stopped on request; run the same command again: it begins anew, as --no-cache has kept nothing');
  });

  it('twice leaves at once, of the signal', async () => {
    const { exitCode, signal } = await interrupted(['SIGINT', 'SIGINT']);
    expect([exitCode, signal]).toEqual([undefined, 'SIGINT']);
  });
});
