import { Random, type TeacherRequest } from '@sdg/core';
import { answerRequest } from '@sdg/offline';

/** `offline`: the offline teacher's. `hash`: words drawn from a hash of the request, next to no work. */
export type Answers = 'offline' | 'hash';

const WORDS =
  'amber brook cedar delta ember fjord grove heath inlet jetty knoll ledge marsh north ocean prism quartz ridge slate tidal'.split(' ');

/** Texts of one's own, by the hash of the request: ready-made ones, say. */
export type AnswerFunction = (request: TeacherRequest, seed: number, key: string) => readonly string[];

/** The texts of a request's outputs, by seed and request alone. */
export function answer(kind: Answers | AnswerFunction, request: TeacherRequest, seed: number, key: string): readonly string[] {
  if (typeof kind === 'function') return kind(request, seed, key);
  if (kind === 'offline') return answerRequest(request, seed);
  return Array.from({ length: request.n ?? 1 }, (_, i) => {
    const random = new Random('answer', seed, key, i);
    return Array.from({ length: 12 }, () => random.pick(WORDS)).join(' ');
  });
}
