import { canonicalJson, Random, type TeacherRequest } from '@sdg/core';
import { compose } from './compose.js';
import { chooseFormat } from './format/choose-format.js';
import { findAim } from './prompt/find-aim.js';
import { findGiven } from './prompt/find-given.js';
import { readPrompt } from './prompt/read-prompt.js';
import { promptText } from './prompt-text.js';

/**
 * The texts of a request's outputs, as many as it asks for, by seed and request alone. At temperature 0 it does not
 * matter for which sample the request is made. Never fails: a prompt that makes no sense is answered all the same.
 */
export function answerRequest(request: TeacherRequest, seed: number): readonly string[] {
  const { messages, prompt, n = 1, parameters, contract, sampleId } = request;
  const isRandom = parameters.temperature !== 0;
  const random = new Random('offline', seed, canonicalJson({ messages, prompt, n, parameters, contract, ...(isRandom && { sampleId }) }));
  const parts = readPrompt(promptText(request), contract);
  const format = chooseFormat(request, parts);
  const aim = findAim(format, parts);
  const given = findGiven(parts, aim, format.startTags);
  return compose({ aim, parts, given, format }, n, random).map((records) => format.render(records));
}
