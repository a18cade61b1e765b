/** What parts of a prompt, or columns of a reply, are called, by what they are for. */
const NAMES = {
  question: 'question questions query inquiry instruction instructions q prompt request task_input',
  answer: 'answer answers response responses reply a solution completion',
  explanation:
    'explanation evaluation feedback reasoning rationale justification critique analysis thoughts thought assessment comment reason',
  score: 'score rating grade mark',
  verdict: 'verdict judgment judgement decision label',
  context: 'context contexts input background',
  document: 'document documents chapter passage article text source excerpt material paragraph content',
  outline: 'outline title topic',
  correction: 'spellcheck spellchecked corrected correction proofread rewrite rewritten',
  summary: 'summary summarization summarisation abstract extract',
  facts: 'fact facts',
  choices: 'choice choices option options',
  example: 'example examples sample samples demonstration',
  task: 'task task_description skill',
  domain: 'domain subject',
  end: 'end',
} as const;

/** What a part of a prompt, or a column of a reply, is for. */
export type Role = keyof typeof NAMES | 'other';

const roleByName = new Map(Object.entries(NAMES).flatMap(([role, names]) => names.split(' ').map((name) => [name, role as Role] as const)));
/** Names that decide wherever they stand: `corrected document`, `summary of the text`, `document outline`. */
const STRONG: ReadonlySet<Role> = new Set(['correction', 'summary', 'facts', 'outline', 'score', 'explanation', 'verdict']);

/**
 * The role of a column, tag or label by its name: `icl_query_1`, `[Start of Response]`, `### Question 2:`. A name that
 * decides wins, else the last that is known.
 */
export function roleOf(name: string): Role {
  const words = name
    .replace(/([a-z])([A-Z])/gu, '$1 $2')
    .toLowerCase()
    .match(/\p{L}+/gu)
    ?.filter((word) => !['start', 'of', 'the', 'end'].includes(word) || name.length < 6);
  const roles = words?.map((word) => roleByName.get(word) ?? 'other').filter((role) => role !== 'other') ?? [];
  // `summary_atomic_facts` is a column of facts.
  if (roles.includes('facts')) return 'facts';
  return roles.find((role) => STRONG.has(role)) ?? roles.at(-1) ?? 'other';
}
