import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { answer, type AnswerFunction, startTeacherSim, type TeacherSim, type TeacherSimOptions } from '@sdg/teacher-sim';
import { inLanes } from './in-lanes.js';
import { type CommandOptions, type CommandResult, runCommand } from './run-command.js';
import type { TaskInput, TaskName, TaskOutput } from './tasks/index.js';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeOptions } from './bins.js';
import type { Usage } from './usage-hook.js';

/** What a task gave and what its process used. */
interface TaskResult<Output> {
  readonly output: Output;
  readonly usage: Usage;
}

const runner = fileURLToPath(new URL('tasks/run-task.js', import.meta.url));

/**
 * Runs a task in a fresh process of Node, with the options that the commands have too: input as JSON on stdin, output as the one line of
 * stdout.
 */
async function startTask<Output>(name: string, input: unknown, nodeArgs: readonly string[]): Promise<TaskResult<Output>> {
  const child = spawn(process.execPath, [...nodeOptions(), ...nodeArgs, runner, name], { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] });
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(JSON.stringify(input));
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (part: string) => (text += part));
  const code = await new Promise<number | string | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
  if (code !== 0) throw new Error(`task ${name} ended with ${code}`);
  return JSON.parse(text) as TaskResult<Output>;
}

/** Whatever the seed of the latencies: runs differ in timing, not in work. */
const ANSWER_SEED = 42;

export interface ContextOptions {
  /** Small sizes and few runs: shows that everything works, says little about speed. */
  readonly short: boolean;
  /** Runs of each measurement. */
  readonly runs: number;
  /** Folder for files of the benchmark; removed by whoever made it. */
  readonly folder: string;
  /** Install and measure other people's programs. */
  readonly peers: boolean;
  readonly note: (text: string) => void;
  /** Folder of documents to read in place of the project's own. */
  readonly documents?: string | undefined;
}

/** What suites measure with. Whatever is measured runs in a process of its own; the simulated teacher runs in this one. */
export class BenchContext {
  readonly short: boolean;
  readonly runs: number;
  readonly folder: string;
  readonly peers: boolean;
  readonly note: (text: string) => void;
  readonly documents: string | undefined;
  readonly #answers = new Map<string, readonly string[]>();

  constructor({ short, runs, folder, peers, note, documents }: ContextOptions) {
    this.documents = documents;
    this.short = short;
    this.runs = runs;
    this.folder = folder;
    this.peers = peers;
    this.note = note;
  }

  /** One of two sizes. */
  size<T>(full: T, short: T): T {
    return this.short ? short : full;
  }

  /** A path in the benchmark's folder, whose folder is made. */
  path(...parts: string[]): string {
    const path = join(this.folder, ...parts);
    mkdirSync(join(path, '..'), { recursive: true });
    return path;
  }

  /** Runs a task in a fresh process, so that no run inherits the heap or the compiled code of another. */
  async task<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    return (await this.measuredTask(name, input)).output;
  }

  /** The same, with what its process used. */
  measuredTask<Name extends TaskName>(
    name: Name,
    input: TaskInput<Name>,
    nodeArgs: readonly string[] = [],
  ): Promise<TaskResult<TaskOutput<Name>>> {
    return startTask(name, input, nodeArgs);
  }

  /** What each run of a measurement gives. */
  async repeat<T>(once: (run: number) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (let run = 0; run < this.runs; run++) results.push(await once(run));
    return results;
  }

  command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    return runCommand(file, args, options);
  }

  /** The offline teacher's answers, each worked out once for all servers: later runs measure clients, not its wit. */
  readonly #learned: AnswerFunction = (request, _seed, key) => {
    const id = `${key} ${request.prompt ?? ''}`;
    const known = this.#answers.get(id) ?? answer('offline', request, ANSWER_SEED, key);
    this.#answers.set(id, known);
    return known;
  };

  /** Runs `use` against a fresh simulated server. Its answers, unless others are named, are those of the offline teacher. */
  async withSim<T>(options: TeacherSimOptions, use: (sim: TeacherSim) => Promise<T>): Promise<T> {
    const sim = await startTeacherSim({ answers: this.#learned, ...options });
    try {
      return await use(sim);
    } finally {
      await sim.close();
    }
  }

  /** `runs` times all of the things, one after another, turning the order each time: what the machine does falls on all. */
  async rounds<Name extends string, T>(things: Readonly<Record<Name, () => Promise<T>>>, runs = this.runs): Promise<Record<Name, T[]>> {
    const names = Object.keys(things) as Name[];
    const results = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<Name, T[]>;
    for (let i = 0; i < runs; i++) {
      for (let j = 0; j < names.length; j++) {
        const name = names[(i + j) % names.length]!;
        results[name].push(await things[name]());
      }
    }
    return results;
  }

  /** The same, so many runs at a time. For what mostly waits, or is not timed. */
  async sideBySide<T>(lanes: number, once: (run: number) => Promise<T>): Promise<T[]> {
    const jobs = Array.from({ length: this.runs }, (_, run) => () => once(run));
    const results: T[] = [];
    for await (const result of inLanes(lanes, jobs)) results.push(result);
    return results;
  }
}
