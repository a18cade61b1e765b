import type { SplitText } from './split-text.js';
import { isInJsonText } from './spoken-of.js';

const CHANNEL = /<\|(start|channel|message|end|return|call|constrain)\|>/gu;

/**
 * The channels of gpt-oss ("harmony"): `final` is the answer, `analysis` and `commentary` are thoughts. Undefined where
 * there are none.
 */
export function splitChannels(text: string): SplitText | undefined {
  if (!text.includes('<|') || !/<\|channel\|>|<\|start\|>assistant|<\|message\|>/u.test(text)) return undefined;
  const marks = [...text.matchAll(CHANNEL)].filter(({ 0: mark, index }) => !isInJsonText(text, index, index + mark.length));
  if (marks.length === 0) return undefined;
  const answers: string[] = [];
  const thoughts: string[] = [];
  // A text that begins in the middle began in the channel that the template opened.
  let channel = 'analysis';
  let before = '';
  let from = 0;
  const take = (piece: string): void => {
    if (before === 'channel') channel = /^\s*(\w+)/u.exec(piece)?.[1] ?? channel;
    else if (before === 'message' || before === '') (channel === 'final' ? answers : thoughts).push(piece);
    // What follows the end of a thought without a word on what it is, is no thought.
    else if (before === 'end' && piece.trim() !== '' && answers.length === 0) answers.push(piece);
    // A message without a channel is an answer.
    else if (before === 'start') channel = 'final';
  };
  for (const match of marks) {
    take(text.slice(from, match.index));
    before = match[1]!;
    from = match.index + match[0].length;
  }
  take(text.slice(from));
  const reasoning = thoughts
    .map((thought) => thought.trim())
    .filter(Boolean)
    .join('\n');
  return { answer: answers.join('\n'), ...(reasoning !== '' && { reasoning }) };
}

/** The same after a server has taken the special tokens out: `analysisWe need …assistantfinalThe answer`. */
export function splitBareChannels(text: string): SplitText | undefined {
  const [opening] = /^\s*(?:assistant)?(?:analysis|commentary)/u.exec(text) ?? [];
  if (opening === undefined) {
    const [only] = /^\s*(?:assistant)?final(?=\p{Lu})/u.exec(text) ?? [];
    return only === undefined ? undefined : { answer: text.slice(only.length) };
  }
  const final = /assistant\s?final(?:<\|message\|>)?/u.exec(text);
  if (final) return { answer: text.slice(final.index + final[0].length), reasoning: text.slice(opening.length, final.index) };
  // Cut off while it thought: no word goes on with a capital letter.
  return /^\p{Lu}/u.test(text.slice(opening.length)) ? { answer: '', reasoning: text.slice(opening.length) } : undefined;
}
