import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { ratios } from '@sdg/cli/bench';
import { Random } from '@sdg/core';
import { chaos, NatsServer, type Mishap } from '@sdg/testing';
import type { TeacherSim } from '@sdg/teacher-sim';
import { bin, nodeOptions, pipelineFolder } from '../bins.js';
import type { BenchContext } from '../context.js';
import { expectedSchedule } from '../list-schedule.js';
import { quietEnvironment } from '../quiet-environment.js';
import { seedsOf, writeSeeds } from '../seeds.js';
import { atLeast, atMost, EVERY_RUN, higher, lower, type Measured, row, type Suite } from '../suite.js';

const SLOTS = 64;
const SIGMA = 0.6;
const MEAN_MS = 400;
/** Seconds after which a worker is taken for dead in the chaos run; else the default. */
const PATIENCE = 3;
/** Slots of a worker in the chaos run. */
const FEW = 8;

/** CPU of a process that still runs, milliseconds. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Pass {
  readonly calls: number;
  readonly busy: number;
  /** As busy as the same calls could keep the slots in the mean, by whoever does not know how long they take. */
  readonly bound: number;
  readonly rate: number;
  /** CPU of workers, coordinator and nats-server for the run, over the time from the first call to the last. */
  readonly cores: number;
  readonly firstRowMs: number;
  /** From the first row on, and with the start of the program. */
  readonly coordinatorUs: number;
  readonly wholeUs: number;
  /** All that nats-server used, and what of it before the run began. */
  readonly serverUs: number;
  readonly serverStartUs: number;
}

/** What is run several times: so many workers over the same seeds. */
interface Case {
  /** Ends the ids of its rows. */
  readonly id: string;
  readonly title: string;
  readonly workers: number;
  readonly seeds: string;
  readonly passes: Pass[];
}

const valuesOf = ({ passes }: Case, pick: (one: Pass) => number): number[] => passes.map(pick);
/** Throughput over that of as many workers as run alone. */
const scalingOf = (many: Case, one: Case): number[] =>
  ratios(
    valuesOf(many, ({ rate }) => rate),
    valuesOf(one, ({ rate }) => rate),
  ).map((ratio) => (ratio * one.workers) / many.workers);

const command = (name: Parameters<typeof bin>[0], ...args: string[]): string[] => [process.execPath, ...nodeOptions(), bin(name), ...args];

interface Watched {
  readonly firstRowMs: number;
  readonly cpuMs: number;
  /** When the first row came: CPU of the process and calls until then. */
  readonly then: { readonly cpuMs: number; readonly calls: number };
}

