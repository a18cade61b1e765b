import { edit, KNOWLEDGE, knowledge, skill, SKILL, type CorpusCase } from './corpus-case.js';

type Row = readonly [name: string, file: string, text: string, verdict: CorpusCase['verdict'], rule?: string];

const without = (text: string, field: string): string => text.replace(new RegExp(`^${field}:.*\\n(?:[ ].*\\n)*`, 'm'), '');
const s = (from: string, to: string, version = 3): string => edit(skill(version), from, to);
const k = (from: string, to: string): string => edit(knowledge(), from, to);
const item = "    - '*.md'\n";

const skills: readonly Row[] = [
  ...[0, 1, 2, 3].map((version): Row => [`skill version ${version || 'none'}`, SKILL, skill(version), 'accept']),
  ...(['created_by', 'task_description', 'seed_examples'] as const).flatMap((field) =>
    [1, 2, 3].map((version): Row => [
      `skill version ${version} without ${field}`,
      SKILL,
      without(skill(version), field),
      'reject',
      'schema/required',
    ]),
  ),
  ['version 1 with one example', SKILL, skill(1, 1), 'accept'],
  ['version 2 with four examples', SKILL, skill(2, 4), 'reject', 'schema/minItems'],
  ['version 3 with four examples', SKILL, skill(3, 4), 'reject', 'schema/minItems'],
  ['version 3 with fifty examples', SKILL, skill(3, 50), 'accept'],
  ['no examples', SKILL, without(skill(1), 'seed_examples') + 'seed_examples: []\n', 'reject', 'schema/minItems'],
  ['examples as text', SKILL, without(skill(), 'seed_examples') + 'seed_examples: none\n', 'reject', 'schema/type'],
  ['examples left empty', SKILL, without(skill(), 'seed_examples') + 'seed_examples:\n', 'reject', 'schema/type'],
  ['version 1 with equal examples', SKILL, skill(1).replaceAll(/(Question|Answer) \d/g, '$1 1'), 'accept'],
  ['version 2 with equal examples', SKILL, skill(2).replaceAll(/(Question|Answer) [12]/g, '$1 1'), 'reject', 'schema/uniqueItems'],
  ['version 3 with equal examples', SKILL, skill(3).replaceAll(/(Question|Answer) [12]/g, '$1 1'), 'reject', 'schema/uniqueItems'],
  ['version 3 with equal questions', SKILL, skill(3).replaceAll(/Question [12]/g, 'Question 1'), 'accept'],
  ['version 1 with an empty task', SKILL, s('Write.', "''", 1), 'accept'],
  ['version 2 with an empty task', SKILL, s('Write.', "''", 2), 'reject', 'schema/minLength'],
  ['version 3 with an empty task', SKILL, s('Write.', "''"), 'reject', 'schema/minLength'],
  ['version 1 with the task left out after its colon', SKILL, s(' Write.', '', 1), 'reject', 'schema/type'],
  ['an empty author', SKILL, s('someone', "''"), 'reject', 'schema/minLength'],
  ['an author of digits', SKILL, s('someone', '123'), 'reject', 'schema/type'],
  ['an empty question', SKILL, s('Question 1?', "''"), 'reject', 'schema/minLength'],
  ['an empty answer', SKILL, s('Answer 1.', '""'), 'reject', 'schema/minLength'],
  ['a blank answer', SKILL, s('Answer 1.', '" "'), 'accept'],
  ['a context', SKILL, s('Answer 1.\n', 'Answer 1.\n    context: Some.\n'), 'accept'],
  ['an empty context', SKILL, s('Answer 1.\n', "Answer 1.\n    context: ''\n"), 'reject', 'schema/minLength'],
  ['a context left out after its colon', SKILL, s('Answer 1.\n', 'Answer 1.\n    context:\n'), 'reject', 'schema/type'],
  ['an example without a question', SKILL, s('question: Question 1?\n    ', ''), 'reject', 'schema/required'],
  ['an example without an answer', SKILL, s('    answer: Answer 1.\n', ''), 'reject', 'schema/required'],
  ['an example with another field', SKILL, s('Answer 1.\n', 'Answer 1.\n    note: x\n'), 'reject', 'schema/unevaluatedProperties'],
  ['an example that is text', SKILL, s('  - question: Question 1?\n    answer: Answer 1.\n', '  - Question 1?\n'), 'reject', 'schema/type'],
  ['another field', SKILL, s('created_by', 'notes: x\ncreated_by'), 'reject', 'schema/unevaluatedProperties'],
  ['a domain in a skill', SKILL, s('created_by', 'domain: x\ncreated_by'), 'reject', 'schema/unevaluatedProperties'],
  ['a misspelt field', SKILL, s('created_by', 'createdby'), 'reject', 'schema/required'],
  ['a field in capitals', SKILL, s('Answer 1.\n', 'Answer 1.\n    Context: x\n'), 'reject', 'schema/unevaluatedProperties'],
  ['a number as a key', SKILL, s('created_by', '1: x\ncreated_by'), 'reject', 'schema/unevaluatedProperties'],
  ['__proto__ as a key', SKILL, s('created_by', '__proto__: x\ncreated_by'), 'reject', 'schema/unevaluatedProperties'],
];

