import { availableParallelism, loadavg } from 'node:os';

/** More than these bring nothing: one thread hands out all blocks and writes all rows. */
const MAX_THREADS = 4;

/**
 * Threads that find a processor of their own: this one, and as many as the load of the last minute leaves free. On a
 * busy machine a thread takes longer to start than it saves. What is made does not depend on it.
 */
export function idleThreads(): number {
  const processors = availableParallelism();
  const free = Math.round(processors - loadavg()[0]!);
  return Math.min(MAX_THREADS, processors, 1 + Math.max(0, free));
}

/** Threads to count rows with: two pay on a busy machine as well, as files that are counted by several are large. */
export const countThreads = (): number => Math.max(idleThreads(), Math.min(2, availableParallelism()));
