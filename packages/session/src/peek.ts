/**
 * The first item that is the one, by default the first of all, and all of them, those that were read too; nothing else is read
 * ahead. An error on the way is kept for whoever reads all. Aborted while it waits, it looks no further.
 */
export async function peek<T>(
  items: AsyncIterable<T>,
  aborted?: AbortSignal,
  isIt: (item: T) => boolean = () => true,
): Promise<{ readonly first: T | undefined; readonly all: AsyncIterable<T> }> {
  const iterator = items[Symbol.asyncIterator]();
  const begun: Promise<IteratorResult<T>>[] = [];
  const abort = new Promise<undefined>((resolve) => {
    if (aborted?.aborted) resolve(undefined);
    aborted?.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  let first: T | undefined;
  while (first === undefined) {
    const next = iterator.next();
    begun.push(next);
    const step = await Promise.race([abort, next.catch(() => undefined)]);
    if (step === undefined || step.done) break;
    if (isIt(step.value)) first = step.value;
  }
  async function* all(): AsyncGenerator<T> {
    try {
      for (let next = await (begun.shift() ?? iterator.next()); !next.done; next = await (begun.shift() ?? iterator.next())) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { first, all: all() };
}
