/**
 * The first item, and all of them, this one too; nothing else is read ahead. An error at the first item is kept for
 * whoever reads all. Aborted while it waits, it gives no first item.
 */
export async function peek<T>(
  items: AsyncIterable<T>,
  aborted?: AbortSignal,
): Promise<{ readonly first: T | undefined; readonly all: AsyncIterable<T> }> {
  const iterator = items[Symbol.asyncIterator]();
  const begun = iterator.next();
  const step = await new Promise<IteratorResult<T> | undefined>((resolve) => {
    begun.then(resolve, () => resolve(undefined));
    if (aborted?.aborted) resolve(undefined);
    aborted?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  async function* all(): AsyncGenerator<T> {
    try {
      for (let next = await begun; !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { first: step === undefined || step.done ? undefined : step.value, all: all() };
}
