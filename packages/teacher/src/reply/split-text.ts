import type { TeacherRequest } from '@sdg/core';

/** What is told of a request: what its pipeline looks for, and what it says. */
export type Asked = Pick<TeacherRequest, 'contract' | 'prompt' | 'messages'>;

/** What a model wrote, taken apart. */
export interface SplitText {
  readonly answer: string;
  /** Absent where it showed no thoughts. */
  readonly reasoning?: string;
}

/** Takes the thinking out of a text that was written for this request. */
export type SplitThinking = (text: string, request?: Asked) => SplitText;

/** All that a request says. */
export const promptOf = ({ prompt = '', messages = [] }: Asked): string => [prompt, ...messages.map(({ content }) => content)].join('\n');

/** What a pipeline looks for in replies. */
export const soughtBy = ({ contract }: Asked): string =>
  [...(contract?.startTags ?? []), ...(contract?.endTags ?? []), contract?.pattern?.replaceAll('\\', '') ?? ''].join('\n');

/** What a pipeline asked for in words of its own: a prompt for completions has the tokens of turns in it always. */
export const saidBy = (request: Asked): string => [soughtBy(request), ...(request.messages ?? []).map(({ content }) => content)].join('\n');
