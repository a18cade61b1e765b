import { type BlockContext, type Choice, type Message, rejected, type Drop, type Reply, type TeacherRequest } from '@sdg/core';
import { strip } from '@sdg/python';

/** One output of a reply that has words in it. */
export interface Answer extends Pick<Choice, 'text' | 'reasoning' | 'logprobs' | 'finishReason'> {
  /** It broke off at `max_tokens`, and the pipeline does not take that: what it ends with is incomplete. */
  readonly isCut: boolean;
  /** Model that wrote it. */
  readonly model: string;
}

/** What a block does with what comes back, besides reading it. */
export interface AnswerOptions {
  readonly reasoning_col?: string | undefined;
  readonly allow_truncated?: boolean | undefined;
  readonly finish_reason_col?: string | undefined;
}

const tokensOf = ({ parameters: { max_tokens } }: TeacherRequest): string => (max_tokens === undefined ? '' : `, here ${max_tokens}`);

/** The rejection of what broke off: a whole answer, or the last item of a list. */
export function cutOff(what: string, reply: string, request?: TeacherRequest): Drop {
  return rejected('cut-off', {
    message: `${what} broke off at max_tokens${request ? tokensOf(request) : ''}; raise it, or set allow_truncated: true`,
    reply,
  });
}

/** The rejection of an output that a filter of the server stopped, or in which the model refused. */
function refused({ text, finishReason, refusal }: Choice): Drop | undefined {
  const isFiltered = finishReason === 'content_filter';
  if (!isFiltered && refusal === undefined && finishReason !== 'refusal') return undefined;
  const said = strip(refusal ?? '') || strip(text);
  const what = isFiltered ? 'a filter of the server stopped the answer' : 'the model refused';
  return rejected(isFiltered ? 'content-filter' : 'refusal', {
    message: `${what}${said ? `: ${said.slice(0, 200)}` : ''}`,
    reply: said,
  });
}

/** The rejection of an output without words; nothing where it is worth asking again. */
function wordless({ text, reasoning, finishReason }: Choice, request: TeacherRequest): Drop | undefined {
  const isCut = finishReason === 'length';
  if (reasoning !== undefined && strip(reasoning) !== '') {
    const why = isCut
      ? `it broke off at max_tokens${tokensOf(request)}, so raise that, or let the model think less`
      : 'it ended before the answer began';
    return rejected('reasoning-only', { message: `the reply holds reasoning and no answer: ${why}`, reply: reasoning });
  }
  return isCut ? cutOff('the reply holds nothing: it', text, request) : undefined;
}

/** An output as an answer, as the reason why it is none, or as nothing: worth asking again. */
function judge(
  choice: Choice,
  model: string,
  request: TeacherRequest,
  { allow_truncated, finish_reason_col }: AnswerOptions,
): Answer | Drop | undefined {
  const { text, reasoning, finishReason, logprobs } = choice;
  const refusal = refused(choice);
  if (refusal) return refusal;
  // What it says before it calls a tool announces the call.
  if (finishReason === 'tool_calls') return undefined;
  // Characters that nobody sees are no words.
  if (!/[^\s\p{Cf}\p{Cc}]/u.test(text)) return wordless(choice, request);
  const takesCut = allow_truncated === true || finish_reason_col !== undefined;
  return {
    text,
    isCut: finishReason === 'length' && !takesCut,
    model,
    finishReason,
    ...(reasoning !== undefined && { reasoning }),
    ...(logprobs && { logprobs }),
  };
}

/** The request for one output once more. Where sampling is random it gets a draw of its own. */
const again = (request: TeacherRequest, index: number): TeacherRequest => ({
  ...request,
  n: 1,
  ...(request.sampleId !== undefined && { sampleId: `${request.sampleId}/again.${index}` }),
  ...(request.parameters.seed !== undefined && { parameters: { ...request.parameters, seed: request.parameters.seed + index } }),
});

/**
 * Asks, and gives each output as an answer or as the rejection of one that is none: reasoning alone, a refusal, what a
 * filter stopped. An empty output, and one that calls a tool, is asked for once more.
 */
export async function askForAnswers(
  context: BlockContext,
  request: TeacherRequest,
  signal: AbortSignal,
  options: AnswerOptions,
): Promise<readonly (Answer | Drop)[]> {
  const reply: Reply = await context.complete(request, signal);
  if (reply.choices.length === 0) return [rejected('empty-reply', { message: 'the reply has no outputs' })];
  const judged = reply.choices.map((choice) => judge(choice, reply.model, request, options));
  const isWhole = (all: typeof judged): all is (Answer | Drop)[] => all.every((one) => one !== undefined);
  if (isWhole(judged)) return judged;
  return Promise.all(
    judged.map(async (first, index) => {
      if (first) return first;
      const { choices, model } = await context.complete(again(request, index), signal);
      const second = choices[0] && judge(choices[0], model, request, options);
      if (second) return second;
      const what = choices[0]?.finishReason === 'tool_calls' ? 'called a tool in place of an answer' : 'wrote nothing';
      return rejected('empty-reply', {
        message: `the teacher ${what}, also when asked again`,
        reply: choices[0]?.text ?? reply.choices[index]!.text,
      });
    }),
  );
}

/** Asks for the whole answer again, saying what was wrong with the first. */
export async function askForMended(
  context: BlockContext,
  request: TeacherRequest,
  answer: Answer,
  demand: string,
  signal: AbortSignal,
  options: AnswerOptions,
): Promise<Answer | Drop> {
  const { messages, prompt } = request;
  const turns: readonly Message[] = [
    { role: 'assistant', content: answer.text },
    { role: 'user', content: demand },
  ];
  const said = messages ? { messages: [...messages, ...turns] } : { prompt: `${prompt}${answer.text}\n\n${demand}\n\n` };
  const { prompt: _prompt, messages: _messages, ...rest } = request;
  const [mended] = await askForAnswers(context, { ...rest, ...said, n: 1 }, signal, options);
  return mended!;
}

/** The columns for reasoning and for how the reply ended, where they are wanted. */
export const reasoningColumn = (
  { reasoning_col, finish_reason_col }: AnswerOptions,
  { reasoning, finishReason }: Pick<Answer, 'reasoning' | 'finishReason'>,
): Record<string, string | null> => ({
  ...(reasoning_col !== undefined && { [reasoning_col]: reasoning === undefined ? null : strip(reasoning) }),
  ...(finish_reason_col !== undefined && { [finish_reason_col]: finishReason }),
});
