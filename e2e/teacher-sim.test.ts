import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../tools/teacher-sim/bin/teacher-sim.js', import.meta.url));

describe('teacher-sim', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('ends at %s, long before its time is up, and tells what it counted', async (signal) => {
    const sim = execa(bin, ['--for', '600'], { stdin: 'ignore', reject: false });
    sim.stdout.once('data', () => sim.kill(signal));
    const { stdout, exitCode } = await sim;
    const [url, stats] = stdout.split('\n');
    expect(exitCode).toBe(0);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v1$/);
    expect(JSON.parse(stats!)).toMatchObject({ calls: 0 });
  });
});
