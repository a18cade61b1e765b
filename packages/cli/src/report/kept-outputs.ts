import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '@sdg/values';
import type { KeptOutputs } from '@sdg/report';
import { cacheFolder } from '@sdg/session';
import { CallCache } from '@sdg/teacher';
import type { Invocation } from '../command.js';

/** What a large run folder has the names of alone, and where it may be. */
interface OpenedOutputs {
  /** Undefined where there is no call cache. */
  readonly find: KeptOutputs | undefined;
  close(): Promise<void>;
}

/** The folder that the run was told to keep its replies in, by its record. */
function recordedCache(folder: string): string | undefined {
  // Whoever reads the record says what is wrong with it.
  return attempt(() => {
    const lock = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8')) as { given?: { flags?: Record<string, unknown> } };
    const cache = lock.given?.flags?.['cache'];
    return typeof cache === 'string' ? cache : undefined;
  });
}

/** Opens the call cache of a run, if it is there, when it is first asked: it is not for most runs, which have room for all. */
export function openOutputs(folder: string, given: string | undefined, env: Invocation['env']): OpenedOutputs {
  const place = given ?? recordedCache(folder) ?? cacheFolder({}, env);
  if (!existsSync(join(place, 'data.mdb'))) return { find: undefined, close: async () => undefined };
  let cache: CallCache | undefined;
  return {
    find(key) {
      if (!/^[0-9a-f]{32}$/.test(key)) return undefined;
      cache ??= CallCache.open(place);
      const [entry] = cache.entries(key);
      return entry && { prompt: entry.prompt, text: entry.choice.text, reasoning: entry.choice.reasoning };
    },
    close: async () => cache?.close(),
  };
}
