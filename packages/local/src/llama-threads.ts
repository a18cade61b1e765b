import { availableParallelism } from 'node:os';

/**
 * Threads that llama.cpp computes with on a processor where nobody says how many: one fewer than there are cores, 1 at least.
 *
 * The binaries that come with node-llama-cpp are built without OpenMP and are given no pool: every evaluation, so every token, starts its
 * threads anew, and they wait for each other by spinning. With a thread for each core, one that shares its core with another, or
 * with this process, holds up all: on 2 cores, 2 threads wrote 55 tokens a second where 1 wrote 150, and 1 or 2 beside other programs.
 * A number that a clock chose would be none: with flash attention, sums over 512 tokens and more are split by threads, so that
 * the bytes of an output hang on it.
 *
 * @param mathCores physical cores that compute, as llama.cpp counts them
 * @param available processors that this process may use
 * @example
 * threadsFor(8, 16); // 7
 * threadsFor(8, 2); // 1: a container
 */
export const threadsFor = (mathCores: number, available = availableParallelism()): number =>
  Math.max(1, Math.min(mathCores, available) - 1);
