import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseLatency, startTeacherSim, type TeacherSim } from '@sdg/teacher-sim';
import { chaos, NatsServer, type Mishap } from '@sdg/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { cleanEnvironment, shell } from './shell.js';

const WORKERS = 3;
/** Calls that each worker has in flight. */
const SLOTS = 8;
const PATIENCE = 2;

const cwd = mkdtempSync(`${tmpdir()}/sdg-cluster-`);
const env = cleanEnvironment(cwd);
const run = (line: string) => shell(line, { cwd, env });
const text = (name: string): string => readFileSync(`${cwd}/${name}`, 'utf8');
let server: NatsServer;

beforeAll(async () => {
  server = await NatsServer.start();
  const taxonomy = fileURLToPath(new URL('taxonomy', import.meta.url));
  const { stdout } = await run(`sdg-read -q ${taxonomy}`);
  const seen = new Map<unknown, number>();
  const some = stdout.split('\n').filter((line) => {
    if (line === '') return false;
    const kind = (JSON.parse(line) as Record<string, unknown>)['leaf_node_type'];
    const at = seen.get(kind) ?? 0;
    seen.set(kind, at + 1);
    return at < 6;
  });
  writeFileSync(`${cwd}/seeds.jsonl`, some.map((line) => `${line}\n`).join(''));
});
afterAll(() => server.close());

const teacher = async (latency: string): Promise<TeacherSim> => {
  const sim = await startTeacherSim({ slots: 64, latency: parseLatency(latency) });
  onTestFinished(() => sim.close());
  return sim;
};
const nats = (): string[] => ['--nats-patience', String(PATIENCE)];
const workerOf =
  (sim: TeacherSim, i: number) =>
  (address: string): string[] => [
    ...['sdg', 'worker', address, '--teacher', sim.url, '--model', 'sim', '--api', 'chat', '-c', String(SLOTS)],
    ...['--cache', `${cwd}/cache-${i}`, '--name', `w${i}`, '-q', ...nats()],
  ];

/**
 * How often a worker was lost: killed, stopped, cut off; or kept waiting for a processor until it was taken for dead, which it
 * says when it is heard again. One that was stopped or cut off may be gone before that.
 */
function timesLost(what: readonly Mishap[], said: string): number {
  const found = [...said.matchAll(/worker (w\d)-\w+ was out of touch/g)].map(([, name]) => name);
  let lost = 0;
  for (const [i, one] of what.entries()) {
    if (one === 'stop' || one === 'cut') found.splice(found.indexOf(`w${i % WORKERS}`) >>> 0, 1);
    if (one === 'worker' || one === 'stop' || one === 'cut') lost++;
  }
  return lost + found.length;
}

it('sdg cluster status --watch ends when nobody reads it any more', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await run(`sdg cluster status ${server.url} --watch | head -n 1`);
  expect([code, stdout, stderr]).toEqual([0, 'no runs\n', '']);
});

describe('sdg-run --on', () => {
  it(
    'gives the bytes of one process, though workers, coordinator and server are killed, stopped and cut off',
    { timeout: 300_000 },
    async () => {
      const calm = await teacher('fixed:1');
      const alone = await run(
        `sdg-run full seeds.jsonl -q -t ${calm.url} -m sim --api chat --scale-factor 3 --no-cache --run-dir alone > alone.jsonl`,
      );
      expect([alone.stderr, alone.code]).toEqual(['', 0]);

      const sim = await teacher('lognormal:60,0.6');
      const what: Mishap[] = ['worker', 'coordinator', 'stop', 'server', 'worker', 'coordinator', 'cut'];
      const afterCalls = Math.floor(calm.stats().distinct / (what.length + 1));
      const { code, happened, said } = await chaos({
        ...{ server, env: { ...env, PATH: env['PATH'] }, patience: PATIENCE, calls: () => sim.stats().calls },
        output: `${cwd}/chaos.jsonl`,
        run: [
          'sdg-run',
          'full',
          `${cwd}/seeds.jsonl`,
          '-q',
          '--on',
          server.url,
          '--scale-factor',
          '3',
          '--run-dir',
          `${cwd}/chaos`,
          ...nats(),
        ],
        workers: Array.from({ length: WORKERS }, (_, i) => workerOf(sim, i)),
        mishaps: what.map((one) => ({ what: one, afterCalls })),
      });
      expect([code, happened]).toEqual([0, what]);
      expect(text('chaos.jsonl')).toBe(text('alone.jsonl'));
      const accounts = (name: string): unknown[] =>
        (JSON.parse(text(`${name}/ledger.json`)) as { blocks: Record<string, unknown>[] }).blocks.map((account) =>
          ['block', 'in', 'made', 'out', 'filtered', 'deduplicated', 'rejected'].map((member) => account[member]),
        );
      expect(accounts('chaos')).toEqual(accounts('alone'));
      expect(text('chaos/rejects.jsonl').split('\n').sort()).toEqual(text('alone/rejects.jsonl').split('\n').sort());
      // A slot is given back when the reply is in the store, but for an eighth of them: one, whose reply is on its way.
      expect(sim.stats().repeated, said).toBeLessThanOrEqual(timesLost(what, said) * (SLOTS + 1));
    },
  );
});
