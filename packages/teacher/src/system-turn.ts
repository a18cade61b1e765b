import type { Message, SdgError, TeacherRequest } from '@sdg/core';

/** What a quotation may be in. */
const QUOTE = '[\'"`]?';

/**
 * How servers say that a model takes no system turn: templates of Gemma and of the first Mistral by way of vLLM, TGI, llama.cpp and
 * Together, OpenAI's and GitHub's o1-mini, Google's Gemma, Bedrock's Titan, Pydantic. Templates that take one say "after the optional
 * system message" where turns do not alternate.
 */
export const NO_SYSTEM = new RegExp(
  [
    String.raw`(?:system|developer)[ _-]?(?:role|message|prompt|instruction|turn)s?\W{0,3}(?:is |are |was |were )?` +
      String.raw`(?:not |un|isn.t |aren.t )(?:yet )?(?:supported|enabled|allowed|permitted|accepted|available)`,
    String.raw`(?:not|n.t) (?:support|accept|allow|take)(?: the| an?y?)? ?${QUOTE}(?:system|developer)\b`,
    String.raw`(?:unexpected|invalid|unsupported|unknown) (?:message )?role:? ?${QUOTE}system`,
    String.raw`\brole:? ${QUOTE}system${QUOTE} (?:is )?(?:not |un|invalid)`,
    String.raw`only ${QUOTE}user${QUOTE}(?:,| and) ?(?:and )?${QUOTE}(?:assistant|model)${QUOTE} (?:role|message|turn)`,
    String.raw`(?<!optional system message.{0,40})roles must alternate`,
    String.raw`role\W{1,3}input should be 'user' or 'assistant'`,
  ].join('|'),
  'i',
);

const hasSystem = ({ messages = [] }: TeacherRequest): boolean => messages.some(({ role }) => role === 'system');

/** Whether a request was refused since it has a system turn. */
export const isForSystem = (error: SdgError, request: TeacherRequest): boolean =>
  error.code === 'teacher-refused' && hasSystem(request) && NO_SYSTEM.test(error.what);

/** The same said without a system turn: what it says stands before the first user turn. */
export function withoutSystem(request: TeacherRequest): TeacherRequest {
  if (!hasSystem(request)) return request;
  const system = request.messages!.filter(({ role }) => role === 'system').map(({ content }) => content);
  const rest = request.messages!.filter(({ role }) => role !== 'system');
  const first = rest.findIndex(({ role }) => role === 'user');
  const said = (more: readonly string[]): Message => ({ role: 'user', content: [...system, ...more].join('\n\n') });
  const messages = first < 0 ? [said([]), ...rest] : rest.map((turn, i) => (i === first ? said([turn.content]) : turn));
  return { ...request, messages };
}
