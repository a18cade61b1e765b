import { readdir, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { SdgError, didYouMean } from '@sdg/core';
import type { Flag } from '../command.js';
import { commands } from '../commands/index.js';

type Arguments = Readonly<Record<string, unknown>>;

/** A JSON Schema as data. */
type Schema = Readonly<Record<string, unknown>>;

/** The word of a command, options that are always there, and what is no option. */
interface Line {
  readonly word: string;
  readonly fixed?: readonly string[];
  readonly rest: readonly string[];
}

/** A tool: a command of `sdg` with some of its flags as arguments. */
interface ToolSpec {
  readonly description: string;
  /** The command that has the flags. */
  readonly word: string;
  /** Flags that are arguments, by their names. */
  readonly flags: readonly string[];
  /** Arguments that are no flags: what goes onto the command line as it is. */
  readonly own: Readonly<Record<string, Schema>>;
  readonly required: readonly string[];
  /** The command line without the flags that are arguments. */
  line(args: Arguments): Promise<Line> | Line;
}

const text = (description: string): Schema => ({ type: 'string', description });
const texts = (description: string): Schema => ({ type: 'array', items: { type: 'string' }, minItems: 1, description });

const pipeline = text('Shipped name (simple, full, llama, eval, qa, skills_sdg), or path of a pipeline folder or file.');
const seeds = texts('Files of seed samples, as the tool read writes them.');
const TEACHER = ['teacher', 'model', 'api', 'thinking', 'concurrency', 'scale-factor', 'config', 'plugin', 'price', 'cache'];

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)];
const runLine = ({ pipeline: name, files }: Arguments, ...fixed: readonly string[]): Line => ({
  ...{ word: 'run', fixed, rest: [String(name), ...listOf(files)] },
});

/** Whether a path is for `sdg-read --check`: a leaf, or a folder that holds leaves or tasks somewhere. */
async function isTaxonomy(path: string): Promise<boolean> {
  if (basename(path) === 'qna.yaml') return true;
  if (!(await stat(path).catch(() => undefined))?.isDirectory()) return false;
  return (await readdir(path, { recursive: true })).some((name) => ['qna.yaml', 'task.yaml'].includes(basename(name)));
}

/** The tools by their names. */
const toolSpecs: Readonly<Record<string, ToolSpec>> = {
  lint: {
    description:
      'Find everything that is wrong with pipelines, recipes, prompts and task.yaml files, or with qna.yaml files and folders of ' +
      'them: file, line, column, what to do. No call is made. Run it after every change of such a file.',
    word: 'lint',
    flags: ['plugin'],
    own: { path: text('One file or folder, or the name of a shipped pipeline.') },
    required: ['path'],
    line: async ({ path }) => ({
      ...((await isTaxonomy(String(path))) ? { word: 'read', fixed: ['--check'] } : { word: 'lint' }),
      rest: [String(path)],
    }),
  },
  read: {
    description:
      'Turn documents, a taxonomy of qna.yaml files or tasks into a file of seed samples. Says how many files, chunks and tokens, and ' +
      'what gave nothing and why.',
    word: 'read',
    flags: ['base', 'examples', 'domain', 'chunk-tokens', 'tokenizer', 'dropped', 'ocr'],
    own: { paths: texts('Documents, taxonomy folders, qna.yaml or task.yaml files.'), output: text('File to write the seed samples to.') },
    required: ['paths', 'output'],
    line: ({ paths }) => ({ word: 'read', rest: listOf(paths) }),
  },
  plan: {
    description: 'Say what a run would do and take: the blocks, calls, tokens, time and money. Makes no call unless sample is given.',
    word: 'run',
    flags: [...TEACHER, 'sample', 'num-outputs'],
    own: { pipeline, files: seeds },
    required: ['pipeline', 'files'],
    line: (args) => runLine(args, '--plan'),
  },
  preview: {
    description:
      'Send a few seeds all the way: every row, every loss with prompt and reply, and what the whole would cost. The calls are kept, so ' +
      'that a run does not pay for them again. Do this before a run of any size, and read what it prints.',
    word: 'run',
    flags: [...TEACHER, 'preview'],
    own: { pipeline, files: seeds },
    required: ['pipeline', 'files'],
    line: (args) => runLine(args, ...(args['preview'] === undefined ? ['--preview=3'] : [])),
  },
  run: {
    description:
      'Send seed samples through a pipeline and a teacher. Without a teacher the offline one answers, which is no model and nothing to ' +
      'train on. Stopped or failed, the same call goes on where it was and pays for no call twice. Set a limit: max-cost with price, or ' +
      'max-tokens-total.',
    word: 'run',
    flags: [...TEACHER, 'num-outputs', 'num-outputs-per-leaf', 'max-cost', 'max-tokens-total', 'rejects', 'run-dir', 'give-up-after'],
    own: { pipeline, files: seeds, output: text('File to write the generated samples to.') },
    required: ['pipeline', 'files', 'output', 'run-dir'],
    line: (args) => runLine(args),
  },
  mix: {
    description: 'Make training rows of generated samples, and mix them with other datasets by size or recipe.',
    word: 'mix',
    flags: ['output', 'recipe', 'rows', 'format', 'phase', 'dedupe', 'decontaminate', 'total-samples', 'shuffle', 'system-prompt'],
    own: { datasets: texts('Files with sizes behind =: generated.jsonl=1.0 is all of it, 300 rows are =300.') },
    required: ['output'],
    line: ({ datasets }) => ({ word: 'mix', rest: listOf(datasets) }),
  },
  report: {
    description:
      'Look at a run by its folder (run-dir): accounts of all blocks, rejects by reason with examples, calls, cost, notes, as JSON; and ' +
      'one HTML page for people.',
    word: 'report',
    flags: ['output'],
    own: { run: text('The run folder.'), compare: text('Another run folder, to lay beside it in the page.') },
    required: ['run'],
    line: ({ run, compare }) => ({ word: 'report', rest: [String(run), ...listOf(compare)] }),
  },
};

