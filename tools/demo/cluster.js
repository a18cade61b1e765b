// A run on three workers, here on one machine: one of them is killed on the way, another takes its place, and the rows
// are those of one process. The teacher is a simulated server. Usage: node tools/demo/cluster.js
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseLatency, startTeacherSim } from '@sdg/teacher-sim';
import { NatsServer } from '@sdg/testing';
import { fetchNatsServer } from '../fetch/nats-server.js';

const SEEDS = 12;
const SLOTS = 16;
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sdg-demo-cluster-'));
const say = (text) => process.stdout.write(`${text}\n`);
const script = (command) => join(root, 'packages/cli/bin', `${command}.js`);
const env = { ...process.env, XDG_CACHE_HOME: folder, SDG_TEACHER: '', OPENAI_BASE_URL: '', SDG_ON: '' };

/** Starts a command with its output in a file. */
function start(command, args, output = 'ignore') {
  const file = output === 'ignore' ? output : openSync(join(folder, output), 'w');
  const child = spawn(process.execPath, [script(command), ...args], { env, stdio: ['ignore', file, 'inherit'] });
  if (file !== 'ignore') closeSync(file);
  return { child, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function done(name, { ended }) {
  const code = await ended;
  if (code !== 0) throw new Error(`${name} ended with exit code ${code}`);
}

const children = [];
let nats;
let sim;
try {
  if (!fetchNatsServer()) throw new Error('the demo needs nats-server');
  await done('sdg-read', start('sdg-read', ['-q', join(root, 'e2e/taxonomy')], 'all.jsonl'));
  const lines = readFileSync(join(folder, 'all.jsonl'), 'utf8').trim().split('\n');
  const step = Math.floor(lines.length / SEEDS);
  const some = lines.filter((_, i) => i % step === 0).slice(0, SEEDS);
  const seeds = join(folder, 'seeds.jsonl');
  writeFileSync(seeds, some.map((line) => `${line}\n`).join(''));
  const teacher = (url) => ['--teacher', url, '--model', 'sim', '--api', 'chat'];

  const calm = await startTeacherSim({ slots: 64 });
  await done('sdg-run', start('sdg-run', ['full', seeds, '-q', '--no-cache', ...teacher(calm.url)], 'alone.jsonl'));
  const calls = calm.stats().distinct;
  await calm.close();
  say(`one process: ${SEEDS} seeds, ${calls} calls`);

  sim = await startTeacherSim({ slots: 4 * SLOTS, latency: parseLatency('lognormal:400,0.6') });
  nats = await NatsServer.start();
  const worker = (name) => {
    say(`$ sdg worker ${nats.url} --teacher ${sim.url} --name ${name}`);
    const flags = ['-q', '-c', String(SLOTS), '--name', name, '--cache', join(folder, name), '--nats-patience', '3'];
    children.push(start('sdg', ['worker', nats.url, ...teacher(sim.url), ...flags]));
  };
  for (const name of ['ada', 'ben', 'cleo']) worker(name);
  say(`$ sdg-run full seeds.jsonl --on ${nats.url}`);
  const began = performance.now();
  const run = start('sdg-run', ['full', seeds, '-q', '--on', nats.url], 'cluster.jsonl');
  children.push(run);
  let over = false;
  void run.ended.then(() => (over = true));
  while (sim.stats().calls < calls / 2 && !over) await pause(5);
  children[1].child.kill('SIGKILL');
  say(`after ${sim.stats().calls} calls, ben is killed; this is what there is then:\n`);
  worker('dan');
  const status = spawnSync(process.execPath, [script('sdg'), 'cluster', 'status', nats.url], { env, encoding: 'utf8' });
  say(status.stdout);
  await done('sdg-run', run);

  const rows = readFileSync(join(folder, 'cluster.jsonl'), 'utf8');
  if (rows !== readFileSync(join(folder, 'alone.jsonl'), 'utf8')) throw new Error('the rows differ from those of one process');
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  say(`${rows.trim().split('\n').length} rows in ${seconds} s, the bytes of one process; ${sim.stats().repeated} calls were made twice`);
} catch (error) {
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  for (const { child } of children) child.kill('SIGKILL');
  await Promise.all(children.map(({ ended }) => ended));
  await nats?.close();
  await sim?.close();
  rmSync(folder, { recursive: true, force: true });
}
