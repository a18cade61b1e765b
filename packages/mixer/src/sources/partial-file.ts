import { readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { contentHash } from '@sdg/values';

/** Milliseconds after which a file that nobody has written to is taken to be abandoned, whoever made it. */
const ABANDONED = 3_600_000;

const shortHash = (text: string): string => contentHash(text).slice(0, 8);

/** Whether a process of this machine lives. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether another process may be writing to a partial file, whose name ends with its machine and number. */
async function isInUse(path: string, host: string, pid: number): Promise<boolean> {
  if (host === shortHash(hostname())) return pid !== process.pid && lives(pid);
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < ABANDONED;
}

/**
 * Where this process downloads `path` to, holding what an earlier download of the same content (by `etag`) left behind.
 * Every process has a file of its own, so none writes into another's; what a process that has ended left is taken over
 * by renaming it, in which one process alone can succeed. What is left of other content is removed.
 */
export async function claimPartial(path: string, etag: string): Promise<string> {
  const [folder, start, content] = [dirname(path), `${basename(path)}.`, shortHash(etag)];
  const own = join(folder, `${start}${content}.${shortHash(hostname())}-${process.pid}.partial`);
  for (const name of await readdir(folder)) {
    const [, of, host, pid] = (name.startsWith(start) && /^(\w{8})\.(\w{8})-(\d+)\.partial$/.exec(name.slice(start.length))) || [];
    const found = join(folder, name);
    if (host === undefined || found === own || (await isInUse(found, host, Number(pid)))) continue;
    const isBetter =
      of === content && ((await stat(found).catch(() => undefined))?.size ?? 0) > ((await stat(own).catch(() => undefined))?.size ?? 0);
    // Another process may have been quicker.
    await (isBetter ? rename(found, own) : rm(found, { force: true })).catch(() => undefined);
  }
  return own;
}
