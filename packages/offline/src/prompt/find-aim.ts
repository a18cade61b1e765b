import type { Format } from '../format/format.js';
import type { PromptParts } from './read-prompt.js';
import { findVerdicts } from './find-scale.js';

/** What the teacher is asked to do. */
export type Aim = 'judge' | 'choices' | 'pairs' | 'questions' | 'answer' | 'context' | 'correction' | 'summary' | 'facts';

const MAKE = String.raw`\b(?:generate|write|create|come up with|compose|develop|produce|invent|provide|formulate|give|make up|devise|make)\b`;
const CUES: readonly (readonly [Aim, RegExp])[] = [
  ['choices', /multiple[- ]choice|\bMCQs?\b|\bMMLU\b|four (?:answer )?(?:options|choices)/iu],
  [
    'judge',
    /\b(?:rate|rating|score|evaluate|evaluation|impartial judge|assess|grade)\b|\b(?:determine|decide|judge|verify|check) (?:if|whether|how)\b|\bYES or NO\b/iu,
  ],
  [
    'pairs',
    /\bquestions?[- ]*(?:and|with|plus|&|\/|–|-)[- ]*(?:(?:its|an|the|their|correct|matching|corresponding) )*(?:answer|response)|\bQ ?& ?A\b|\bquestion[- ]answer|\binstruction[- ]*(?:and|-)[- ]*(?:response|output)|\b(?:one|a) (?:new )?question[^.]{0,80}, and its answer/iu,
  ],
  [
    'correction',
    /\bspell(?:ing|check)|\btypos?\b|\bproof-?read|\bcopy-?edit|\bcorrect(?:ed)? (?:the |any |all )?(?:grammar|errors|mistakes|version)/iu,
  ],
  ['facts', /\batomic facts?\b|\b(?:list|extract|break)[^.\n]{0,40}\bfacts\b/iu],
  [
    'summary',
    /\bsummar|\bcondense\b|\babstract of\b|\bkey (?:passages|sentences|points)\b|\b(?:choose|select|pick|copy|quote)\b[^.\n]{0,30}\b(?:sentences|passages)\b/iu,
  ],
  [
    'context',
    new RegExp(
      String.raw`${MAKE} (?:(?!questions?\b|instructions?\b|answers?\b|pairs?\b|summar)\S+ ){0,5}?(?:contexts?|passages?|paragraphs?|input texts?|background texts?)\b`,
      'iu',
    ),
  ],
  ['questions', new RegExp(String.raw`${MAKE} (?:\S+ ){0,7}?(?:questions?|instructions|queries|inquiries|prompts)\b`, 'iu')],
];

/** What directions ask for, read from their end, where prompts put it, to their beginning; an answer where they say nothing else. */
export function aimOfDirections({ directions, lastDirection }: Pick<PromptParts, 'directions' | 'lastDirection'>): Aim {
  const paragraphs = directions.split(/\n\s*\n/u);
  // The role that a system prompt gives ("you evaluate …") says less than the task itself.
  for (const text of [lastDirection, paragraphs.slice(0, 2).join('\n'), directions]) {
    const found = CUES.find(([, cue]) => cue.test(text));
    if (found) return found[0];
  }
  return 'answer';
}

/** What is asked, by what the reply has to consist of, and where that does not tell, by the directions. */
export function findAim({ fields }: Pick<Format, 'fields'>, parts: PromptParts): Aim {
  const roles = new Set(fields.map(({ role }) => role));
  const has = (...names: readonly (typeof fields)[number]['role'][]): boolean => names.some((name) => roles.has(name));
  const said = aimOfDirections(parts);
  if (has('question') && has('answer', 'choices')) return said === 'choices' || /^\s*A[).] /mu.test(parts.text) ? 'choices' : 'pairs';
  if (has('score', 'verdict')) return 'judge';
  if (has('question')) return 'questions';
  if (has('explanation')) return has('answer') && findVerdicts(parts.directions) === undefined && said !== 'judge' ? 'answer' : 'judge';
  if (has('facts')) return 'facts';
  if (has('summary')) return 'summary';
  if (has('correction')) return 'correction';
  if (has('context')) return 'context';
  if (has('document')) return ['correction', 'summary', 'facts'].includes(said) ? said : 'context';
  if (has('answer')) return said === 'judge' && findVerdicts(parts.lastDirection) ? 'judge' : 'answer';
  return said;
}
