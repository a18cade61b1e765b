import { performance } from 'node:perf_hooks';
import type { Teacher } from '@sdg/core';
import { outputs } from './outputs/outputs.js';
import { Health } from './pool/health.js';
import { fixedLimit } from './pool/fixed-limit.js';
import { Pool } from './pool/pool.js';
import { splitterOf } from './reply/split-thinking.js';
import { bound, retry } from './retry.js';
import { stopAt } from './stop-at.js';
import { allowancesOf, closing, storeOf, TEN_MINUTES, type TeacherOptions } from './teacher-options.js';

interface AroundOptions extends Omit<TeacherOptions, 'teacher'> {
  /** The teacher writes one output after the other: each is asked for, kept and counted by itself. Default false. */
  readonly oneByOne?: boolean | undefined;
  /** What its outputs hang on beside the request: those of another are not taken for them. */
  readonly scope?: string | undefined;
}

/**
 * A teacher of this process with what servers have around them: one queue in order of priority, rates, budget, the call
 * cache, retries, thinking apart from answers, a calm end. Takes as many calls at once as the teacher's own state says.
 *
 * @example const teacher = aroundTeacher(offlineTeacher(), { budget: new Budget({ maxTokens: 1e6 }) });
 */
export function aroundTeacher(inner: Teacher, options: AroundOptions): Teacher {
  const { giveUpAfterMs = TEN_MINUTES, replay, redoTruncated, oneByOne, scope, observer, seed } = options;
  // Asked again after each call: a model that is loaded at the first one knows then what it can take.
  const own = (): number => inner.state?.().limit ?? 1;
  const health = new Health({ giveUpAfterMs, now: () => performance.now() });
  const server = { ...bound(inner), probe: async () => undefined };
  const pool = new Pool({ servers: [server], limit: () => fixedLimit(own), health, allowances: allowancesOf(options), observer });
  const store = storeOf(options);
  const onNotice = observer?.notice && ((text: string): void => observer.notice?.(text));
  const again = retry(pool, { ...options.retry, health, ...(seed !== undefined && { seed }) });
  const filled = outputs(again, { store, replay, redoTruncated, oneByOne, scope, split: splitterOf(options.thinking), onNotice });
  return closing(stopAt(filled, options.onStop), [filled, store]);
}
