import picomatch from 'picomatch';
import { parse } from 'yaml';
import { attempt, didYouMean, isRecord, SdgError } from '@sdg/values';
import { isGlob } from './open-path.js';

/** What of a repository is wanted: a config, and a split, a folder, a file or a pattern of files. */
interface WantedFiles {
  /** The repository as the user wrote it, for messages. */
  readonly shown: string;
  readonly config?: string | undefined;
  readonly rest?: string | undefined;
}

/** The files of a dataset, in order, each once; what was chosen and what was left. */
export interface DataFiles {
  readonly files: readonly string[];
  /** What is read, in words: `config main, split train`. */
  readonly what: string;
  /** What is left out, in words: other configs and splits. */
  readonly left: readonly string[];
  /** As its README names it. */
  readonly license?: string | undefined;
}

const DATA_FILE = /\.(jsonl|ndjson|json|csv|tsv|txt|parquet|arrow)(\.(gz|zst))?$|\.tar$/i;
const NO_DATA =
  /(^|\/)(dataset_infos?|dataset_dict|state|package|config|tokenizer(_config)?|\w*\.schema)\.json$|(^|\/)(readme|license|requirements)\.txt$/i;
/** Words in names of files and folders that tell a split. */
const SPLIT_WORDS: readonly (readonly [split: string, words: string])[] = [
  ['train', 'train|training'],
  ['validation', 'validation|valid|dev|val'],
  ['test', 'test|testing|eval|evaluation'],
];
const wordOf = (words: string): RegExp => new RegExp(`(^|[/_. -])(${words})(?=[/_. \\d-]|$)`, 'i');

/** A split of a config and the patterns of its files. */
interface Split {
  readonly name: string;
  readonly patterns: readonly string[];
}
interface Config {
  readonly name: string;
  readonly isDefault: boolean;
  readonly splits: readonly Split[];
}

const textsOf = (value: unknown): string[] => [value].flat().filter((item): item is string => typeof item === 'string');

/** The splits that `data_files` names: a pattern or several, patterns by split, or a list of `{split, path}`. */
function splitsOf(value: unknown, folder: string): Split[] {
  const inFolder = (patterns: readonly string[]): string[] =>
    patterns.map((pattern) => (folder === '' ? pattern : `${folder.replace(/\/+$/, '')}/${pattern}`));
  if (Array.isArray(value) && value.some(isRecord)) {
    return value
      .filter(isRecord)
      .map(({ split, path }) => ({ name: typeof split === 'string' ? split : 'train', patterns: inFolder(textsOf(path)) }));
  }
  if (isRecord(value)) return Object.entries(value).map(([name, path]) => ({ name, patterns: inFolder(textsOf(path)) }));
  const patterns = textsOf(value);
  return patterns.length > 0 ? [{ name: 'train', patterns: inFolder(patterns) }] : [];
}

/** What a README has in YAML at its top. */
function frontOf(readme: string | undefined): Readonly<Record<string, unknown>> {
  const [, front] = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(readme ?? '') ?? [];
  return attempt(() => {
    const value: unknown = front === undefined ? undefined : parse(front, { logLevel: 'silent' });
    return isRecord(value) ? value : {};
  }, {});
}

/** The licence that a README names, several with commas; undefined where it names none. */
export function licenseOf(readme: string | undefined): string | undefined {
  const { license, license_name: name } = frontOf(readme);
  const given = textsOf(license);
  return (given.join() === 'other' && typeof name === 'string' ? name : given.join(', ')) || undefined;
}

/** The configs that a README has at its top; none where it has none, or no YAML. */
export function configsOf(readme: string | undefined): readonly Config[] {
  const { configs } = frontOf(readme);
  const list = Array.isArray(configs) ? configs.filter(isRecord) : [];
  return list
    .filter((config) => config['data_files'] !== undefined || config['data_dir'] !== undefined)
    .map((config) => {
      const folder = typeof config['data_dir'] === 'string' ? config['data_dir'] : '';
      const files = config['data_files'];
      return {
        name: typeof config['config_name'] === 'string' ? config['config_name'] : 'default',
        isDefault: config['default'] === true || config['config_name'] === 'default' || config['config_name'] === undefined,
        splits: files === undefined ? [{ name: 'train', patterns: [`${folder.replace(/\/+$/, '')}/**`] }] : splitsOf(files, folder),
      };
    });
}

