import { performance } from 'node:perf_hooks';
import { createTeacher } from '@sdg/teacher';

interface ShortJobInput {
  readonly url: string;
  readonly concurrency: number | 'auto';
  /** Calls in all, and how many of them a sample needs one after another. */
  readonly calls: number;
  readonly steps: number;
  /** Folder of what runs remember of servers. It keeps replies too: a fresh one for each run. */
  readonly cacheDir: string;
}

interface ShortJobOutput {
  /** From the first call to the last answer. */
  readonly wallMs: number;
  readonly limit: number;
}

/** Makes all calls of a job whose samples are all there from the start, the later steps first. */
export default async function shortJob({ url, concurrency, calls, steps, cacheDir }: ShortJobInput): Promise<ShortJobOutput> {
  const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency, cacheDir });
  const begun = performance.now();
  const sample = async (_: unknown, id: number): Promise<void> => {
    for (let step = 1; step <= steps; step++) await teacher.complete({ prompt: `${id} ${step}`, parameters: {} }, { priority: step });
  };
  await Promise.all(Array.from({ length: calls / steps }, sample));
  const wallMs = performance.now() - begun;
  const limit = teacher.state?.().limit ?? NaN;
  await teacher.close?.();
  return { wallMs, limit };
}
