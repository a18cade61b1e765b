import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseFaults, parseLatency, startTeacherSim } from '@sdg/teacher-sim';
import { execa } from 'execa';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment } from './shell.js';

const folder = mkdtempSync(`${tmpdir()}/sdg-bytes-`);
const env = cleanEnvironment(folder);
const seeds = `${folder}/seeds.jsonl`;

beforeAll(async () => {
  const taxonomy = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
  const { stdout } = await execa('sdg-read', [taxonomy], { extendEnv: false, env });
  const lines = stdout.split('\n');
  writeFileSync(seeds, `${[...lines.slice(0, 3), ...lines.slice(-3)].join('\n')}\n`);
});

/** The whole output of a run, with replies in an order of their own. */
async function output(concurrency: string, latency: string, faults = ''): Promise<string> {
  const sim = await startTeacherSim({ slots: 64, latency: parseLatency(latency), faults: parseFaults(faults) });
  onTestFinished(() => sim.close());
  const args = ['full', seeds, '-t', sim.url, '-m', 'sim', '--api', 'chat', '-c', concurrency, '--no-cache', '--quiet'];
  const { stdout, stderr, exitCode } = await execa('sdg-run', args, {
    extendEnv: false,
    env,
    reject: false,
    stdin: 'ignore',
    timeout: 300_000,
  });
  expect([stderr, exitCode]).toEqual(['', 0]);
  return stdout;
}

describe('output', () => {
  it('is the same to the byte at any concurrency and for any order of replies', { timeout: 900_000 }, async () => {
    const expected = await output('1', 'fixed:0');
    expect(expected.split('\n').length).toBeGreaterThan(20);
    expect(await output('7', 'lognormal:8,0.8')).toBe(expected);
    expect(await output('64', 'exponential:20')).toBe(expected);
    expect(await output('64', 'uniform:1,40', '500=0.02,reset-body=0.02,slow-body=0.05')).toBe(expected);
    expect(await output('auto', 'lognormal:10,1')).toBe(expected);
  });
});
