import { createHash } from 'node:crypto';
import type { Heard, Said } from './scripted-server.js';

const words = (
  'amber birch cedar delta ember fjord grove heron inlet jetty knoll larch maple nettle otter poppy quartz reed sedge thistle ' +
  'umber vetch willow yarrow'
).split(' ');

/** Words that depend on the text alone. */
function wordsOf(text: string, count: number): string {
  const digest = createHash('sha256').update(text).digest();
  return Array.from({ length: count }, (_, i) => `${words[digest[i]! % words.length]!}${digest[i + 1]! % 10}`).join(' ');
}

/** The part of a prompt from its last such mark on. */
export const after = (prompt: string, mark: string): string => prompt.slice(prompt.lastIndexOf(mark) + mark.length).trim();

type Stage = 'context' | 'questions' | 'judge-question' | 'answer' | 'judge-pair';

/** Which of the pipeline's prompts it is. */
export function stageOf(prompt: string): Stage {
  if (prompt.includes('Rate the question')) return 'judge-question';
  if (prompt.includes('Rate the answer')) return 'judge-pair';
  if (prompt.includes('between <context> and </context>')) return 'context';
  return prompt.includes('counting from "### Question 1:"') ? 'questions' : 'answer';
}

/** A server that plays every part of the skills builder well: what it says depends on the prompt, and on `salt`. */
export function skilled(salt: (heard: Heard, index: number) => string = () => ''): (heard: Heard, index: number) => Said {
  return (heard, index) => {
    const seed = salt(heard, index) + heard.prompt;
    switch (stageOf(heard.prompt)) {
      case 'context':
        return `Of course.\n<context>\nNotes on ${wordsOf(seed, 12)}.\n</context>`;
      case 'questions':
        return (
          `Here are your questions.\n\n` +
          `${[1, 2, 3, 4, 5].map((n) => `### Question ${n}:\nWhat about ${wordsOf(`${seed}${n}`, 8)}?`).join('\n\n')}`
        );
      case 'judge-question':
        return `It is clear.\n\nRating: [[${wordsOf(seed, 1).startsWith('a') ? 0 : 1}]]`;
      case 'answer':
        return `It is about ${wordsOf(seed, 10)}.`;
      case 'judge-pair':
        return `It is fair.\n\nRating: [[${wordsOf(seed, 1).startsWith('b') ? 1 : 3}]]`;
    }
  };
}
