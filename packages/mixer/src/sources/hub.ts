import { mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FileDownloadInfoOutput } from '@huggingface/hub';
import { fileError, SdgError } from '@sdg/values';
import type { DatasetSpec } from '../recipe/recipe.js';
import { hubToken } from './hub-token.js';
import { chooseFiles, licenseOf, type DataFiles } from './data-files.js';
import { isInside, parseHubUrl, type HubUrl } from './hub-url.js';
import { concatSources, openFile, type RowSource } from './open-source.js';
import { claimPartial } from './partial-file.js';

export interface HubOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly note?: (text: string) => void;
  /** Where a `.env` may be. Default the working folder. */
  readonly folder?: string;
}

/** Loaded when a dataset of the Hub is opened: it is large, and most mixes have none. */
const library = async () => import('@huggingface/hub');

/** An answer of the Hub that is no success, the library's errors among them. */
class HubStatus extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
  ) {
    super(message);
  }
}
/** Failures of a write, which do not say to which file. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const isOfTheDisk = (error: NodeJS.ErrnoException): boolean =>
  error.code !== undefined && (FULL.has(error.code) || (error.code.startsWith('E') && 'path' in error));
const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

interface Connection {
  readonly hubUrl: string;
  readonly accessToken: string | undefined;
  readonly cache: string;
  readonly note: (text: string) => void;
}

/** What to say of a failure, by HTTP status. Never the token. */
function hubError(name: string, error: unknown, hasToken: boolean): SdgError {
  const status = statusOf(error);
  const [what, remedy] =
    status === 401 || status === 403
      ? [
          `may not be read (${status})${hasToken ? '' : ': it is gated, private or not there'}`,
          hasToken
            ? "accept its terms on the dataset's page, and check what the token may read"
            : 'set HF_TOKEN, or put HF_TOKEN=… into .env',
        ]
      : status === 404
        ? ['is not there (404)', 'check owner, name, revision and file']
        : [
            `could not be fetched: ${(error as Error).message.split('. URL')[0]}`,
            'check the network and HF_ENDPOINT, then run again: downloads go on where they stopped',
          ];
  return new SdgError('bad-input', `dataset ${name} ${what}`, { remedy, cause: error, ...(status !== undefined && { status }) });
}

async function connect({ env, note = () => undefined, folder }: HubOptions): Promise<Connection> {
  const accessToken = await hubToken(env, folder);
  if (accessToken !== undefined && !accessToken.startsWith('hf_')) {
    throw new SdgError('config', 'the Hugging Face token does not begin with hf_', {
      remedy: 'check HF_TOKEN, in the environment or in .env',
    });
  }
  const root = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return {
    hubUrl: (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, ''),
    accessToken,
    cache: join(root, 'sdg', 'datasets'),
    note,
  };
}

const access = ({ hubUrl, accessToken }: Connection) => ({ hubUrl, ...(accessToken !== undefined && { accessToken }) });

/** A path that can only be a file: it need not be looked for. */
const FILE = /^[^*?[\]{}]+\.(jsonl|ndjson|json|csv|tsv|txt|parquet|arrow|tar)(\.(gz|zst))?$/i;

async function filesOf(url: HubUrl, connection: Connection): Promise<DataFiles> {
  const { repo, revision, rest, config, shown } = url;
  if (rest !== undefined && config === undefined && FILE.test(rest)) return { files: [rest], what: rest, left: [] };
  const paths: string[] = [];
  const { listFiles } = await library();
  for await (const entry of listFiles({ repo: { type: 'dataset', name: repo }, revision, recursive: true, ...access(connection) })) {
    // A server decides these names: none may lead out of the cache.
    if (entry.type === 'file' && isInside(entry.path)) paths.push(entry.path);
  }
  const readme = paths.includes('README.md') ? await readFile(await fetchFile(url, 'README.md', connection), 'utf8') : undefined;
  return { ...chooseFiles(paths, readme, { shown, config, rest }), license: licenseOf(readme) };
}

const sizeOf = async (path: string): Promise<number | undefined> => (await stat(path).catch(() => undefined))?.size;

