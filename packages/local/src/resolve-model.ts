import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SdgError } from '@sdg/core';
import type { LlamaLibrary } from './llama-library.js';

export interface ResolveModelOptions {
  readonly onNotice?: ((text: string) => void) | undefined;
  /** Aborted: the download is given up, and what has come of it is kept for the next time. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which something must have come. Default 60,000. */
  readonly patienceMs?: number;
  /** How the hub is asked what it says, where nothing comes. Default `fetch`. */
  readonly ask?: typeof fetch;
  /** Default the process's own: `HF_ENDPOINT`, `HF_TOKEN`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where models are kept. Default `~/.node-llama-cpp/models`. */
  readonly folder?: string;
}

const PATIENCE = 60_000;
/** Milliseconds in which something should have come, and for a look at why not. */
const LOOK = 5_000;
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** What a failed download means for a person; the library itself tries 150 times what may pass. */
function describeFailure(uri: string, error: unknown): SdgError {
  const { statusCode: status, message } = error as Error & { readonly statusCode?: number };
  if (status === 401 || status === 403) {
    return new SdgError('teacher-auth', `${uri}: the hub gives the model to nobody whom it does not know (status ${status})`, {
      remedy: 'check the name; for a gated model ask for access on its page, and set HF_TOKEN',
      cause: error,
    });
  }
  if (status === 404) {
    return new SdgError('teacher-not-found', `${uri}: the hub has no such model or file`, {
      remedy: 'write llama:hf:OWNER/REPO/FILE.gguf as the page of the model has it',
      cause: error,
    });
  }
  return new SdgError('teacher-unreachable', `${uri}: the model cannot be fetched: ${message.split('\n')[0]}`, {
    remedy: 'try again; what has come is kept',
    cause: error,
  });
}

/** What the hub says of a model where nothing comes: the library asks it again and again, and keeps the status to itself. */
async function hubSays(
  uri: string,
  { ask = fetch, env = process.env }: Pick<ResolveModelOptions, 'ask' | 'env'>,
): Promise<string | undefined> {
  const [, repo, file, branch = 'main'] = /^(?:hf|huggingface):(?:\/\/)?([^/#:]+\/[^/#:]+)(?:\/([^#]+))?(?:#(.+))?/.exec(uri) ?? [];
  if (repo === undefined) return undefined;
  const base = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '');
  const address = `${base}/${repo}${file === undefined ? '' : `/resolve/${branch}/${file}`}`;
  const token = env['HF_TOKEN'];
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const { ok, status } = await ask(address, { method: 'HEAD', headers, signal: AbortSignal.timeout(LOOK) });
    return ok ? undefined : `the hub answers with status ${status} (${address})`;
  } catch (error) {
    const { message, cause } = error as Error & { readonly cause?: Error };
    return `the hub cannot be asked: ${cause?.message ?? message} (${address})`;
  }
}

/** Where models go: where node-llama-cpp itself puts them. */
const modelsFolder = (): string => join(homedir(), '.node-llama-cpp', 'models');

/** The library tries for a minute and more what no waiting mends. */
async function checkWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new SdgError('usage', `${folder}: no model can be put there: ${(error as Error).message.split(',')[0]}`, {
      remedy: 'make it writable, set HOME to another folder, or fetch the file yourself: --teacher llama:FILE.gguf',
      cause: error,
    });
  }
}

/**
 * The file of a model on a hub: `hf:owner/repo/file.gguf`, as node-llama-cpp finds or fetches it. Nothing is written to the terminal.
 *
 * @throws SdgError `teacher-not-found`, `teacher-auth`, `teacher-unreachable`, also where nothing comes for a minute; `interrupted`;
 * `usage` where nothing can be written
 * @example await resolveModel(library, 'hf:owner/repo/file.gguf', { onNotice: console.error });
 */
export async function resolveModel(library: LlamaLibrary, uri: string, options: ResolveModelOptions = {}): Promise<string> {
  const { onNotice, signal, patienceMs = PATIENCE, folder = modelsFolder() } = options;
  const quiet = { cli: false, deleteTempFileOnCancel: false, directory: folder };
  // Offline, too, what was fetched before is there.
  const known = await library.resolveModelFile(uri, { ...quiet, download: false }).catch(() => undefined);
  if (known !== undefined) return known;
  await checkWritable(folder);
  const stop = new AbortController();
  const giveUp = (): void => stop.abort(new SdgError('interrupted', `${uri}: the download was given up`));
  let said: string | undefined;
  const fail = (): void => {
    const why = said === undefined ? '' : `: ${said}`;
    stop.abort(
      new SdgError('teacher-unreachable', `${uri}: nothing has come from the hub for ${Math.round(patienceMs / 1000)} s${why}`, {
        remedy: 'check the network and HF_ENDPOINT, and try again; what has come is kept',
      }),
    );
  };
  const look = async (): Promise<void> => {
    said = await hubSays(uri, options);
    if (said !== undefined && !stop.signal.aborted) onNotice?.(`${uri}: ${said}; it is asked again`);
  };
  const looking = setTimeout(() => void look(), Math.min(LOOK, patienceMs / 2));
  let timer = setTimeout(fail, patienceMs);
  let [most, told] = [0, 0];
  const onProgress = ({ totalSize, downloadedSize }: { readonly totalSize: number; readonly downloadedSize: number }): void => {
    // A part that broke off begins anew: only what goes beyond all before is progress.
    if (downloadedSize <= most) return;
    most = downloadedSize;
    clearTimeout(looking);
    clearTimeout(timer);
    timer = setTimeout(fail, patienceMs);
    const quarter = Math.floor((4 * downloadedSize) / totalSize);
    if (quarter <= told || quarter > 3) return;
    told = quarter;
    onNotice?.(`${gigabytes(downloadedSize)} of ${gigabytes(totalSize)} GB of ${uri} have come`);
  };
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    stop.signal.throwIfAborted();
    onNotice?.(`fetching ${uri}`);
    // The library does not look at the signal while it asks where the file is.
    const given = new Promise<never>((_resolve, reject) => {
      stop.signal.addEventListener('abort', () => reject(stop.signal.reason as Error), { once: true });
    });
    return await Promise.race([library.resolveModelFile(uri, { ...quiet, onProgress, signal: stop.signal }), given]);
  } catch (error) {
    throw error instanceof SdgError ? error : describeFailure(uri, error);
  } finally {
    clearTimeout(looking);
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}
