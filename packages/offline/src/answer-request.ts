import { canonicalJson, Random, type TeacherRequest } from '@sdg/core';
import { compose } from './compose.js';
import { chooseFormat } from './format/choose-format.js';
import { findAim } from './prompt/find-aim.js';
import { findGiven } from './prompt/find-given.js';
import { readPrompt } from './prompt/read-prompt.js';
import { promptText } from './prompt-text.js';

/**
 * What the choices of an answer depend on besides the seed: what a server would see of the request, so that the answer
 * is the same from within and over HTTP. Where sampling is random a server answers equal requests in different ways; here
 * they differ by the sample, unless the request brings a seed of its own.
 */
function drawKey(request: TeacherRequest): string {
  const { n = 1, parameters, sampleId } = request;
  const { extra_body: extra, ...plain } = parameters;
  const isRandom = parameters.temperature !== 0 && parameters.seed === undefined;
  return canonicalJson({ text: promptText(request), n, parameters: { ...plain, ...extra }, ...(isRandom && { sampleId }) });
}

/**
 * The texts of a request's outputs, as many as it asks for, by seed and request alone. At temperature 0 it does not
 * matter for which sample the request is made. Never fails: a prompt that makes no sense is answered all the same.
 */
export function answerRequest(request: TeacherRequest, seed: number): readonly string[] {
  const random = new Random('offline', seed, drawKey(request));
  const parts = readPrompt(promptText(request), request.contract);
  const format = chooseFormat(request, parts);
  const aim = findAim(format, parts);
  const given = findGiven(parts, aim, format.startTags);
  return compose({ aim, parts, given, format }, request.n ?? 1, random).map((records) => format.render(records));
}
