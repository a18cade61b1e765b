import type { CallOptions, Choice, Reply, Teacher, TeacherRequest } from '@sdg/core';

/** What a scripted teacher says: one text an output, or a whole reply. */
export type Script = string | readonly string[] | Partial<Reply>;

/** A teacher that answers from a list, in the order of the calls, or by a function of the request. */
export interface ScriptedTeacher extends Teacher {
  /** Every request so far. */
  readonly requests: readonly TeacherRequest[];
}

/** Tokens by the rule of thumb of four characters each. */
const tokens = (text: string): number => Math.ceil(text.length / 4);

const promptOf = ({ messages, prompt = '' }: TeacherRequest): string => messages?.map(({ content }) => content).join('\n') ?? prompt;

/**
 * Makes a teacher for tests. A list must hold a reply for every call, or the call fails; one text for a request of
 * several outputs is given for each of them. A function may return a promise, or throw.
 */
export function scriptedTeacher(
  script: readonly Script[] | ((request: TeacherRequest, index: number, options: CallOptions) => Script | Promise<Script>),
): ScriptedTeacher {
  const requests: TeacherRequest[] = [];
  return {
    name: 'scripted',
    requests,
    async complete(request, options = {}): Promise<Reply> {
      const index = requests.push(request) - 1;
      const said = typeof script === 'function' ? await script(request, index, options) : script[index];
      if (said === undefined) throw new Error(`the script has ${script.length} replies; call ${index + 1} has none`);
      const texts =
        typeof said === 'string'
          ? Array.from({ length: request.n ?? 1 }, () => said)
          : Array.isArray(said)
            ? (said as string[])
            : undefined;
      const whole = texts ? undefined : (said as Partial<Reply>);
      const choices: readonly Choice[] = texts?.map((text) => ({ text, finishReason: 'stop' })) ?? whole?.choices ?? [];
      const completionTokens = choices.reduce((sum, { text }) => sum + tokens(text), 0);
      return {
        choices,
        model: request.model ?? 'scripted-model',
        usage: { promptTokens: tokens(promptOf(request)), completionTokens },
        ...whole,
      };
    },
  };
}
