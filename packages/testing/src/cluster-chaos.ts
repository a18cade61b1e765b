import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CutLine } from './cut-line.js';
import type { NatsServer } from './nats-server.js';

/**
 * What befalls a run: a process is killed and started again; a worker is stopped, or cut off from the server, and goes on
 * after twice the patience.
 */
export type Mishap = 'worker' | 'coordinator' | 'server' | 'stop' | 'cut';

export interface ChaosOptions {
  readonly server: NatsServer;
  /** The command of the run, which writes its rows to stdout. */
  readonly run: readonly string[];
  /** The command of each worker, given the address of the server. */
  readonly workers: readonly ((address: string) => readonly string[])[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where the rows go. */
  readonly output: string;
  /** In this order, each after so many further calls. */
  readonly mishaps: readonly { readonly what: Mishap; readonly afterCalls: number }[];
  /** Calls that the teacher was asked for so far. */
  readonly calls: () => number;
  /** Seconds after which workers are taken for dead, as they were started with. */
  readonly patience: number;
}

/** How a run came through. */
export interface ChaosEnd {
  /** Exit code of the run in its last life. */
  readonly code: number | null;
  /** What it said in all its lives. */
  readonly said: string;
  /** Mishaps that came before it was done. */
  readonly happened: readonly Mishap[];
}

interface Life {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
}

/**
 * Runs a command on workers while processes are killed around it, and starts again what was killed. Mishaps go by calls,
 * not by time, so that they fall into the work on any machine.
 */
export async function chaos(options: ChaosOptions): Promise<ChaosEnd> {
  const { server, run, workers, env, output, mishaps, calls, patience } = options;
  let said = '';
  const start = ([file, ...args]: readonly string[], stdout: 'ignore' | number): Life => {
    const child = spawn(file!, args, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', stdout, 'pipe'] });
    child.stderr!.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    return { child, ended };
  };
  const begin = (): Life => {
    const file = openSync(output, 'w');
    const life = start(run, file);
    closeSync(file);
    return life;
  };
  const kill = async ({ child, ended }: Life): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };

  const lines = await Promise.all(workers.map(() => CutLine.to(server.port)));
  const startWorker = (i: number): Life => start(workers[i]!(lines[i]!.url), 'ignore');
  const lives = workers.map((_, i) => startWorker(i));
  let coordinator = begin();
  const happened: Mishap[] = [];
  const stopped: Promise<void>[] = [];
  try {
    for (const [i, { what, afterCalls }] of mishaps.entries()) {
      const until = calls() + afterCalls;
      const over = coordinator.ended.then(() => true);
      while (calls() < until && !(await Promise.race([over, pause(5, false)])));
      if (coordinator.child.exitCode !== null) break;
      const victim = i % lives.length;
      if (what === 'worker') {
        await kill(lives[victim]!);
        lives[victim] = startWorker(victim);
      } else if (what === 'stop') {
        const { child } = lives[victim]!;
        child.kill('SIGSTOP');
        stopped.push(pause(patience * 2200).then(() => void child.kill('SIGCONT')));
      } else if (what === 'cut') {
        const line = lines[victim]!;
        line.cut();
        stopped.push(pause(patience * 2200).then(() => line.heal()));
      } else if (what === 'coordinator') {
        await kill(coordinator);
        coordinator = begin();
      } else {
        await server.kill();
        await server.begin();
      }
      happened.push(what);
    }
    const code = await coordinator.ended;
    return { code, said, happened };
  } finally {
    await Promise.all(stopped);
    await Promise.all([coordinator, ...lives].map(kill));
    for (const line of lines) line.close();
  }
}
