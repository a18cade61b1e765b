import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentHash, SdgError } from '@sdg/values';
import type { DatasetSpec } from '../recipe/recipe.js';
import { openHub, type HubOptions } from './hub.js';
import { fromWebAddress } from './hub-url.js';
import { openFile, type RowSource } from './open-source.js';

export const isWebAddress = (path: string): boolean => /^https?:\/\//i.test(path);
/** Addresses of stores that are not read here. */
const STORE = /^(s3|gs|gcs|az|abfss?|r2):\/\//i;

/** What to do about an address of a store of objects: this program has no client for it. */
export function refuseStore({ name, path, place }: DatasetSpec): void {
  const [, scheme] = STORE.exec(path) ?? [];
  if (scheme === undefined) return;
  const command = /^s3|r2/i.test(scheme)
    ? `aws s3 cp ${path} .`
    : /^g/i.test(scheme)
      ? `gcloud storage cp ${path} .`
      : `az storage blob download`;
  throw new SdgError('bad-input', `dataset ${name}: ${scheme}:// is not read`, {
    ...(place && { place }),
    remedy: `fetch it first, as with "${command}", or name a presigned https:// address of it`,
  });
}

const said = (error: unknown): string => (error as Error & { cause?: Error }).cause?.message ?? (error as Error).message;

/** Puts what a server sends into a file, whole or not at all, its tag beside it. */
async function download(response: Response, file: string): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    await pipeline(Readable.fromWeb(response.body as never), createWriteStream(partial));
    const size = Number(response.headers.get('content-length') ?? Number.NaN);
    const came = (await stat(partial)).size;
    if (Number.isFinite(size) && response.headers.get('content-encoding') === null && came !== size) {
      throw new Error(`${came} of ${size} bytes came`);
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await writeFile(`${file}.etag`, response.headers.get('etag') ?? '');
}

/** Where a file of the web is kept. */
function cached(path: string, env: HubOptions['env']): { readonly folder: string; readonly file: string } {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  const folder = join(cache, 'sdg', 'web', contentHash(path).slice(0, 16));
  return { folder, file: join(folder, basename(decodeURIComponent(new URL(path).pathname)) || 'data.jsonl') };
}

/**
 * Opens a file of the web. It is kept in the cache and fetched again when it has changed; an address of a dataset of the
 * Hub is opened as that. The name in the address tells its form.
 */
export async function openWebFile(dataset: DatasetSpec, options: HubOptions): Promise<RowSource> {
  const { path, name, place } = dataset;
  const { env, note } = options;
  const hub = fromWebAddress(path, (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, ''));
  if (hub !== undefined) return openHub({ ...dataset, path: hub }, options);
  const url = new URL(path);
  const { folder, file } = cached(path, env);
  const has = (await stat(file).catch(() => undefined)) !== undefined;
  const tag = has ? await readFile(`${file}.etag`, 'utf8').catch(() => '') : '';
  const failed = (what: string, remedy: string, cause?: unknown): SdgError =>
    new SdgError('bad-input', `dataset ${name} ${what}`, { ...(place && { place }), remedy, ...(cause !== undefined && { cause }) });
  let response: Response;
  try {
    response = await fetch(url, { headers: tag === '' ? {} : { 'If-None-Match': tag } });
  } catch (error) {
    if (!has) throw failed(`could not be fetched: ${said(error)}`, 'check the address and the network', error);
    note?.(`${url.host} cannot be reached; using ${basename(file)} as downloaded before`);
    return openFile(file, name, place);
  }
  if (response.status === 304) return openFile(file, name, place);
  if (!response.ok || !response.body) {
    throw failed(
      `could not be fetched: the server answered ${response.status}`,
      response.status === 404 ? 'check the address' : 'check whether it may be read without a login',
    );
  }
  note?.(`downloading ${url.host}${url.pathname}`);
  try {
    await mkdir(folder, { recursive: true });
    await download(response, file);
  } catch (error) {
    throw failed(`could not be fetched: ${said(error)}`, 'run again', error);
  }
  return openFile(file, name, place);
}
