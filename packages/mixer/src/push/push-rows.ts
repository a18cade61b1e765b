import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { counted, SdgError } from '@sdg/values';
import { fileBlocks, lineBlocks } from '../files/line-blocks.js';
import { TempFolder } from '../files/temp-folder.js';
import { writeRows } from '../output/write-rows.js';
import { hubToken } from '../sources/hub-token.js';
import { parseHubUrl } from '../sources/hub-url.js';

/** Bytes of rows in a shard, before they are packed: the Hub likes files of some hundred megabytes. */
const SHARD = 1 << 29;

export interface PushOptions {
  /** `hf://datasets/owner/name[@branch]`. */
  readonly url: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told what is uploaded. */
  readonly note?: (text: string) => void;
  /** The README, once rows and files are counted. */
  readonly card: (facts: { readonly repo: string; readonly shards: number; readonly bytes: number }) => string;
  readonly isPrivate?: boolean;
  /** Bytes of rows in a shard. Default half a gigabyte. */
  readonly shardBytes?: number;
}

const statusOf = (error: unknown): number | undefined => (error as { statusCode?: number }).statusCode;

/** Fails where rows cannot be pushed, before any are made: an address that is none, a token that is missing. */
export async function checkPush({ url, env }: Pick<PushOptions, 'url' | 'env'>): Promise<{ repo: string; branch: string; token: string }> {
  const { repo, revision, config, rest } = parseHubUrl(url);
  if (config !== undefined || rest !== undefined) {
    throw new SdgError('usage', `--push ${url}: a whole repository is written`, { remedy: `push to hf://datasets/${repo}` });
  }
  const token = await hubToken(env);
  if (token === undefined) {
    throw new SdgError('config', `--push ${url} needs a token that may write`, { remedy: 'set HF_TOKEN, or put HF_TOKEN=… into .env' });
  }
  if (!token.startsWith('hf_')) {
    throw new SdgError('config', 'the Hugging Face token does not begin with hf_', {
      remedy: 'check HF_TOKEN, in the environment or in .env',
    });
  }
  return { repo, branch: revision, token };
}

/** Rows by shard, in files of NDJSON. */
async function spool(pieces: AsyncIterable<Uint8Array>, temp: TempFolder, most: number): Promise<string[]> {
  const files: string[] = [];
  let handle: Awaited<ReturnType<typeof open>> | undefined;
  let size = 0;
  try {
    for await (const { bytes } of lineBlocks(pieces)) {
      if (!handle || size >= most) {
        await handle?.close();
        files.push(await temp.file());
        handle = await open(files.at(-1)!, 'w');
        size = 0;
      }
      await handle.writeFile(bytes);
      size += bytes.length;
    }
  } finally {
    await handle?.close();
  }
  return files;
}

async function* rowsOf(file: string): AsyncGenerator<Buffer> {
  for await (const { bytes } of fileBlocks(file)) yield Buffer.from(bytes);
}

/** Writes spooled rows as Parquet beside them: the shards' names in the repository, their paths, their bytes in sum. */
async function writeShards(spooled: readonly string[], base: string): Promise<{ names: string[]; paths: string[]; bytes: number }> {
  const number = (n: number): string => String(n).padStart(5, '0');
  const names = spooled.map((_, i) => `train-${number(i)}-of-${number(spooled.length)}.parquet`);
  const paths = names.map((name) => `${base}-${name}`);
  let bytes = 0;
  for (const [i, file] of spooled.entries()) {
    await writeRows(paths[i]!, rowsOf(file));
    bytes += (await stat(paths[i]!)).size;
  }
  return { names, paths, bytes };
}

/** What a server that did not take the rows says, in one line. */
function pushError(repo: string, error: unknown): SdgError {
  const status = statusOf(error);
  const remedy =
    status === 401 || status === 403
      ? 'check that the token may write to it'
      : status === 404
        ? 'check owner, name and branch'
        : 'check the network and HF_ENDPOINT, then run again';
  const said = (error as Error).message.split('\n')[0]!.split('. URL')[0]!;
  const what = `could not push to ${repo}${status === undefined ? '' : ` (${status})`}: ${said}`;
  return new SdgError('output', what, { remedy, cause: error, ...(status !== undefined && { status }) });
}

/**
 * Puts rows into a dataset of the Hub: Parquet shards and a README in one commit, the repository made if there is none.
 * Rows wait in files under TMPDIR until all are known. `HF_ENDPOINT` names another server, `HF_TOKEN` the user.
 */
export async function pushRows(
  pieces: AsyncIterable<Uint8Array>,
  options: PushOptions,
): Promise<{ readonly repo: string; readonly files: readonly string[] }> {
  const { env, note = () => undefined, card, isPrivate = false, shardBytes = SHARD } = options;
  const { repo, branch, token: accessToken } = await checkPush(options);
  const hubUrl = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '');
  const temp = new TempFolder();
  try {
    const spooled = await spool(pieces, temp, shardBytes);
    if (spooled.length === 0) throw new SdgError('bad-input', 'no row came out, so nothing was pushed');
    const { names, paths, bytes } = await writeShards(spooled, await temp.file());
    const readme = card({ repo, shards: names.length, bytes });
    const { createRepo, uploadFiles } = await import('@huggingface/hub');
    const to = { repo: { type: 'dataset', name: repo } as const, accessToken, hubUrl };
    try {
      await createRepo({ ...to, ...(isPrivate && { visibility: 'private' as const }) });
      note(`made the dataset ${repo}`);
    } catch (error) {
      // It is there already.
      if (statusOf(error) !== 409) throw error;
    }
    note(`uploading ${counted(names.length, 'file')}, ${(bytes / 1e6).toFixed(1)} MB, to ${repo}`);
    const files = [
      ...names.map((name, i) => ({ path: join('data', name), content: pathToFileURL(paths[i]!) })),
      { path: 'README.md', content: new Blob([readme]) },
    ];
    await uploadFiles({ ...to, branch, files, commitTitle: 'Write rows with sdg', useXet: !env['HF_ENDPOINT'] });
    return { repo, files: files.map(({ path }) => path) };
  } catch (error) {
    throw error instanceof SdgError ? error : pushError(repo, error);
  } finally {
    await temp.remove();
  }
}
