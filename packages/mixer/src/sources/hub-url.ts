import { SdgError } from '@sdg/core/values';

/** A dataset on the Hub: `hf://datasets/owner/name[@revision][/file]`. */
export interface HubUrl {
  readonly repo: string;
  readonly revision: string;
  /** Absent: the data files of the dataset's training split. */
  readonly file?: string;
}

/** Whether a path from outside stays inside the folder that it is joined to. */
export const isInside = (path: string): boolean =>
  path !== '' && !path.startsWith('/') && !/[\\\0:]/.test(path) && path.split('/').every((part) => part !== '..' && part !== '.' && part !== '');

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Takes a URL apart; fails with `config` where it is not one, or its file climbs out of the dataset. */
export function parseHubUrl(url: string): HubUrl {
  const match = /^hf:\/\/datasets\/([\w.-]+\/[\w.-]+)(?:@([^/]+))?(?:\/(.+))?$/.exec(url);
  const [, repo, coded = 'main', file] = match ?? [];
  const revision = decoded(coded);
  // A revision is a folder of the cache, its slashes escaped.
  if (!repo || !isInside(repo) || revision === undefined || /^\.\.?$/.test(revision)) {
    throw new SdgError('config', `${url} is no dataset of the Hub`, { remedy: 'write hf://datasets/owner/name, with @revision and /file if needed' });
  }
  if (file !== undefined && !isInside(file)) {
    throw new SdgError('config', `${url}: the file is outside the dataset`, { remedy: 'name a file of the dataset, without ..' });
  }
  return { repo, revision, ...(file !== undefined && { file }) };
}

const DATA_FILE = /\.(jsonl|ndjson|json|csv|parquet)(\.(gz|zst))?$/i;
const OTHER_SPLIT = /(^|[/_.-])(test|validation|valid|val|dev|eval)([/_.-]|$)/i;
const NO_DATA = /(^|\/)(dataset_infos?|dataset_dict|state|package|config|README)\.json$/i;

/** The files of a dataset's training split among all that it has: those named train, else those not of another split. */
export function trainingFiles(paths: readonly string[]): string[] {
  const data = paths.filter((path) => DATA_FILE.test(path) && !NO_DATA.test(path) && !path.startsWith('.')).sort();
  const train = data.filter((path) => /(^|[/_.-])train([/_.-]|$)/i.test(path));
  return train.length > 0 ? train : data.filter((path) => !OTHER_SPLIT.test(path));
}

/** The sets that files are the parts of, by their names without numbers: `data/train-00000-of-00002.parquet` is of `data/train.parquet`. */
export const setsOf = (paths: readonly string[]): string[] => [...new Set(paths.map((path) => path.replace(/[-_]?\d+(-of-\d+)?(-[0-9a-f]{16})?(?=(\.[a-z]+)+$)/i, '')))];
