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

/** What an answerer or a judge is given stands last; what stands before it are examples. */
function givenToReply({ sections, text }: PromptParts, isJudge: boolean, outputs: ReadonlySet<string>): Given {
  const inputs = sections.filter(({ startTag }) => !outputs.has(startTag));
  const lastOf = (role: Section['role']) => inputs.findLast((section) => section.role === role);
  const question = lastOf('question');
  const answer = isJudge ? lastOf('answer') : undefined;
  const ground = inputs.findLast(isGround);
  const first = Math.min(...[question, answer, ground].map((section) => section?.from ?? Infinity));
  const isExample = (section: Section): boolean => (question ? section.from < question.from && section !== ground : section.from < first);
  const asked = question?.body ?? (isJudge ? undefined : lastParagraph(text));
  return {
    ...(asked !== undefined && { question: asked }),
    ...(answer && (!question || answer.from > question.from) && { answer: answer.body }),
    ...(ground && { ground: ground.body }),
    examples: groupExamples(sections.filter((section) => isExample(section) && section.role !== 'task')),
  };
}

/** What is there to make something of: a text, unless the text itself is to be made, and examples. */
function givenToMake({ sections }: PromptParts, aim: Aim): Given {
  const ground = aim === 'context' ? undefined : sections.findLast(isGround);
  return {
    ...(ground && { ground: ground.body }),
    examples: groupExamples(sections.filter(({ role }) => role !== 'task' && role !== 'example')),
  };
}

/** Sorts the parts of a prompt into what is given and what is an example, by what is to be done with them. */
export function findGiven(parts: PromptParts, aim: Aim, startTags: readonly string[] = []): Given {
  const { sections, directions } = parts;
  const task = sections.findLast(({ role }) => role === 'task')?.body ?? taskIn(directions);
  const isJudge = aim === 'judge';
  const replies = isJudge || aim === 'answer';
  const given = replies ? givenToReply(parts, isJudge, new Set(startTags.filter((tag) => tag !== ''))) : givenToMake(parts, aim);
  const serves = ({ question, context, document }: Example): boolean =>
    replies || question !== undefined || (aim === 'context' && (context ?? document) !== undefined);
  return { ...(task !== undefined && { task }), ...given, examples: given.examples.filter(serves) };
}

/** The task where it is named in a sentence: `… diverse questions - TASK`, `The skill: TASK`. */
function taskIn(directions: string): string | undefined {
  return /\b(?:questions?|contexts?|answers?|assistant|task|skill)\s+(?:[-–—]|for [-–—]|is:?)\s*([^\n]{10,300})/iu
    .exec(directions)?.[1]
    ?.trim();
}