function schemaOf({ name, value, type = 'text', choices, multiple, help, more }: Flag): Schema {
  const one: Schema = {
    type: value === undefined ? 'boolean' : type === 'text' ? 'string' : type,
    ...(choices && { enum: choices }),
  };
  const description = `${help}${more === undefined ? '' : `. ${more}`} (--${name})`;
  return multiple ? { type: 'array', items: one, description } : { ...one, description };
}

const tableOf = async (word: string) => (await commands[word]!()).default;

/** The tools as a client is told of them: their arguments come from the tables of the commands. */
export const listTools = (): Promise<readonly object[]> =>
  Promise.all(
    Object.entries(toolSpecs).map(async ([name, { description, word, flags, own, required }]) => {
      const { flags: table } = await tableOf(word);
      const properties = Object.fromEntries(table.filter((flag) => flags.includes(flag.name)).map((flag) => [flag.name, schemaOf(flag)]));
      return {
        name,
        description,
        inputSchema: { type: 'object', properties: { ...own, ...properties }, required, additionalProperties: false },
      };
    }),
  );

/** What is wrong with a value by its schema, in words behind its name; undefined where nothing is. */
function faultOf(value: unknown, { type, items, enum: choices }: Schema): string | undefined {
  if (type === 'array') {
    // One is as good as a list of it.
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) return 'is an empty list';
    return list.map((item) => faultOf(item, items as Schema)).find((fault) => fault !== undefined);
  }
  if (type === 'string') {
    if (typeof value !== 'string') return 'is no text';
    if (value.includes('\0')) return 'has a NUL in it';
    return Array.isArray(choices) && !choices.includes(value) ? `is none of ${choices.join(', ')}` : undefined;
  }
  if (type === 'boolean') return typeof value === 'boolean' ? undefined : 'is neither true nor false';
  const isNumber = typeof value === 'number' || (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value));
  return isNumber ? undefined : type === 'integer' ? 'is no whole number' : 'is no number';
}

/** Refuses arguments of a wrong type. */
async function checkTypes(name: string, { word, flags, own }: ToolSpec, args: Arguments): Promise<void> {
  const { flags: table } = await tableOf(word);
  const schemas = {
    ...Object.fromEntries(table.filter((flag) => flags.includes(flag.name)).map((flag) => [flag.name, schemaOf(flag)])),
    ...own,
  };
  for (const [key, value] of Object.entries(args)) {
    const fault = value === undefined ? undefined : faultOf(value, schemas[key]!);
    if (fault) throw new SdgError('usage', `${name}: "${key}" ${fault}`, { remedy: String(schemas[key]!['description']) });
  }
}

/** The command line of a call: options first, so that no argument is taken for one. */
export async function commandLine(name: string, args: Arguments): Promise<readonly string[]> {
  const spec = toolSpecs[name];
  if (!spec) throw new SdgError('usage', `there is no tool "${name}"`, { remedy: `the tools are ${Object.keys(toolSpecs).join(', ')}` });
  const known = [...Object.keys(spec.own), ...spec.flags];
  for (const key of Object.keys(args)) {
    if (known.includes(key)) continue;
    throw new SdgError('usage', `${name} has no argument "${key}"`, { remedy: didYouMean(key, known) || `it has ${known.join(', ')}` });
  }
  const missing = spec.required.filter((key) => args[key] === undefined);
  if (missing.length > 0) throw new SdgError('usage', `${name} needs ${missing.join(' and ')}`, { remedy: 'add it' });
  await checkTypes(name, spec, args);
  const given = Object.entries(args).filter(([key, value]) => spec.flags.includes(key) && value !== undefined && value !== false);
  const options = given.flatMap(([key, value]) => (value === true ? [`--${key}`] : listOf(value).map((one) => `--${key}=${one}`)));
  const { word, fixed = [], rest } = await spec.line(args);
  return [word, ...fixed, ...options, '--', ...rest];
}
