import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { defined, type Finding, type Sample, seedSample } from '@sdg/values';
import { fileFinding, whyUnreadable } from '../find-qna-files.js';
import { leafNodePath, skillColumns } from '../leaf-samples.js';
import { findTaskFiles } from './find-task-files.js';
import { judgeTask } from './judge-task.js';
import { formatOf, readSeedData } from './read-seed-data.js';
import type { Task, TaskSeed } from './task.js';
import picomatch from 'picomatch';

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;

async function filesIn(folder: string, prefix = ''): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const lists = await Promise.all(
    entries.map((entry) =>
      entry.isDirectory() ? filesIn(join(folder, entry.name), `${prefix}${entry.name}/`) : [`${prefix}${entry.name}`],
    ),
  );
  return lists.flat();
}

/** The files that a path or glob stands for, by name; relative ones from `folder`. A folder stands for all files in it. */
async function expandGlob(pattern: string, folder: string): Promise<string[]> {
  const from = isAbsolute(pattern) ? '' : folder;
  const plain = await stat(resolve(from, pattern)).catch(() => undefined);
  if (plain?.isFile()) return [join(from, pattern)];
  if (plain?.isDirectory()) return (await filesIn(resolve(from, pattern))).sort().map((file) => join(from, pattern, file));
  const { base, glob } = picomatch.scan(pattern);
  if (glob === '') return [];
  const matches = picomatch(glob);
  return (await filesIn(resolve(from, base)))
    .filter((file) => matches(file))
    .sort()
    .map((file) => join(from, base, file));
}

export interface ReadTasksOptions {
  /** Told of everything that is wrong, or worth knowing, as it is found. A task with an error yields no samples. */
  readonly onFinding?: (finding: Finding) => void;
  /** Called for every file that was judged. */
  readonly onTask?: (file: string) => void;
  /** Tasks known so far, their files by leaf: for calls that are to tell tasks of the same name apart between them. */
  readonly named?: Map<string, string>;
  /** What `${VAR}` in a data path stands for. Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

async function* seedsOf(task: Task, { onFinding, env }: Required<Pick<ReadTasksOptions, 'onFinding' | 'env'>>): AsyncGenerator<TaskSeed> {
  yield* task.seeds;
  if (!task.datastore) return;
  const { dataPath, dataFormats } = task.datastore;
  const report = (message: string, remedy: string): void =>
    onFinding({
      ...{ severity: 'error', rule: 'task/datastore', file: task.file, path: 'seed_datastore.data_path', line: task.datastore!.line },
      ...{ column: 1, message, remedy },
    });
  const unknown = Array.from(dataPath.matchAll(VARIABLE), ([, braced, bare]) => (braced ?? bare)!).find((name) => env[name] === undefined);
  if (unknown !== undefined) return report(`the environment has no variable ${unknown}`, 'set it, or write the path out');
  const pattern = dataPath.replace(VARIABLE, (_, braced: string | undefined, bare: string | undefined) => env[(braced ?? bare)!]!);
  const near = await expandGlob(pattern, dirname(task.file));
  const files = (near.length > 0 ? near : await expandGlob(pattern, '')).filter(
    (file) => dataFormats.length === 0 || dataFormats.some((format) => format === formatOf(file)),
  );
  if (files.length === 0) report(`no files match ${pattern}`, 'write it relative to the task file, or to the working folder');
  for (const file of files) yield* readSeedData(file, onFinding);
}

/** The columns of one seed example: those of a skill in a taxonomy, and what the task asks for where it says so. */
function columnsOf(task: Task, name: string, seed: TaskSeed): Record<string, unknown> {
  const { numExamples, numQuestions, machineShare, numOutputs, maxStalledAttempts } = task;
  return {
    task_name: name,
    ...skillColumns(task.description, seed, name),
    ...defined({ num_examples: numExamples, num_samples: numQuestions, machine_share: machineShare }),
    ...defined({ num_outputs: numOutputs, max_stalled_attempts: maxStalledAttempts }),
  };
}

/**
 * Reads the tasks under `paths` (task.yaml files, and folders of them) and yields their seed samples, one a seed example,
 * with the columns of a skill in a taxonomy and `task_name`. A seed example with a context is a grounded skill, each by
 * itself. `num_examples`, `num_samples`, `machine_share`, `num_outputs` and `max_stalled_attempts` are there where the
 * task sets them.
 */
export async function* readTasks(paths: readonly string[], options: ReadTasksOptions = {}): AsyncGenerator<Sample, void, undefined> {
  const { onFinding = () => undefined, onTask = () => undefined, named = new Map<string, string>(), env = process.env } = options;
  for (const { file, name: derived } of await findTaskFiles(paths)) {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      onFinding(fileFinding('error', 'file/unreadable', file, `the file cannot be read: ${whyUnreadable(error)}`, undefined));
      continue;
    }
    const { task, findings } = judgeTask(text, file);
    onTask(file);
    for (const finding of findings) onFinding(finding);
    if (!task) continue;
    const name = task.name ?? derived;
    // Leaves are told apart by this form, in which a/b and a_b are the same.
    const leaf = leafNodePath(name);
    const other = named.get(leaf);
    if (other !== undefined) {
      const message = `${other} is a task of the same name, "${name}"`;
      onFinding({ ...fileFinding('error', 'task/name', file, message, 'give one of them another task_name'), path: 'task_name' });
      continue;
    }
    named.set(leaf, file);
    let index = 0;
    for await (const seed of seedsOf(task, { onFinding, env })) {
      yield seedSample(columnsOf(task, name, seed), { leaf: name, file: seed.file, line: seed.line, seed_example: index++ });
    }
  }
}
