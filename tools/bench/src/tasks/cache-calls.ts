import { readFileSync } from 'node:fs';
import { attempt } from '@sdg/core';
import type { Reply } from '@sdg/core';
import { request } from '@sdg/cli/bench';
import { createTeacher } from '@sdg/teacher';

interface CacheCallsInput {
  readonly url: string;
  readonly calls: number;
  readonly concurrency: number;
  /** Absent: without a cache. */
  readonly cacheDir?: string;
}

export interface CallCost {
  /** Microseconds of CPU a call: of all threads, and of the one that makes the calls (absent where the system does not tell). */
  readonly cpuUs: number;
  readonly threadUs?: number;
  /** Microseconds of wall time a call. */
  readonly wallUs: number;
  readonly cached: number;
}

/** Calls made beforehand, so that what is timed is compiled. */
const WARM = 2000;

/** Microseconds that this process's main thread has been on a processor: Linux tells in nanoseconds. */
function threadTime(): number | undefined {
  return attempt(() => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1000);
}

/** Makes calls, a fixed number at a time, and tells what CPU and time each took. */
export default async function cacheCalls({ url, calls, concurrency, cacheDir }: CacheCallsInput): Promise<CallCost> {
  const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency, cacheDir });
  const make = async (from: number, to: number): Promise<number> => {
    let next = from;
    let cached = 0;
    const loop = async (): Promise<void> => {
      while (next < to) {
        const reply: Reply = await teacher.complete({ ...request(next), sampleId: String(next++) });
        if (reply.cached) cached++;
      }
    };
    await Promise.all(Array.from({ length: concurrency }, loop));
    return cached;
  };
  await make(-Math.min(WARM, calls), 0);
  const before = process.cpuUsage();
  const threadBefore = threadTime();
  const beganAt = performance.now();
  const cached = await make(0, calls);
  const wallUs = ((performance.now() - beganAt) * 1000) / calls;
  const { user, system } = process.cpuUsage(before);
  const threadAfter = threadTime();
  await teacher.close?.();
  return {
    ...{ cpuUs: (user + system) / calls, wallUs, cached },
    ...(threadBefore !== undefined && threadAfter !== undefined && { threadUs: (threadAfter - threadBefore) / calls }),
  };
}