/** Files that match a pattern; one without `*` and the like names a file or a folder. */
function matching(pattern: string, paths: readonly string[]): string[] {
  const plain = pattern.replace(/^\.\//, '').replace(/\/+$/, '');
  if (!isGlob(plain)) return paths.filter((path) => path === plain || path.startsWith(`${plain}/`));
  const matches = picomatch(plain, { dot: false });
  return paths.filter((path) => matches(path));
}

/** Files that have the data in them, of several copies of the same data in other forms one. */
const dataAmong = (paths: readonly string[]): string[] =>
  paths.filter((path) => DATA_FILE.test(path) && !NO_DATA.test(path) && !/(^|\/)\./.test(path)).sort();

const unique = (paths: readonly string[]): string[] => [...new Set(paths)];
const filesOfSplit = (split: Split, data: readonly string[]): string[] =>
  unique(split.patterns.flatMap((pattern) => matching(pattern, data)));

/** The splits of files that no README sorts: by `data/NAME-00000-of-…`, by words in the name of the file, of its folders. */
function splitsByName(data: readonly string[]): Split[] {
  const found = new Map<string, string[]>();
  const add = (name: string, path: string): void => void found.set(name, [...(found.get(name) ?? []), path]);
  for (const path of data) {
    const [, sharded] = /(?:^|\/)([^/]+?)-\d{5}-of-\d{5}(?:-[0-9a-f]{16})?\.\w+$/.exec(path) ?? [];
    const file = path.slice(path.lastIndexOf('/') + 1);
    const split = SPLIT_WORDS.find(([, words]) => wordOf(words).test(file)) ?? SPLIT_WORDS.find(([, words]) => wordOf(words).test(path));
    add(sharded !== undefined && !/^(data|part|shard)$/.test(sharded) ? sharded : (split?.[0] ?? ''), path);
  }
  // Where files say no split, they are the training set, unless others say that they are it.
  const plain = found.get('') ?? [];
  found.delete('');
  if (plain.length > 0 && !found.has('train')) found.set('train', plain);
  else if (plain.length > 0) found.set('files without a split', plain);
  return Array.from(found, ([name, patterns]) => ({ name, patterns }));
}

/** The split for training: `train`, else one whose name begins so, that for fine-tuning first, else the only one. */
const trainingSplit = (splits: readonly Split[]): Split | undefined =>
  splits.find(({ name }) => name === 'train') ??
  splits.find(({ name }) => /^train.*sft/i.test(name)) ??
  splits.find(({ name }) => /^train/i.test(name)) ??
  (splits.length === 1 ? splits[0] : undefined);

function refuse(shown: string, what: string, remedy: string): never {
  throw new SdgError('bad-input', `dataset ${shown} ${what}`, { remedy });
}

/** The config asked for, the default one, or the only one. */
function chooseConfig(configs: readonly Config[], { shown, config }: WantedFiles): Config {
  const names = configs.map(({ name }) => name);
  if (config !== undefined) {
    return (
      configs.find(({ name }) => name === config) ??
      refuse(shown, `has no config "${config}"`, didYouMean(config, names) || `it has ${names.join(', ')}`)
    );
  }
  const found = configs.find(({ isDefault }) => isDefault) ?? (configs.length === 1 ? configs[0] : undefined);
  return found ?? refuse(shown, `has ${configs.length} configs and no default one: ${names.join(', ')}`, `name one: ${shown}:${names[0]}`);
}

/** The splits of a config whose files are there. */
const present = (splits: readonly Split[], data: readonly string[]): Split[] =>
  splits.filter((split) => filesOfSplit(split, data).length > 0);

/**
 * The files of a repository that are wanted: those that are named, or the split that is named, or the training split, of
 * the config that is named or the default one, as its README says or its names show. Fails with `bad-input` where nothing
 * is found or a choice is the user's to make, with what there is.
 */
export function chooseFiles(paths: readonly string[], readme: string | undefined, wanted: WantedFiles): DataFiles {
  const { shown, config, rest } = wanted;
  const data = dataAmong(paths);
  const isPath =
    rest !== undefined && (isGlob(rest) || paths.includes(rest) || paths.some((path) => path.startsWith(`${rest.replace(/\/+$/, '')}/`)));
  const configs = configsOf(readme);
  const known = configs.length > 0 ? chooseOrAll(configs, wanted, isPath) : undefined;
  if (isPath && !isSplitOf(known, rest, paths)) return namedFiles(shown, rest, paths, data);
  if (data.length === 0) refuseNoData(shown, paths);
  if (config !== undefined && configs.length === 0) {
    const inFolder = data.filter((path) => path.startsWith(`${config}/`) || path.includes(`/${config}/`));
    if (inFolder.length === 0) refuse(shown, `has no config "${config}"`, 'leave it out, or name a file');
    return fromSplits(splitsByName(inFolder), inFolder, wanted, `config ${config}`, []);
  }
  if (!known) return fromSplits(splitsByName(data), data, wanted, '', []);
  const others = configs.filter((one) => one !== known).map(({ name }) => `config ${name}`);
  return fromSplits(known.splits, data, wanted, `config ${known.name}`, others);
}

/** Files that are named by a path or a pattern; of a folder that has splits of its own, the one for training. */
function namedFiles(shown: string, rest: string, paths: readonly string[], data: readonly string[]): DataFiles {
  const isPattern = isGlob(rest);
  const named = matching(rest, isPattern || !paths.includes(rest) ? data : paths);
  if (named.length === 0) refuse(shown, `has no data files that match ${rest}`, 'check the pattern; it is one for paths of the repository');
  const splits = isPattern || named.length === 1 ? [] : splitsByName(named);
  const chosen = splits.length > 1 ? trainingSplit(splits) : undefined;
  if (!chosen) return { files: named, what: rest, left: [] };
  const left = splits.filter((split) => split !== chosen).map(({ name }) => `split ${name}`);
  return { files: [...chosen.patterns], what: `${rest}, split ${chosen.name}`, left };
}

function refuseNoData(shown: string, paths: readonly string[]): never {
  const script = paths.find((path) => path.endsWith('.py'));
  const example = `${shown.replace(/\/$/, '')}/file.parquet`;
  if (script === undefined) refuse(shown, 'has no data files that can be read', `name one of its files: ${example}`);
  refuse(
    shown,
    `is made by a script (${script}), which is not run`,
    `read the Parquet files that the Hub makes of it: ${shown}@refs%2Fconvert%2Fparquet`,
  );
}

/** The config for a split; none where files are named and there is no telling which config they are of. */
function chooseOrAll(configs: readonly Config[], wanted: WantedFiles, isPath: boolean): Config | undefined {
  if (!isPath || wanted.config !== undefined) return chooseConfig(configs, wanted);
  return configs.find(({ isDefault }) => isDefault) ?? (configs.length === 1 ? configs[0] : undefined);
}

/** Whether a word that is also a folder is the name of a split. */
const isSplitOf = (config: Config | undefined, rest: string, paths: readonly string[]): boolean =>
  !isGlob(rest) && !paths.includes(rest) && (config?.splits.some(({ name }) => name === rest) ?? false);

function fromSplits(
  all: readonly Split[],
  data: readonly string[],
  { shown, rest }: WantedFiles,
  config: string,
  others: readonly string[],
): DataFiles {
  const splits = present(all, data);
  const names = splits.map(({ name }) => name);
  if (splits.length === 0) {
    refuse(
      shown,
      `has no files that its README names${config === '' ? '' : ` for ${config}`}`,
      `name one of its files: ${shown}/${data[0] ?? 'file.parquet'}`,
    );
  }
  const split = rest === undefined ? trainingSplit(splits) : splits.find(({ name }) => name === rest);
  if (!split && rest !== undefined) {
    return refuse(shown, `has no split, folder or file "${rest}"`, didYouMean(rest, names) || `it has the splits ${names.join(', ')}`);
  }
  if (!split) return refuse(shown, `has no split for training, but ${names.join(', ')}`, `name one: ${shown}/${names[0]}`);
  const left = splits.filter((one) => one !== split).map(({ name }) => (name.startsWith('files') ? name : `split ${name}`));
  return {
    files: filesOfSplit(split, data),
    what: [config, `split ${split.name}`].filter((part) => part !== '').join(', '),
    left: [...left, ...others],
  };
}
