import type { Reply } from '@sdg/core';
import { request } from '@sdg/cli/bench';
import { createTeacher } from '@sdg/teacher';

export interface CacheCallsInput {
  readonly url: string;
  readonly calls: number;
  readonly concurrency: number;
  /** Absent: without a cache. */
  readonly cacheDir?: string;
}

/** Makes calls, a fixed number at a time, and tells what CPU and time each took. */
export default async function cacheCalls({ url, calls, concurrency, cacheDir }: CacheCallsInput): Promise<{ cpuUs: number; wallUs: number; cached: number }> {
  const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency, cacheDir });
  const requests = Array.from({ length: calls }, (_, i) => ({ ...request(i), sampleId: String(i) }));
  await teacher.complete({ ...request(-1), sampleId: 'warm' });
  let next = 0;
  let cached = 0;
  const loop = async (): Promise<void> => {
    while (next < requests.length) {
      const reply: Reply = await teacher.complete(requests[next++]!);
      if (reply.cached) cached++;
    }
  };
  const before = process.cpuUsage();
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, loop));
  const wallUs = ((performance.now() - beganAt) * 1000) / calls;
  const { user, system } = process.cpuUsage(before);
  await teacher.close?.();
  return { cpuUs: (user + system) / calls, wallUs, cached };
}
