import { defined, type OutputContract } from '@sdg/core';
import { findSections, isDirective, type Section } from './find-sections.js';
import type { Role } from './roles.js';

/** Texts of one worked example. */
export type Example = Partial<Record<Role, string>>;

/** A prompt taken apart. */
export interface PromptParts {
  readonly text: string;
  readonly sections: readonly Section[];
  /** What stands outside the marked parts: the directions. */
  readonly directions: string;
  /** The directions after the last marked part, or the last paragraph of them. */
  readonly lastDirection: string;
}

/** Nothing, dots, or something in brackets. */
const EMPTY = /^(?:\.{3,}|…|<[^>\n]*>|\{[^}\n]*\}|\[[^\]\n]*\])?$/u;
/** `your reasons`, `the question`, `0, 1 or 2`, `YES or NO`: what is to stand there, not an example of it. */
const NAMES_ITSELF =
  /^(?:(?:the|your|an?|each|one)\s[^.?!\n]{1,80}|(?:\d+|YES|Yes|yes|TRUE|True),? (?:.{0,12} )?or (?:\d+|NO|No|no|FALSE|False))$/iu;

/** Whether the text of a part says only what is to stand there. */
function isPlaceholder(body: string): boolean {
  const [first = '', ...rest] = body.trim().split('\n');
  return EMPTY.test(body) || (NAMES_ITSELF.test(first.trim()) && rest.length <= 5 && !/[.?!]$/u.test(body.trim()));
}

export function readPrompt(text: string, contract?: OutputContract): PromptParts {
  const all = findSections(text, contract);
  const sections = all.filter(({ body, kind }) => !(kind === 'label' ? EMPTY.test(body) : isPlaceholder(body)));
  let directions = '';
  let at = 0;
  for (const { from, to, kind, body, startTag } of all) {
    // What a placeholder says (`0, 1 or 2`) is a direction as well.
    if (kind !== 'label' && isPlaceholder(body)) continue;
    directions += text.slice(at, from);
    // `Now write a summary of this text:` says what is wanted, and so does a bare `Summary:` that the prompt ends with.
    const opensReply = EMPTY.test(body) && text.slice(to).trim() === '';
    if (kind === 'label' && (isDirective(startTag) || opensReply)) directions += `\n\n${startTag.replace(/[#*:]/gu, '').trim()}\n\n`;
    // What was trimmed off the end of an open part are directions too.
    const inner = text.slice(from + startTag.length, to);
    const bodyAt = inner.indexOf(body);
    if (kind !== 'pair' && bodyAt !== -1) directions += `\n${inner.slice(bodyAt + body.length)}\n`;
    at = to;
  }
  directions += text.slice(at);
  const lastDirection =
    text.slice(at).trim() ||
    (directions
      .trim()
      .split(/\n\s*\n/u)
      .at(-1) ??
      '');
  return { text, sections, directions: directions.trim(), lastDirection };
}

/** Groups parts that follow each other into examples: a new one begins where a role comes again. */
export function groupExamples(sections: readonly Section[]): readonly Example[] {
  const examples: Example[] = [];
  let current: Example = {};
  for (const { role, body } of sections) {
    const isNewText = (role === 'context' || role === 'document') && 'question' in current;
    if (role in current || isNewText) {
      examples.push(current);
      // A context or document serves all questions below it until the next one.
      const { context, document } = current;
      current = role === 'context' || role === 'document' ? {} : { ...defined({ context, document }) };
    }
    current[role] = body;
  }
  if (Object.keys(current).length > 0) examples.push(current);
  return examples;
}
