import type { Format } from '../format/format.js';
import type { PromptParts } from './read-prompt.js';
import { findVerdicts } from './find-scale.js';
import type { Role } from './roles.js';

/** What the teacher is asked to do. */
export type Aim = 'judge' | 'choices' | 'pairs' | 'questions' | 'answer' | 'context' | 'correction' | 'summary' | 'facts';

const MAKE =
  String.raw`\b(?:generate|write|create|come up with|compose|develop|` +
  String.raw`produce|invent|provide|formulate|give|make up|devise|make)\b`;
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
      String.raw`${MAKE} (?:(?!questions?\b|instructions?\b|answers?\b|pairs?\b|summar)\S+ ){0,5}?(?:contexts?|passages?|` +
        String.raw`paragraphs?|input texts?|background texts?)\b`,
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

type Has = (...names: readonly Role[]) => boolean;

/** What a reply of certain parts is for, the first that fits; undefined where the parts do not tell. */
const BY_PARTS: readonly (readonly [fits: (has: Has) => boolean, aim: (said: Aim, parts: PromptParts, has: Has) => Aim])[] = [
  [
    (has) => has('question') && has('answer', 'choices'),
    (said, { text }) => (said === 'choices' || /^\s*A[).] /mu.test(text) ? 'choices' : 'pairs'),
  ],
  [(has) => has('score', 'verdict'), () => 'judge'],
  [(has) => has('question'), () => 'questions'],
  [
    (has) => has('explanation'),
    (said, { directions }, has) => (has('answer') && said !== 'judge' && findVerdicts(directions) === undefined ? 'answer' : 'judge'),
  ],
  [(has) => has('facts'), () => 'facts'],
  [(has) => has('summary'), () => 'summary'],
  [(has) => has('correction'), () => 'correction'],
  [(has) => has('context'), () => 'context'],
  [(has) => has('document'), (said) => (['correction', 'summary', 'facts'].includes(said) ? said : 'context')],
  [(has) => has('answer'), (said, { lastDirection }) => (said === 'judge' && findVerdicts(lastDirection) ? 'judge' : 'answer')],
];

/** What is asked, by what the reply has to consist of, and where that does not tell, by the directions. */
export function findAim({ fields }: Pick<Format, 'fields'>, parts: PromptParts): Aim {
  const roles = new Set(fields.map(({ role }) => role));
  const has: Has = (...names) => names.some((name) => roles.has(name));
  const said = aimOfDirections(parts);
  const found = BY_PARTS.find(([fits]) => fits(has));
  return found ? found[1](said, parts, has) : said;
}