const versions: readonly Row[] = [
  ...['3', '3.0', '03', '0x3', '0b11', '+3', '!!int "3"'].map((written): Row => [
    `version ${written}`,
    SKILL,
    s('version: 3', `version: ${written}`),
    'accept',
  ]),
  ...['"3"', "'3'", '3.7', '3.5'].map((written): Row => [
    `version ${written}`,
    SKILL,
    s('version: 3', `version: ${written}`),
    'reject',
    'schema/type',
  ]),
  ...['v3', 'latest', '[3]', '', '~', '2024-01-01'].map((written): Row => [
    `version ${written || 'left out after its colon'}`,
    SKILL,
    s('version: 3', `version: ${written}`.trimEnd()),
    'reject',
    'schema/type',
  ]),
  ...['0', '4', '-1', '30', 'true', 'yes', 'no', '0.5'].map((written): Row => [
    `version ${written}`,
    SKILL,
    s('version: 3', `version: ${written}`),
    'reject',
    'schema/version',
  ]),
  ['version 1.0', SKILL, s('version: 3', 'version: 1.0'), 'accept'],
  ['version 2.0', SKILL, s('version: 3', 'version: 2.0'), 'accept'],
  ['knowledge version 1', KNOWLEDGE, knowledge(1), 'reject', 'schema/version'],
  ['knowledge version 2', KNOWLEDGE, knowledge(2), 'reject', 'schema/version'],
  ['knowledge without a version', KNOWLEDGE, k('version: 3\n', ''), 'reject', 'schema/version'],
  ['knowledge version 4', KNOWLEDGE, knowledge(4), 'reject', 'schema/version'],
];