/** Downloads into `path`, going on where an earlier download of the same content stopped. */
async function download(url: string, { etag, size }: FileDownloadInfoOutput, path: string, connection: Connection): Promise<void> {
  const partial = await claimPartial(path, etag);
  const left = (await sizeOf(partial)) ?? 0;
  // More than there is cannot be gone on with: it would fail again and again.
  const have = left > size ? 0 : left;
  if (have < size || size === 0) {
    const isHub = new URL(url).origin === new URL(connection.hubUrl).origin;
    const response = await fetch(url, {
      headers: {
        ...(isHub && connection.accessToken !== undefined && { Authorization: `Bearer ${connection.accessToken}` }),
        ...(have > 0 && { Range: `bytes=${have}-` }),
      },
    });
    if (!response.ok || !response.body) throw new HubStatus(response.status, `the server answered ${response.status}`);
    // What has come is written before the connection may break, so that the next attempt goes on from there.
    const handle = await open(partial, have > 0 && response.status === 206 ? 'a' : 'w');
    try {
      for await (const chunk of response.body) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
  }
  const found = await sizeOf(partial);
  if (found !== size) throw new Error(`${found} of ${size} bytes came`);
  await rename(partial, path);
}

/** Downloads a file if it is not there, or not of this content. The mark says what it is: written last, looked at first. */
async function ensure(url: string, info: FileDownloadInfoOutput, path: string, connection: Connection, note: string): Promise<void> {
  const mark = `${path}.etag`;
  if ((await sizeOf(path)) === info.size && (await readFile(mark, 'utf8').catch(() => '')) === info.etag) return;
  connection.note(note);
  await mkdir(dirname(path), { recursive: true });
  await download(url, info, path, connection);
  await writeFile(mark, info.etag);
}

/** Files that this process looks after just now, by path: who wants the same one waits for it, from the first look to the mark. */
const underWay = new Map<string, Promise<void>>();

/** The file in the cache, downloaded if it is not there or has changed. */
async function fetchFile({ repo, revision }: HubUrl, file: string, connection: Connection): Promise<string> {
  const path = join(connection.cache, repo, encodeURIComponent(revision), file);
  let info: FileDownloadInfoOutput | null;
  const { fileDownloadInfo } = await library();
  try {
    info = await fileDownloadInfo({ repo: { type: 'dataset', name: repo }, path: file, revision, ...access(connection) });
  } catch (error) {
    if (statusOf(error) !== undefined || (await sizeOf(path)) === undefined) throw error;
    connection.note(`the Hub cannot be reached; using ${file} as downloaded before`);
    return path;
  }
  if (!info) throw new HubStatus(404, `${file} is not there`);
  const resolve = `${connection.hubUrl}/datasets/${repo}/resolve/${encodeURIComponent(revision)}/${file}`;
  const note = `downloading ${repo}/${file} (${(info.size / 1e6).toFixed(1)} MB)`;
  const ensuring =
    underWay.get(path) ?? ensure(info.xet ? resolve : info.url, info, path, connection, note).finally(() => underWay.delete(path));
  underWay.set(path, ensuring);
  await ensuring;
  return path;
}

/** Names that a line has room for. */
const NAMES = 6;
const inShort = (names: readonly string[]): string =>
  names.slice(0, NAMES).join(', ') + (names.length > NAMES ? ` and ${names.length - NAMES} more` : '');

/**
 * Opens a dataset of the Hugging Face Hub (`hf://datasets/owner/name[@revision][:config][/split, path or pattern]`): the
 * files of a split one after another, by default the one for training of the default config; says what is read and what not. Files are kept
 * under the XDG cache folder and fetched again when they have changed.
 * `HF_ENDPOINT` names another server, `HF_TOKEN` (environment or `.env`) opens gated sets.
 */
export async function openHub(dataset: DatasetSpec, options: HubOptions): Promise<RowSource> {
  const url = parseHubUrl(dataset.path);
  const connection = await connect(options);
  try {
    const { files, what, left, license } = await filesOf(url, connection);
    connection.note(
      `${url.shown}: reading ${what}${files.length > 1 ? ` (${files.length} files)` : ''}` +
        `${left.length > 0 ? `; not ${inShort(left)}` : ''}`,
    );
    const sources: RowSource[] = [];
    for (const file of files) sources.push(await openFile(await fetchFile(url, file, connection), dataset.name, dataset.place));
    return { ...concatSources(sources, dataset.path), license };
  } catch (error) {
    if (error instanceof SdgError) throw error;
    if (isOfTheDisk(error as NodeJS.ErrnoException)) throw fileError('write', connection.cache, error);
    throw hubError(dataset.name, error, connection.accessToken !== undefined);
  }
}
