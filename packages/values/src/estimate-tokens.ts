/** What of a request to a teacher has a length. */
interface Prompted {
  readonly prompt?: string | undefined;
  readonly messages?: readonly { readonly content: string }[] | undefined;
}

/** About how many tokens a text has where no server has counted them: one for four characters, as is usual in English. */
const CHARS_PER_TOKEN = 4;

/** Characters of a request's prompt or messages. */
export function promptChars({ prompt, messages = [] }: Prompted): number {
  return prompt?.length ?? messages.reduce((sum, { content }) => sum + content.length + 4, 0);
}

/** Bytes of a request's prompt or messages, in UTF-8. */
export function promptBytes({ prompt, messages = [] }: Prompted): number {
  return prompt === undefined ? messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + 4, 0) : Buffer.byteLength(prompt);
}

/** Estimated tokens of a text or of a request's prompt. */
export function estimateTokens(subject: string | Prompted): number {
  return Math.ceil((typeof subject === 'string' ? subject.length : promptChars(subject)) / CHARS_PER_TOKEN);
}
