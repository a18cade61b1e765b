import { isFenced, isInJsonText, isInSentence, isQuoted } from './spoken-of.js';

/** Tokens that end a turn or a text, and are nothing else. HTML's `</s>` ends what is struck out. */
const END = '<\\|(?:im_end|eot_id|endoftext|end_of_text|eot|eom|end|user_end|role_end)\\|>|<end_of_turn>|<｜end▁of▁sentence｜>|</s>';
/** What stands before a turn and says whose it is: ChatML, Gemma, Llama, Granite, Ling, DeepSeek, Phi, EXAONE. */
const HEADER =
  '<\\|im_start\\|>\\s*(\\w+)|<start_of_turn>\\s*(\\w+)|<\\|start_header_id\\|>\\s*(\\w+)\\s*<\\|end_header_id\\|>|' +
  '<\\|start_of_role\\|>\\s*(\\w+)\\s*<\\|end_of_role\\|>|<role>(\\w+)</role>|<｜(User|Assistant)｜>|<\\|(user|assistant|system)\\|>|' +
  '\\[\\|(user|assistant|system)\\|\\]';
const OPENING = new RegExp(
  `^\\s*(?:(?:<s>(?![^]*</s>\\s*[^\\s<])|<bos>|<pad>|<\\|begin_of_text\\|>)\\s*)*(?:(?:${HEADER})\\s*|assistant\\n\\n)?`,
  'iu',
);
const BOUNDARY = new RegExp(`(?:${END})|${HEADER}|(?<=[.!?…。！？"”)])assistant\\n\\n`, 'iu');

const roleOf = (match: readonly (string | undefined)[]): string => match.slice(1).find(Boolean)?.toLowerCase() ?? '';
/** What reasoning models call the turn in which they think. */
const isThought = (role: string): boolean => /^(?:think(?:ing)?|thought|analysis|reasoning)$/u.test(role);

const ANY = new RegExp(`${BOUNDARY.source}|^\\s*(?:assistant\\n\\n|<s>|<bos>|<pad>)`, 'iu');

/** Whether there are tokens of turns in a text. An answer may speak of those that what was asked speaks of. */
export const hasTurnTokens = (text: string): boolean =>
  (text.includes('<') || text.includes('[|') || text.includes('assistant\n\n')) && ANY.test(text);

/** Where an answer ends: at the first token that ends a turn or begins another one, unless it is spoken of or the last thing. */
function endOf(text: string): number {
  for (const { 0: token, index } of text.matchAll(new RegExp(BOUNDARY, 'giu'))) {
    const end = index + token.length;
    if (text.slice(end).trim() === '' || (token === '</s>' && text.slice(0, index).includes('<s>'))) continue;
    if (isQuoted(text, index, end) || isInSentence(text, index, end) || isFenced(text, 0, index)) continue;
    if (isInJsonText(text, index, end)) continue;
    return index;
  }
  return text.length;
}

/** A text without the tokens that a chat template writes before the turn of an assistant. */
export function withoutHeader(text: string): string {
  const opening = OPENING.exec(text)!;
  const isOwn = opening[0].trim() !== '' && /^(?:assistant|model|answer|)$/u.test(roleOf(opening));
  return isOwn ? text.slice(opening[0].length) : text;
}

/**
 * An answer without the turns that a model made up behind its own where a server did not stop it: they are nobody's. A
 * turn before it that is headed as thinking is set apart.
 *
 * @example ownTurn('Yes.<|im_end|>\n<|im_start|>user\nWhy?') // { answer: 'Yes.' }
 */
export function ownTurn(text: string): { readonly answer: string; readonly reasoning?: string } {
  const opening = OPENING.exec(text)!;
  const role = roleOf(opening);
  if (role === '') {
    const end = endOf(text);
    return { answer: end === text.length ? text : text.slice(0, end).trimEnd() };
  }
  if (!isThought(role)) return { answer: '' };
  const begun = text.slice(opening[0].length);
  const end = endOf(begun);
  const rest = withoutHeader(begun.slice(end).replace(new RegExp(`^(?:${END})\\s*`, 'iu'), ''));
  return { answer: ownTurn(rest).answer, reasoning: begun.slice(0, end).trim() };
}
