import { splitSentences } from '../text/sentences.js';
import { contentWords, coverage, wordCount, wordsOf } from '../text/words.js';
import { findAnswer } from './find-answer.js';

/** What is to be judged; `ground` is the text that it should rest on. */
interface Judged {
  readonly question?: string;
  readonly answer?: string;
  readonly ground?: string;
  /** What the question is for: the task, the seed question. */
  readonly task?: string;
}

interface Judgement {
  /** 0 (bad) to 1 (good). */
  readonly quality: number;
  readonly explanation: string;
}

const quote = (text: string): string => `“${wordCount(text) > 24 ? `${text.split(/\s+/u).slice(0, 24).join(' ')} …` : text.trim()}”`;
const percent = (share: number): string => `${Math.round(share * 100)} per cent`;

/** Whether a text is one at all: words of letters, not the same word again and again. */
function isLanguage(text: string): boolean {
  const words = wordsOf(text);
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return words.length >= 2 && letters / Math.max(1, text.replace(/\s/gu, '').length) > 0.5 && new Set(words).size / words.length > 0.25;
}

function judgeQuestion(question: string, { ground, task }: Judged): Judgement {
  if (!isLanguage(question) || wordCount(question) < 3) {
    return { quality: 0, explanation: `${quote(question)} is not a request that anyone could act on.` };
  }
  if (wordCount(question) > 250) return { quality: 0.3, explanation: 'The request is so long that it is not clear what it asks for.' };
  const asks = /[?？]\s*$/u.test(question) ? 'It is a complete question' : 'It is a request that can be acted on';
  if (ground !== undefined) {
    const share = coverage(question, ground);
    const { found, evidence } = findAnswer(question, ground);
    const quality = Math.max(share, found);
    return quality >= 0.5
      ? {
          quality: Math.min(1, quality + 0.4),
          explanation: `${asks}, ${percent(share)} of its content words occur in the text, and the text answers it: ${quote(evidence)}.`,
        }
      : {
          quality: quality / 2,
          explanation: `${asks}, but only ${percent(share)} of its content words occur in the text, which does not seem to answer it.`,
        };
  }
  const isOnTask = task === undefined || contentWords(question).length > 0;
  return {
    quality: isOnTask ? 0.95 : 0.3,
    explanation: `${asks}: ${quote(question)} is clear, can be understood alone, and asks for nothing harmful.`,
  };
}

/** Whether the text says what an answer says. */
function judgeSupport(answer: string, question: string, ground: string): Judgement {
  const supported = coverage(answer, `${ground} ${question}`);
  const evidence = [...splitSentences(ground)].sort((a, b) => coverage(answer, b) - coverage(answer, a))[0] ?? '';
  if (contentWords(answer).length === 0 && wordCount(answer) <= 3) {
    return { quality: 0.8, explanation: 'The answer is a bare word or number, which the text does not contradict.' };
  }
  if (supported >= 0.6) {
    const nearest = `the sentence that comes closest is ${quote(evidence)}`;
    return {
      quality: Math.min(1, supported + 0.15),
      explanation: `${percent(supported)} of the answer’s content words occur in the text; ${nearest}. The text supports the answer.`,
    };
  }
  const few = `Only ${percent(supported)} of the answer’s content words occur in the text.`;
  return { quality: supported / 2, explanation: `${few} Most of what it says cannot be found there.` };
}

const isCutOff = (answer: string): boolean =>
  wordCount(answer) > 20 && !/[.!?:”"’'`)\]*|>\d]\s*$/u.test(answer) && !/\n[^\n]{0,40}$/u.test(answer);

/** Whether an answer is a finished text on the matter of its question. */
function judgeCompleteness(answer: string, question: string): Judgement {
  if (answer.trim() === question.trim()) return { quality: 0, explanation: 'The answer repeats the question and says nothing else.' };
  if (isCutOff(answer)) {
    return { quality: 0.4, explanation: `The answer breaks off in the middle of a sentence: ${quote(answer.slice(-80))}.` };
  }
  const shared = coverage(question, answer);
  if (shared === 0 && wordCount(question) > 6) {
    return { quality: 0.25, explanation: 'The answer shares no content word with the question, so it is hardly about the same matter.' };
  }
  const length = wordCount(answer);
  const quality = length < 3 ? 0.5 : length < 12 ? 0.7 : Math.min(1, 0.75 + shared / 2);
  const takesUp = `The answer takes up the question (${percent(shared)} of its content words come back)`;
  const depth = quality > 0.8 ? ' that goes into the matter' : ', if a brief one';
  return { quality, explanation: `${takesUp} and is a finished text of ${length} words${depth}.` };
}

function judgeAnswer(answer: string, { question = '', ground }: Judged): Judgement {
  if ((!isLanguage(answer) && wordCount(answer) > 3) || answer.trim() === '') {
    return { quality: 0, explanation: 'There is no answer that could be read.' };
  }
  return ground === undefined ? judgeCompleteness(answer, question) : judgeSupport(answer, question, ground);
}

/**
 * Judges by the words that texts share, as far as that goes: whether a question can be acted on and belongs to its
 * text, whether an answer is a finished text, belongs to its question and is supported.
 */
export function judge(judged: Judged): Judgement {
  const { question, answer } = judged;
  if (answer === undefined) {
    return question === undefined ? { quality: 0, explanation: 'There is nothing to judge.' } : judgeQuestion(question, judged);
  }
  return judgeAnswer(answer, judged);
}
