import { askMany, trafficOf, type Traffic } from '@sdg/cli/bench';
import { createTeacher } from '@sdg/teacher';

interface AnswerCallsInput {
  readonly url: string;
  readonly concurrency: number | 'auto';
  readonly calls: number;
  /** Calls left out of the rate: those in which the right load was looked for. */
  readonly skip: number;
  /** Most calls waiting or in flight in the client. */
  readonly slots: number;
}

/** Sends independent calls through the teacher client and tells how fast they came back, once under way. */
export default async function answerCalls({
  url,
  concurrency,
  calls,
  skip,
  slots,
}: AnswerCallsInput): Promise<Traffic & { readonly limit: number }> {
  const teacher = await createTeacher({ teacher: [url], model: 'sim', api: 'chat', concurrency });
  const made = await askMany(teacher, { calls, slots });
  const limit = teacher.state?.().limit ?? NaN;
  await teacher.close?.();
  return { ...trafficOf(made, skip), limit };
}
