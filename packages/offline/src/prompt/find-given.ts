import type { Aim } from './find-aim.js';
import type { Section } from './find-sections.js';
import { groupExamples, type Example, type PromptParts } from './read-prompt.js';

/** What a prompt gives to work with. */
export interface Given {
  /** The text to ask about, to answer from, to judge by or to work on. */
  readonly ground?: string;
  readonly question?: string;
  readonly answer?: string;
  readonly task?: string;
  readonly examples: readonly Example[];
}

const isGround = ({ role }: Section): boolean => role === 'document' || role === 'context';

/** What a prompt without marks asks stands at its end. */
const lastParagraph = (text: string): string =>
  text
    .trim()
    .split(/\n\s*\n/u)
    .at(-1) ?? '';

/** Questions and answers written one below the other without labels, a blank line between them. */
function unlabelledPairs(body: string): Example[] {
  return body.split(/\n\s*\n/u).flatMap((block): Example[] => {
    const match = /^([^\n]{8,}?[?.])\s*\n([\s\S]+)$/u.exec(block.trim());
    return match ? [{ question: match[1]!.trim(), answer: match[2]!.trim() }] : [];
  });
}

/** Sorts the parts of a prompt into what is given and what is an example, by what is to be done with them. */
export function findGiven(parts: PromptParts, aim: Aim, startTags: readonly string[] = []): Given {
  const { sections, directions } = parts;
  const outputs = new Set(startTags.filter((tag) => tag !== ''));
  const task = sections.findLast(({ role }) => role === 'task')?.body ?? taskIn(directions);
  const withTask = task === undefined ? {} : { task };
  const listed = sections.filter(({ role }) => role === 'example').flatMap(({ body }) => unlabelledPairs(body));
  const inputs = aim === 'judge' || aim === 'answer' ? sections.filter(({ startTag }) => !outputs.has(startTag)) : sections;
  const last = (test: (section: Section) => boolean): Section | undefined => inputs.findLast(test);

  if (aim === 'judge' || aim === 'answer') {
    const question = last(({ role }) => role === 'question');
    const answer = aim === 'judge' ? last(({ role }) => role === 'answer') : undefined;
    const ground = last(isGround);
    const first = Math.min(...[question, answer, ground].map((section) => section?.from ?? Infinity));
    const isExample = (section: Section): boolean => (question ? section.from < question.from && section !== ground : section.from < first);
    return {
      ...withTask,
      ...(question ? { question: question.body } : aim === 'answer' && { question: lastParagraph(parts.text) }),
      ...(answer && (!question || answer.from > question.from || aim !== 'judge') && { answer: answer.body }),
      ...(ground && { ground: ground.body }),
      examples: [...groupExamples(sections.filter((section) => isExample(section) && section.role !== 'task')), ...listed],
    };
  }
  const ground = aim === 'context' || (aim === 'questions' && !sections.some(isGround)) ? undefined : last(isGround);
  return {
    ...withTask,
    ...(ground && { ground: ground.body }),
    examples: [...groupExamples(sections.filter(({ role }) => role !== 'task' && role !== 'example')), ...listed].filter(
      ({ question, context, document }) => question !== undefined || (aim === 'context' && (context ?? document) !== undefined),
    ),
  };
}

/** The task where it is named in a sentence: `… diverse questions - TASK`, `The skill: TASK`. */
function taskIn(directions: string): string | undefined {
  return /\b(?:questions?|contexts?|answers?|assistant|task|skill)\s+(?:[-–—]|for [-–—]|is:?)\s*([^\n]{10,300})/iu
    .exec(directions)?.[1]
    ?.trim();
}
