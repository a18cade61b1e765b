import { canonicalJson, Random, type TeacherRequest } from '@sdg/core';
import { promptText } from './prompt-text.js';

/** The texts of a request's outputs, as many as it asks for, by seed and request alone. Never throws. */
export function answerRequest(request: TeacherRequest, seed: number): readonly string[] {
  const { messages, prompt, n = 1, parameters, contract, sampleId } = request;
  const isRandom = parameters.temperature !== 0;
  const random = new Random('offline', seed, canonicalJson({ messages, prompt, n, parameters, contract, ...(isRandom && { sampleId }) }));
  const sentences = promptText(request).match(/[^.?!\n]{20,}[.?!]/gu)?.map((s) => s.trim()) ?? ['Nothing to say.'];
  const order = random.shuffle(sentences);
  const columns = contract?.columns ?? ['output'];
  return Array.from({ length: n }, (_, i) =>
    columns
      .map((column, at) => {
        const text = /score|rating/u.test(column) ? '1' : /judg|verdict/u.test(column) ? 'YES' : order[(i + at) % order.length]!;
        return `${contract?.startTags?.[at] ?? ''}${text}${contract?.endTags?.[at] ?? ''}`;
      })
      .join('\n'),
  );
}
