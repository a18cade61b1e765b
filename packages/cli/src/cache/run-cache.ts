import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { alignColumns, counted, groupDigits as count, SdgError, suggest } from '@sdg/core';
import { CallCache, cacheStats, exportedEntry, matches, pruneCache, type CacheFilter, type CacheStats } from '@sdg/teacher';
import { cacheFolder } from '@sdg/session';
import type { CacheInvocation } from '../commands/cache.js';

const DAY = 86_400_000;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

function statsLines({ folder, outputs, bytes, models }: CacheStats): string[] {
  const rows = models.map(({ model, outputs: stored, truncated, promptTokens, completionTokens, oldest, newest }) => [
    model,
    count(stored),
    count(truncated),
    count(promptTokens),
    count(completionTokens),
    day(oldest) === day(newest) ? day(oldest) : `${day(oldest)} to ${day(newest)}`,
  ]);
  const table = [['model', 'outputs', 'truncated', 'tokens in', 'tokens out', 'stored'], ...rows];
  const aligned = models.length > 0 ? alignColumns(table, (column) => column === 0 || column === 5) : [];
  return [`${folder}: ${counted(outputs, 'output')}, ${(bytes / 2 ** 20).toFixed(1)} MiB`, ...aligned];
}

function filterOf({ model, block, 'older-than': days, truncated }: CacheInvocation['flags']): CacheFilter {
  return { model, block, truncated, before: days === undefined ? undefined : Date.now() - days * DAY };
}

async function exportEntries(cache: CallCache, { flags, stdout, interrupted }: CacheInvocation): Promise<void> {
  const filter = filterOf(flags);
  for (const entry of cache.entries()) {
    if (interrupted.aborted || stdout.destroyed) return;
    if (matches(entry, filter) && !stdout.write(`${JSON.stringify(exportedEntry(entry))}\n`)) await once(stdout, 'drain');
  }
}

function show(cache: CallCache, prefix: string, { flags, stdout }: CacheInvocation): void {
  if (!/^[0-9a-f]{1,32}$/.test(prefix)) {
    throw new SdgError('usage', `"${prefix}" is not the beginning of a key`, {
      remedy: 'keys are hex digits; sdg cache export lists them',
    });
  }
  const found = [...cache.entries(prefix)].map(exportedEntry);
  if (found.length === 0) throw new SdgError('usage', `no output's key begins with ${prefix}`, { remedy: 'sdg cache export lists them' });
  for (const entry of found) {
    if (flags.format === 'json') stdout.write(`${JSON.stringify(entry)}\n`);
    else {
      const { text, prompt, ...facts } = entry;
      for (const [name, value] of Object.entries(facts)) stdout.write(`${`${name}:`.padEnd(19)}${String(value)}\n`);
      stdout.write(`\nprompt:\n${prompt}\n\ntext:\n${text}\n\n`);
    }
  }
}

async function prune(cache: CallCache, { flags, say }: CacheInvocation): Promise<void> {
  const filter = filterOf(flags);
  const named = Object.values(filter).some((value) => value !== undefined);
  if (named === (flags.all === true)) {
    throw new SdgError('usage', named ? '--all goes with no other filter' : 'prune needs to know what', {
      remedy: 'pass --model, --block, --older-than or --truncated, or --all for everything',
    });
  }
  say(`${counted(await pruneCache(cache, filter), 'output')} removed, ${count(cache.size)} left; their room in the file is used again`);
}

/** The work of `sdg cache`. */
export async function runCache(invocation: CacheInvocation): Promise<number> {
  const { flags, env, positionals, stdout } = invocation;
  const [word, ...rest] = positionals;
  const words = ['stats', 'show', 'prune', 'export'];
  if (word === undefined || !words.includes(word)) {
    const meant = word === undefined ? undefined : suggest(word, words);
    throw new SdgError('usage', word === undefined ? 'what to do is missing' : `"${word}" is not known`, {
      remedy: meant ? `did you mean ${meant}?` : `it is one of ${words.join(', ')}`,
    });
  }
  const folder = cacheFolder(flags, env);
  if (!existsSync(join(folder, 'data.mdb'))) {
    throw new SdgError('usage', `there is no call cache in ${folder}`, { remedy: 'name one with --cache DIR; sdg-run makes it' });
  }
  const cache = CallCache.open(folder);
  try {
    if (word === 'stats') {
      const stats = cacheStats(cache);
      stdout.write(flags.format === 'json' ? `${JSON.stringify(stats)}\n` : `${statsLines(stats).join('\n')}\n`);
    } else if (word === 'export') await exportEntries(cache, invocation);
    else if (word === 'prune') await prune(cache, invocation);
    else if (rest[0] === undefined) {
      throw new SdgError('usage', 'show needs the beginning of a key', { remedy: 'sdg cache export lists them' });
    } else for (const prefix of rest) show(cache, prefix.toLowerCase(), invocation);
    return 0;
  } finally {
    await cache.close();
  }
}