/** A run to its end, its output read as it comes. */
async function watched(args: readonly string[], env: NodeJS.ProcessEnv, calls: () => number): Promise<Watched> {
  const [file, ...rest] = args;
  const began = performance.now();
  const child = spawn(file!, rest, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let firstRowMs = NaN;
  let cpuMs = 0;
  let then = { cpuMs: 0, calls: 0 };
  child.stdout.on('data', () => {
    cpuMs = cpuOf(child.pid!);
    if (!Number.isNaN(firstRowMs)) return;
    firstRowMs = performance.now() - began;
    then = { cpuMs, calls: calls() };
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${args[3]} ended with ${code}`);
  return { firstRowMs, cpuMs, then };
}

async function pass(context: BenchContext, seeds: string, workers: number, slots: number): Promise<Pass> {
  const server = await NatsServer.start();
  const env = { ...process.env, ...quietEnvironment(context, 'cluster-home') };
  const latency = { kind: 'lognormal', meanMs: context.size(MEAN_MS, 10), sigma: SIGMA } as const;
  const children: ChildProcess[] = [];
  try {
    const serviceTimes: number[] = [];
    return await context.withSim({ slots: slots * workers, latency, onService: (ms) => serviceTimes.push(ms) }, async (sim) => {
      for (let i = 0; i < workers; i++) {
        const cache = context.path('cluster', `cache-${i}`);
        rmSync(cache, { recursive: true, force: true });
        const [file, ...args] = command('sdg', ...workerFlags(server.url, sim, slots), '--cache', cache);
        children.push(spawn(file!, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }));
      }
      await Promise.all(children.map(isServing));
      const pids = [...children.map(({ pid }) => pid!), server.pid!];
      const before = pids.map(cpuOf);
      const run = await watched(
        command('sdg-run', pipelineFolder('full'), seeds, '-q', '--on', server.url, '--scale-factor', '5'),
        env,
        () => sim.stats().calls,
      );
      const { calls, busyShare, wallSeconds } = sim.stats();
      const serverMs = cpuOf(server.pid!);
      const cpuMs = pids.reduce((sum, pid, i) => sum + cpuOf(pid) - before[i]!, run.cpuMs);
      const bound = await expectedSchedule(serviceTimes, slots * workers, new Random('orders', workers));
      return {
        ...{ calls, busy: busyShare, bound, cores: cpuMs / 1000 / wallSeconds, rate: calls / wallSeconds, firstRowMs: run.firstRowMs },
        coordinatorUs: ((run.cpuMs - run.then.cpuMs) * 1000) / Math.max(1, calls - run.then.calls),
        wholeUs: (run.cpuMs * 1000) / calls,
        serverUs: (serverMs * 1000) / calls,
        serverStartUs: (before.at(-1)! * 1000) / calls,
      };
    });
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await server.close();
  }
}

const startNote = ({ passes }: Case): string => {
  const [least, most] = [Math.min, Math.max].map((of) => of(...passes.map(({ serverStartUs }) => serverStartUs)).toFixed(1));
  return `${least === most ? most : `${least} to ${most}`} of them before the run began`;
};

/** Until a worker has said that it waits for runs. */
const isServing = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr!.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('waits for runs')) resolve();
    });
    child.once('close', (code) => reject(new Error(`a worker ended with ${code}: ${said}`)));
  });

const workerFlags = (address: string, sim: TeacherSim, slots: number): string[] => [
  'worker',
  address,
  '-t',
  sim.url,
  '-m',
  'sim',
  '--api',
  'chat',
  '-c',
  String(slots),
];

/** Kills workers, coordinator and server at random moments of one run. */
async function kills(
  context: BenchContext,
  seeds: string,
): Promise<{ differs: number; repeated: number; happened: number; bound: number }> {
  const env = { ...process.env, ...quietEnvironment(context, 'cluster-home') };
  const counts: readonly (readonly [Mishap, number])[] = context.size(
    [
      ['worker', 50],
      ['coordinator', 20],
      ['server', 10],
      ['stop', 4],
      ['cut', 4],
    ],
    [['worker', 1]],
  );
  const random = new Random('cluster kills');
  const what = random.shuffle(counts.flatMap(([one, times]) => Array.from({ length: times }, () => one)));
  const alone = context.path('cluster', 'alone.jsonl');
  const calm = await context.withSim({ slots: 64 }, async (sim) => {
    const flags = ['-q', '--no-cache', '-t', sim.url, '-m', 'sim', '--api', 'chat', '--scale-factor', '5'];
    const [file, ...args] = command('sdg-run', pipelineFolder('full'), seeds, ...flags);
    await context.command(file!, args, { stdout: alone, env: quietEnvironment(context, 'cluster-home') });
    return sim.stats().distinct;
  });
  const server = await NatsServer.start();
  try {
    return await context.withSim({ slots: 64, latency: { kind: 'lognormal', meanMs: 60, sigma: SIGMA } }, async (sim) => {
      const output = context.path('cluster', 'chaos.jsonl');
      const workers = [0, 1, 2].map((i) => {
        const cache = context.path('cluster', `chaos-${i}`);
        rmSync(cache, { recursive: true, force: true });
        return (address: string): string[] =>
          command('sdg', ...workerFlags(address, sim, FEW), '--nats-patience', String(PATIENCE), '--cache', cache);
      });
      const { code, happened } = await chaos({
        ...{ server, workers, env, output, patience: PATIENCE, calls: () => sim.stats().calls },
        run: command('sdg-run', pipelineFolder('full'), seeds, '-q', '--on', server.url, '--scale-factor', '5'),
        mishaps: what.map((one) => ({ what: one, afterCalls: random.below(Math.ceil((1.8 * calm) / (what.length + 1))) })),
      });
      if (code !== 0) throw new Error(`the run ended with ${code}`);
      const lost = happened.filter((one) => one === 'worker' || one === 'stop' || one === 'cut').length;
      const differs = Number(readFileSync(output, 'utf8') !== readFileSync(alone, 'utf8'));
      return { differs, repeated: sim.stats().repeated, happened: happened.length, bound: Math.max(1, lost * FEW) };
    });
  } finally {
    await server.close();
  }
}

export const cluster: Suite = {
  name: 'cluster',
  title: 'Many machines',
  minutes: 20,
  about: (context) =>
    `\`sdg-run full --on\` with workers of ${SLOTS} slots each against the simulated server (lognormal, mean ${MEAN_MS} ms, sigma ` +
    `${SIGMA}), nats-server on the same machine, workers begun first. Busy as the server counts it, from the first call to the ` +
    `last; at most: list scheduling of the calls' own times, in the mean over 200 orders, none waiting for another: what is ` +
    `missing to 1 is the tail, in which there are fewer calls than slots. Four times the calls: as many for each of four workers as for ` +
    `one alone, so that start and tail weigh no more. CPU of the coordinator and of nats-server over the ` +
    `calls. Kills: \`full\` on three workers of ${FEW} slots, ` +
    context.size('50 workers, 20 coordinators and 10 servers killed, 4 workers stopped and 4 cut off', 'one worker killed') +
    ` at random moments of one run.`,
  targets: {
    'cluster.busy': atLeast(0.95, 'issue 18', 'four workers: slots busy 0.95'),
    'cluster.scaling': atLeast(0.95, 'issue 18', 'four workers: at least 0.95 of four times what one does'),
    'cluster.coordinator': atMost(250, 'issue 18', 'at most 250 µs of CPU a call'),
    'cluster.server': atMost(160, 'issue 18', 'at most 160 µs of CPU a call'),
    'cluster.first': atMost(500, 'issue 18', 'not later than one process with the same slots by more than half a second (ms)'),
    'cluster.differs': atMost(0, 'issue 18', 'identical bytes', EVERY_RUN),
    'cluster.repeated': atMost(1, 'issue 18', 'at most those in flight at the lost workers (repeated ÷ in flight)', EVERY_RUN),
  },
  async *run(context): AsyncGenerator<Measured, void, undefined> {
    const [few, many] = [context.size(100, 1), context.size(400, 4)];
    const seeds = writeSeeds(context.path('cluster', 'seeds.jsonl'), await seedsOf('freeform_skill', few));
    const manySeeds = writeSeeds(context.path('cluster', 'many-seeds.jsonl'), await seedsOf('freeform_skill', many));
    const slots = context.size(SLOTS, 4);
    // Runs whose replies nobody waits for: the server works the answers out once.
    for (const all of [seeds, manySeeds]) {
      await context.withSim({ slots: 64 }, (sim) =>
        context.task('run-pipeline', {
          ...{ pipeline: pipelineFolder('full'), seeds: all, url: sim.url, api: 'chat', concurrency: 64, scaleFactor: 5 },
        }),
      );
    }
    const cases = [1, 2, 4].map((workers): Case => ({
      id: `.${workers}`,
      title: `${workers} × ${slots} slots`,
      workers,
      seeds,
      passes: [],
    }));
    const [one, , four] = cases as [Case, Case, Case];
    const steady: Case = { ...four, id: '.steady', title: `${four.title}, four times the calls`, seeds: manySeeds, passes: [] };
    cases.push(steady);
    for (let i = 0; i < context.runs; i++) {
      for (const { workers, seeds, passes } of cases) passes.push(await pass(context, seeds, workers, slots));
    }
    for (const each of cases) {
      const id = each === four ? 'cluster.busy' : `cluster.busy${each.id}`;
      const note = `${each.passes[0]!.calls} calls`;
      yield higher(
        id,
        `${each.title}: busy`,
        'share',
        valuesOf(each, ({ busy }) => busy),
        note,
      );
    }
    for (const each of cases) {
      yield row(
        `cluster.bound${each.id}`,
        `${each.title}: busy at most, in the mean, with these calls`,
        'share',
        valuesOf(each, ({ bound }) => bound),
      );
      yield higher(
        `cluster.ofbound${each.id}`,
        `${each.title}: busy ÷ that`,
        '×',
        valuesOf(each, ({ busy, bound }) => busy / bound),
      );
    }
    yield lower(
      'cluster.cores',
      'processors that workers, coordinator and nats-server kept busy, four workers',
      'cores',
      valuesOf(four, ({ cores }) => cores),
    );
    yield higher('cluster.scaling', 'throughput of four workers ÷ four times that of one', '×', scalingOf(four, one));
    yield higher(
      'cluster.scaling.steady',
      'throughput of four workers over four times the calls ÷ four times that of one',
      '×',
      scalingOf(steady, one),
      'as many calls for each worker',
    );
    yield lower(
      'cluster.coordinator',
      'CPU per call of the coordinator, from the first row on',
      'µs',
      valuesOf(four, ({ coordinatorUs }) => coordinatorUs),
    );
    yield lower(
      'cluster.coordinator.whole',
      'CPU per call of the coordinator, its start included',
      'µs',
      valuesOf(four, ({ wholeUs }) => wholeUs),
    );
    yield lower(
      'cluster.server',
      'CPU per call of nats-server',
      'µs',
      valuesOf(four, ({ serverUs }) => serverUs),
      startNote(four),
    );
    yield lower(
      'cluster.server.steady',
      'CPU per call of nats-server, four times the calls',
      'µs',
      valuesOf(steady, ({ serverUs }) => serverUs),
      startNote(steady),
    );
    const single = await context.withSim(
      { slots, latency: { kind: 'lognormal', meanMs: context.size(MEAN_MS, 10), sigma: SIGMA } },
      async (sim) => {
        const flags = ['-q', '--no-cache', '-t', sim.url, '-m', 'sim', '--api', 'chat', '-c', String(slots), '--scale-factor', '5'];
        const env = { ...process.env, ...quietEnvironment(context, 'cluster-home') };
        return watched(command('sdg-run', pipelineFolder('full'), seeds, ...flags), env, () => sim.stats().calls);
      },
    );
    yield lower(
      'cluster.first',
      'first row later than from one process',
      'ms',
      valuesOf(one, ({ firstRowMs }) => firstRowMs - single.firstRowMs),
    );
    const { differs, repeated, happened, bound } = await kills(context, seeds);
    yield lower('cluster.differs', 'output after the kills differs', 'runs', [differs], `${happened} mishaps`);
    yield lower('cluster.repeated', 'calls paid twice ÷ in flight at lost workers', '×', [repeated / bound], `${repeated} calls`);
  },
};
