import { attempt, defined, SdgError } from '@sdg/values';

/** A dataset on the Hub: `hf://datasets/owner/name[@revision][:config][/split, path or pattern]`. */
export interface HubUrl {
  readonly repo: string;
  readonly revision: string;
  /** Absent: the default one. */
  readonly config?: string;
  /** A split, a file, a folder or a pattern of files. Absent: the training split. */
  readonly rest?: string;
  /** The address without config and rest, for messages. */
  readonly shown: string;
}

/** Whether a path from outside stays inside the folder that it is joined to. */
export const isInside = (path: string): boolean =>
  path !== '' &&
  !path.startsWith('/') &&
  !/[\\\0:]/.test(path) &&
  path.split('/').every((part) => part !== '..' && part !== '.' && part !== '');

const decoded = (text: string): string | undefined => attempt(() => decodeURIComponent(text));

/** Takes a URL apart; fails with `config` where it is not one, or its file climbs out of the dataset. */
export function parseHubUrl(url: string): HubUrl {
  const match = /^(hf:\/\/datasets\/([\w.-]+\/[\w.-]+)(?:@([^/:]+))?)(?::([^/]+))?(?:\/(.+?)\/?)?$/.exec(url);
  const [, shown, repo, coded = 'main', config, rest] = match ?? [];
  const revision = decoded(coded);
  // A revision is a folder of the cache, its slashes escaped.
  if (!repo || shown === undefined || !isInside(repo) || revision === undefined || /^\.\.?$/.test(revision)) {
    throw new SdgError('config', `${url} is no dataset of the Hub`, {
      remedy: 'write hf://datasets/owner/name, with @revision, :config and /split or /file if needed',
    });
  }
  if (rest !== undefined && !isInside(rest)) {
    throw new SdgError('config', `${url}: the file is outside the dataset`, { remedy: 'name a file of the dataset, without ..' });
  }
  return { repo, revision, shown, ...defined({ config, rest }) };
}

/** The address of a web page or file of the Hub as that of the dataset; undefined where it is none. */
export function fromWebAddress(url: string, hub: string): string | undefined {
  const start = [hub, 'https://huggingface.co', 'https://hf.co'].find((one) => url.startsWith(`${one}/datasets/`));
  if (start === undefined) return undefined;
  const [, repo, revision, file] =
    /^([\w.-]+\/[\w.-]+)(?:\/(?:resolve|blob|raw|tree)\/([^/?#]+)(?:\/([^?#]+))?)?\/?(?:[?#].*)?$/.exec(
      url.slice(start.length + '/datasets/'.length),
    ) ?? [];
  if (repo === undefined) return undefined;
  return (
    `hf://datasets/${repo}${revision === undefined || revision === 'main' ? '' : `@${revision}`}` +
    `${file === undefined ? '' : `/${decoded(file) ?? file}`}`
  );
}
