import { splitSentences } from '../text/sentences.js';
import { wordCount } from '../text/words.js';

/** A demand on the form of an answer that can be met by rearranging one. */
interface Demand {
  readonly phrase: string;
  meet(answer: string): string;
}

/** The sentences of an answer, without list marks, salutation and signature. */
const body = (answer: string): readonly string[] => {
  const bare = answer
    .trim()
    .replace(/^\s*[-*]\s+/gmu, '')
    .replace(/^(?:Dear|Hello|Hi)\b[^\n]{0,40}\n/u, '');
  return splitSentences(bare.replace(/\n\s*\n[^\n.!?]{1,40}$/u, ''));
};
const upTo = (answer: string, words: number): string => {
  const kept: string[] = [];
  for (const sentence of body(answer)) {
    if (kept.length > 0 && wordCount([...kept, sentence].join(' ')) > words) break;
    kept.push(sentence);
  }
  return kept.join(' ');
};
const lines = (texts: readonly string[], write: (text: string, i: number) => string): string => texts.map(write).join('\n');

export const demands: readonly Demand[] = [
  { phrase: 'in one sentence', meet: (answer) => upTo(answer, 1) },
  { phrase: 'in two sentences at most', meet: (answer) => body(answer).slice(0, 2).join(' ') },
  { phrase: 'as a bulleted list', meet: (answer) => lines(body(answer), (sentence) => `- ${sentence}`) },
  { phrase: 'in about forty words', meet: (answer) => upTo(answer, 40) },
  { phrase: 'as numbered points', meet: (answer) => lines(body(answer), (sentence, i) => `${i + 1}. ${sentence}`) },
  { phrase: 'as a quotation', meet: (answer) => lines(answer.trim().split('\n'), (line) => `> ${line}`.trimEnd()) },
];

/** The demand that a question makes, if it is one of ours. */
export const demandIn = (question: string): Demand | undefined => demands.find(({ phrase }) => question.toLowerCase().includes(phrase));

/** A request that says what form its answer has takes no second demand. */
export const hasForm = (question: string): boolean =>
  /\b(?:sentences?|words|lists?|bullets?|points|paragraphs?|verses?|lines?|table|json)\b/iu.test(question);

const IS_QUESTION =
  /^(?:who|what|when|where|why|how|which|whose|whom|is|are|was|were|do|does|did|can|could|may|might|must|should|will|would|has|have|had)\b/iu;
const lower = (text: string): string => (/^(?:I\b|\p{Lu}\p{Lu}|$)/u.test(text) ? text : text[0]!.toLowerCase() + text.slice(1));

/** What may stand before a request without changing what a good answer to it is. */
const settings = [
  'A friend asked me for help with this, and I do not know where to begin.',
  'I have ten minutes before the bus comes, so keep to what matters.',
  'Pretend that I have never done anything like it, and take me by the hand.',
  'This is going on the noticeboard in our hallway, where everybody will read it.',
  'I tried it myself yesterday and was not happy with the result.',
  'Somebody once told me that there is a good way and a bad way of doing this, and I would like to see the good one.',
  'It will be read aloud in a room full of strangers, so choose your words with care.',
  'We are collecting examples for a course in the evening, and yours will be the first on the list.',
] as const;

/** A request with a setting before it: another length and another tone, the same matter. */
export const withSetting = (request: string, variant: number): string => `${settings[variant % settings.length]!} ${request}`;

/** A question without what `reword` and `withSetting` add to it. */
export function bareRequest(question: string): string {
  let bare = question.trim();
  for (const setting of settings) bare = bare.replace(setting, '').trim();
  for (const { phrase } of demands) bare = bare.replace(new RegExp(`,? ?\\b${phrase}\\b:?`, 'iu'), '');
  const openers = [...politeOpeners].sort((a, b) => b.length - a.length).join('|');
  return bare.replace(new RegExp(`(?:^|(?<=[–.?!] ))(?:${openers}|please) `, 'giu'), '').trim();
}

const politeOpeners = [
  'Could you',
  'Would you',
  'Can you',
  'Could you please',
  'Would you be so kind as to',
  'Will you',
  'May I ask you to',
] as const;
const openers = ['', 'Please', ...politeOpeners] as const;

/**
 * The same request in other words: as a polite question, with a demand on the form of the answer. `variant` counts
 * through the ways of asking; `mustAsk` wants a question mark at the end and no other in it.
 */
export function reword(question: string, variant: number, demand: Demand | undefined, mustAsk: boolean): string {
  const sentences = splitSentences(question);
  const last = (sentences.at(-1) ?? question).replace(/[.?!]+$/u, '');
  const before = sentences
    .slice(0, -1)
    .map((sentence) => (mustAsk ? sentence.replace(/\?$/u, ' –') : sentence))
    .join(' ');
  const known = mustAsk ? politeOpeners : openers;
  const opener = known[variant % known.length]!;
  const tail = demand ? `, ${demand.phrase}` : '';
  const isQuestion = IS_QUESTION.test(last);
  const asked =
    isQuestion && demand
      ? `${demand.phrase[0]!.toUpperCase()}${demand.phrase.slice(1)}: ${lower(last)}?`
      : isQuestion
        ? `${last}?`
        : opener === ''
          ? `${last}${tail}.`
          : `${opener} ${lower(last)}${tail}${opener === 'Please' ? '.' : '?'}`;
  if (before === '') return asked;
  return before.endsWith('–') ? `${before} ${lower(asked)}` : `${before} ${asked}`;
}
