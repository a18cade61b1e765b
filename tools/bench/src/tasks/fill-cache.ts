import { CallCache } from '@sdg/teacher';

interface FillCacheInput {
  readonly folder: string;
  readonly entries: number;
}

/** Opens a cache, fills it up to a number of entries if it has fewer, and tells how long opening and a look took. */
export default async function fillCache({ folder, entries }: FillCacheInput): Promise<{ openMs: number; size: number; rssMb: number }> {
  const beganAt = performance.now();
  const cache = CallCache.open(folder);
  const had = cache.size;
  await cache.get(['0'.repeat(32)]);
  const openMs = performance.now() - beganAt;
  const rssMb = process.memoryUsage.rss() / 2 ** 20;
  const choice = { text: 'A reply of the length that answers have when they are short. '.repeat(4), finishReason: 'stop' };
  const hex = (n: number, mark: string): string =>
    mark + ((n * 2654435761) % 4294967296).toString(16).padStart(8, '0') + n.toString(16).padStart(23, '0');
  for (let n = had; n < entries;) {
    const writes: Promise<unknown>[] = [];
    for (const end = Math.min(entries, n + 20_000); n < end; n++) {
      writes.push(
        cache.put(
          [
            [
              { exact: hex(n, 'a'), ending: hex(n, 'b') },
              { choice, model: 'sim', promptTokens: 200, completionTokens: 60 },
            ],
          ],
          { api: 'chat', prompt: `prompt ${n} `.repeat(40) },
        ),
      );
    }
    await Promise.all(writes);
  }
  const { size } = cache;
  await cache.close();
  return { openMs, size, rssMb };
}