const knowledges: readonly Row[] = [
  ...(['created_by', 'domain', 'document_outline', 'document', 'seed_examples'] as const).map((field): Row => [
    `knowledge without ${field}`,
    KNOWLEDGE,
    without(knowledge(), field),
    'reject',
    'schema/required',
  ]),
  ['knowledge with a task', KNOWLEDGE, k('domain', 'task_description: x\ndomain'), 'reject', 'schema/unevaluatedProperties'],
  ['an empty domain', KNOWLEDGE, k('domain: rivers', "domain: ''"), 'reject', 'schema/minLength'],
  ['an empty outline', KNOWLEDGE, k('About rivers.', "''"), 'reject', 'schema/minLength'],
  ['a document that is text', KNOWLEDGE, without(knowledge(), 'document') + 'document: x\n', 'reject', 'schema/type'],
  ['no repo', KNOWLEDGE, k('  repo: https://example.com/rivers.git\n', ''), 'reject', 'schema/required'],
  ['an empty repo', KNOWLEDGE, k('https://example.com/rivers.git', "''"), 'reject', 'schema/minLength'],
  ['any text as repo', KNOWLEDGE, k('https://example.com/rivers.git', '../docs'), 'accept'],
  ['no commit', KNOWLEDGE, k('  commit: abc1234\n', ''), 'reject', 'schema/required'],
  ['no patterns', KNOWLEDGE, k(`  patterns:\n${item}`, ''), 'reject', 'schema/required'],
  ['empty patterns', KNOWLEDGE, k(`patterns:\n${item}`, 'patterns: []\n'), 'reject', 'schema/minItems'],
  ['a pattern that is text', KNOWLEDGE, k(`patterns:\n${item}`, "patterns: '*.md'\n"), 'reject', 'schema/type'],
  ['an empty pattern', KNOWLEDGE, k("'*.md'", "''"), 'reject', 'schema/minLength'],
  ['two patterns', KNOWLEDGE, k(item, `${item}    - 'docs/*.md'\n`), 'accept'],
  ['equal patterns', KNOWLEDGE, k(item, item + item), 'reject', 'schema/uniqueItems'],
  ['another field of the document', KNOWLEDGE, k('  commit', '  branch: main\n  commit'), 'reject', 'schema/unevaluatedProperties'],
  ['no context', KNOWLEDGE, k('context: Context 1.\n    ', ''), 'reject', 'schema/required'],
  ['no pairs', KNOWLEDGE, knowledge().replace(/ {4}questions_and_answers:\n(?: {6}.*\n)+/, ''), 'reject', 'schema/required'],
  ['two pairs', KNOWLEDGE, k('      - question: Question 1.3?\n        answer: Answer 1.3.\n', ''), 'reject', 'schema/minItems'],
  ['equal pairs', KNOWLEDGE, knowledge().replaceAll(/(Question|Answer) 1\.[12]/g, '$1 1.1'), 'reject', 'schema/uniqueItems'],
  [
    'four pairs',
    KNOWLEDGE,
    k('      - question: Question 1.3?', '      - question: q\n        answer: a\n      - question: Question 1.3?'),
    'accept',
  ],
  ['an empty answer of a pair', KNOWLEDGE, k('Answer 1.1.', "''"), 'reject', 'schema/minLength'],
  ['a pair without an answer', KNOWLEDGE, k('        answer: Answer 1.1.\n', ''), 'reject', 'schema/required'],
  ['another field of a pair', KNOWLEDGE, k('Answer 1.1.\n', 'Answer 1.1.\n        note: x\n'), 'accept'],
  ['a number in another field of a pair', KNOWLEDGE, k('Answer 1.1.\n', 'Answer 1.1.\n        1: 2024-01-01\n'), 'accept'],
  [
    'another field of an example',
    KNOWLEDGE,
    k('context: Context 1.\n', 'context: Context 1.\n    note: x\n'),
    'reject',
    'schema/unevaluatedProperties',
  ],
  ['four examples of knowledge', KNOWLEDGE, knowledge().replace(/ {2}- context: Context 5[^]*$/, ''), 'reject', 'schema/minItems'],
  [
    'equal examples of knowledge',
    KNOWLEDGE,
    knowledge().replaceAll(/(Context |Question |Answer )2/g, '$11'),
    'reject',
    'schema/uniqueItems',
  ],
];

const folders: readonly Row[] = [
  ['a skill under knowledge', KNOWLEDGE, skill(), 'reject', 'schema/required'],
  ['knowledge under skills', SKILL, knowledge(), 'reject', 'schema/required'],
  ['the rightmost folder counts: knowledge', 'compositional_skills/knowledge/x/qna.yaml', knowledge(), 'accept'],
  ['the rightmost folder counts: skills', 'knowledge/compositional_skills/x/qna.yaml', skill(), 'accept'],
  ['foundational skills are skills', 'foundational_skills/x/qna.yaml', skill(), 'accept'],
  ['another folder: a skill', 'other/qna.yaml', skill(), 'accept'],
  ['another folder: knowledge by its document', 'other/qna.yaml', knowledge(), 'accept'],
  ['another folder: a skill with a document', 'other/qna.yaml', s('created_by', 'document: x\ncreated_by'), 'reject', 'schema/required'],
  ['folder names in part do not count', 'my_knowledge/qna.yaml', skill(), 'accept'],
];

const wholes: readonly Row[] = [
  ...[
    '',
    '\n',
    '# only a comment\n',
    '---\n',
    '--- {}\n...\n',
    '{}',
    '[]',
    '0',
    '0.0',
    'false',
    'no',
    '~',
    'null',
    "''",
    '!!set {}',
    '--- # c\n',
  ].map((text): Row => [`nothing but ${JSON.stringify(text)}`, SKILL, text, 'warn', 'file/empty']),
  ...['text', '12', 'true', '[a]', '- a\n', '"a"', '.nan', '2024-01-01', '!!set {a}', '|\n a'].map((text): Row => [
    `no mapping but ${JSON.stringify(text)}`,
    SKILL,
    text,
    'reject',
    'file/mapping',
  ]),
  ['nothing but a document end', SKILL, '...\n', 'reject', 'yaml/syntax'],
  ['a mapping that has nothing to do with it', SKILL, 'a: b\n', 'reject', 'schema/required'],
];

/** Fields: what the schemas take. */
export const fields: readonly CorpusCase[] = [...skills, ...versions, ...knowledges, ...folders, ...wholes].map(
  ([name, file, text, verdict, rule]) => ({ name, file, text, verdict, ...(rule && { rule }) }),
);
