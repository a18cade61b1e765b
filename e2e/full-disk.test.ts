import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startTeacherSim } from '@sdg/teacher-sim';
import { expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const taxonomy = fileURLToPath(new URL('taxonomy/compositional_skills', import.meta.url));
const CONCURRENCY = 8;

it(
  'a cache that cannot grow ends the run in good order, and a rerun pays again only for what was in flight',
  { timeout: 240_000 },
  async () => {
    const folder = mkdtempSync(`${tmpdir()}/sdg-full-`);
    const env = cleanEnvironment(folder);
    const sim = await startTeacherSim({ slots: 32 });
    onTestFinished(() => sim.close());
    const seeds = `${folder}/seeds.jsonl`;
    writeFileSync(seeds, (await shell(`sdg-read "${taxonomy}" | head -n 6`, { env })).stdout);
    const run = (cache: string, before = ''): ReturnType<typeof shell> =>
      shell(
        `${before} sdg-run full ${seeds} -t ${sim.url} -m sim --api chat -c ${CONCURRENCY} --cache ${folder}/${cache} --run-dir ` +
          `${folder}/run-${cache}`,
        { env },
      );

    // No file may be larger than 200 KiB: a write fails in the midst of a page.
    const stopped = await run('small', 'ulimit -f 200;');
    const said = stopped.stderr.trimEnd().split('\n');
    // lmdb 3.5.6 writes past the end of what it says of the failed write (mdb.c, 100 bytes), for which glibc may end the
    // process when all has been said and kept.
    const isAborted = /^(?:corrupted|malloc|free|double free|munmap|realloc)/.test(said.at(-1)!);
    expect([isAborted ? 3 : stopped.code, said.at(isAborted ? -2 : -1)]).toEqual([
      3,
      expect.stringMatching(/^sdg-run: the call cache in .* cannot be written: .*; free some space, .* it resumes$/),
    ]);
    // In the midst of the work: after some 60 calls mostly, after 9 where no page of the cache could be used again.
    expect(sim.stats().calls).toBeGreaterThan(3);

    const resumed = await run('small');
    // Those in flight when the disk was full.
    expect([resumed.code, sim.stats().repeated]).toEqual([0, expect.toSatisfy((n: number) => n <= CONCURRENCY)]);
    const whole = await run('large');
    expect([whole.code, resumed.stdout === whole.stdout, whole.stdout.startsWith(stopped.stdout)]).toEqual([0, true, true]);
  },
);
