import { answer, edit, KNOWLEDGE, knowledge, skill, SKILL, type CorpusCase } from './corpus-case.js';

const FLOW =
  'version: 3\ncreated_by: someone\ntask_description: Write.\nseed_examples: [{question: a, answer: b}, {question: c, answer: ' +
  'd}, {question: e, answer: f}, {question: g, answer: h}, {question: i, answer: j}]\n';
const flow = (from: string, to: string): string => edit(FLOW, from, to);
const s3 = (from: string, to: string): string => edit(skill(), from, to);
const unindented = skill().replaceAll(/^ {2}/gm, '');
const wide = skill()
  .replaceAll(/^ {2}- /gm, '    - ')
  .replaceAll(/^ {4}answer/gm, '      answer');

type Row = readonly [name: string, text: string, rule?: string];

const rows: readonly Row[] = [
  ['as it should be', skill()],
  ['list not indented', unindented],
  ['list indented by four', wide],
  ['in brackets', FLOW],
  ['one space inside braces', flow('{question: a, answer: b}', '{ question: a, answer: b }')],
  ['two spaces inside a brace', flow('{question: a', '{  question: a'), 'lint/braces'],
  ['two spaces before a closing brace', flow('answer: b}', 'answer: b  }'), 'lint/braces'],
  ['two spaces inside a bracket', flow('[{', '[  {'), 'lint/brackets'],
  ['two spaces before a closing bracket', flow('}]', '}  ]'), 'lint/brackets'],
  ['no space after a comma', flow('}, {question: c', '},{question: c'), 'lint/commas'],
  ['two spaces after a comma', flow('}, {question: c', '},  {question: c'), 'lint/commas'],
  ['space before a comma', flow('}, {question: c', '} , {question: c'), 'lint/commas'],
  ['comma in the next line', flow('}, {question: c', '}\n  , {question: c'), 'lint/commas'],
  ['line break after a comma', flow('}, {question: c', '},\n  {question: c'), 'lint/indentation'],
  ['two spaces after a colon', s3('created_by: ', 'created_by:  '), 'lint/colons'],
  ['space before a colon', s3('created_by:', 'created_by :'), 'lint/colons'],
  ['two spaces after a hyphen', s3('- question: Question 1?\n    answer', '-  question: Question 1?\n     answer'), 'lint/hyphens'],
  ['a key twice', s3('created_by: someone\n', 'created_by: someone\ncreated_by: another\n'), 'lint/key-duplicates'],
  ['a key twice in an example', s3('Answer 1.\n', 'Answer 1.\n    answer: Answer 0.\n'), 'lint/key-duplicates'],
  ['space at the end of a line', s3('someone\n', 'someone \n'), 'lint/trailing-spaces'],
  ['space at the end of a comment', s3('someone\n', 'someone # who \n'), 'lint/trailing-spaces'],
  ['space at the end of a line of a text block', answer('|\n      a \n      b'), 'lint/trailing-spaces'],
  ['a blank line of spaces', s3('someone\n', 'someone\n  \n'), 'lint/trailing-spaces'],
  ['no line break at the end', skill().trimEnd(), 'lint/new-line-at-end-of-file'],
  ['a blank line at the end', `${skill()}\n`, 'lint/empty-lines'],
  ['two blank lines at the end', `${skill()}\n\n`, 'lint/empty-lines'],
  ['a blank line at the start', `\n${skill()}`, 'lint/empty-lines'],
  ['a blank line between fields', s3('someone\n', 'someone\n\n')],
  ['two blank lines between fields', s3('someone\n', 'someone\n\n\n')],
  ['three blank lines between fields', s3('someone\n', 'someone\n\n\n\n'), 'lint/empty-lines'],
  ['three blank lines in a text block', answer('|\n      a\n\n\n\n      b'), 'lint/empty-lines'],
  ['a comment at the start', `# comment\n${skill()}`],
  ['a comment without a space', `#comment\n${skill()}`],
  ['a comment at the end of a line', s3('someone', 'someone # who')],
  ['a comment one space from its line', s3('someone', 'someone #who')],
  ['a document start', `---\n${skill()}`],
  ['a document end', `${skill()}...\n`],
  ['a YAML directive', `%YAML 1.1\n---\n${skill()}`],
  ['a YAML directive of version 2', `%YAML 2.0\n---\n${skill()}`, 'yaml/syntax'],
  ['two documents', `${skill()}---\n${skill()}`, 'yaml/syntax'],
  ['an empty second document', `${skill()}---\n`, 'yaml/syntax'],
  ['a long line', answer('a '.repeat(200) + 'b')],
  ['truthy words as text', answer('"yes"')],
  ['levels of different widths', wide.replace('answer: Answer 1.', "answer:\n        'a'"), 'lint/indentation'],
  [
    'the last list item indented less',
    edit(skill(), '  - question: Question 5?\n    answer', ' - question: Question 5?\n   answer'),
    'yaml/syntax',
  ],
  ['a field indented more', s3('created_by', ' created_by'), 'yaml/syntax'],
  ['a field indented less', s3('    answer: Answer 3.', '   answer: Answer 3.'), 'yaml/syntax'],
  ['a tab for indentation', s3('    answer: Answer 3.', '\tanswer: Answer 3.'), 'yaml/syntax'],
  ['a tab after a colon', s3('created_by: ', 'created_by:\t'), 'yaml/syntax'],
  ['a tab in text', answer('a\tb'), 'yaml/syntax'],
  ['a tab in quotes', answer('"a\tb"')],
  ['a tab in a text block', answer('|\n      a\tb')],
  ['no space after a colon', s3('created_by: ', 'created_by:'), 'yaml/syntax'],
  ['no space after a hyphen', s3('- question: Question 1?', '-question: Question 1?'), 'yaml/syntax'],
  ['a colon in a question', s3('Question 1?', 'Question: 1?'), 'yaml/syntax'],
  ['a colon in a quoted question', s3('Question 1?', '"Question: 1?"')],
  ['a text block on the line of its mark', answer('| text'), 'yaml/syntax'],
  ['a text block that is not indented', s3('answer: Answer 5.', 'answer: |\ntext'), 'yaml/syntax'],
  ['quotes over lines that are not indented', answer('"a\nb"')],
  ['plain text over lines that are not indented enough', answer('a\n    b'), 'yaml/syntax'],
  ['an anchor and an alias', s3('Answer 2.', '&a Answer 2.').replace('Answer 3.', '*a')],
  ['an alias before its anchor', s3('Answer 2.', '*a').replace('Answer 3.', '&a Answer 3.'), 'yaml/syntax'],
  ['an anchor twice', s3('Answer 2.', '&a Answer 2.').replace('Answer 3.', '&a Answer 3.'), 'yaml/syntax'],
  ['an unused anchor', s3('Answer 2.', '&a Answer 2.')],
  ['merged fields', s3('  - question: Question 2?\n    answer: Answer 2.', '  - &m {question: q, answer: a}\n  - <<: *m\n    answer: b')],
  ['an explicit key', s3('created_by: someone', '? created_by\n: someone')],
  ['an explicit key with two spaces', s3('created_by: someone', '?  created_by\n: someone'), 'lint/colons'],
  ['quoted keys', s3('created_by', '"created_by"')],
  ['a key of 1,030 characters', s3('created_by', `${'k'.repeat(1030)}: a\ncreated_by`), 'yaml/syntax'],
  ['CRLF', skill().replaceAll('\n', '\r\n')],
  ['CR', skill().replaceAll('\n', '\r')],
  ['a byte order mark', `\ufeff${skill()}`],
  ['disable-line at the end of the line', s3('created_by: someone', 'created_by:  someone # yamllint disable-line')],
  ['disable-line of that rule', s3('created_by: someone', 'created_by:  someone # yamllint disable-line rule:colons')],
  ['disable-line of another rule', s3('created_by: someone', 'created_by:  someone # yamllint disable-line rule:commas'), 'lint/colons'],
  ['disable-line in the line above', s3('created_by: someone', '# yamllint disable-line rule:colons\ncreated_by:  someone')],
  [
    'disable-line two lines above',
    s3('version: 3\ncreated_by: ', '# yamllint disable-line rule:colons\nversion: 3\ncreated_by:  '),
    'lint/colons',
  ],
  ['disable above', s3('version: 3\ncreated_by: ', '# yamllint disable\nversion: 3\ncreated_by:  ')],
  ['disable of that rule above', s3('version: 3\ncreated_by: ', '# yamllint disable rule:colons\nversion: 3\ncreated_by:  ')],
  [
    'disable, then enable',
    s3('version: 3\ncreated_by: ', '# yamllint disable\nversion: 3\n# yamllint enable\ncreated_by:  '),
    'lint/colons',
  ],
  [
    'disable, then enable of another rule',
    s3('version: 3\ncreated_by: ', '# yamllint disable\nversion: 3\n# yamllint enable rule:commas\ncreated_by:  '),
  ],
  ['disable without a space', s3('version: 3\ncreated_by: ', '#yamllint disable\nversion: 3\ncreated_by:  '), 'lint/colons'],
  ['disable-file', `# yamllint disable-file\n${skill().trimEnd()}`],
  ['disable-file in the second line', `# comment\n# yamllint disable-file\n${skill().trimEnd()}`, 'lint/new-line-at-end-of-file'],
  ['disable does not help syntax', `# yamllint disable\n${answer('a: b')}`, 'yaml/syntax'],
];

const old: readonly Row[] = [
  ['version 1 is not linted: spaces', edit(skill(1), 'created_by: ', 'created_by:   ')],
  ['version 1 is not linted: a key twice', edit(skill(1), 'created_by: someone\n', 'created_by: someone\ncreated_by: another\n')],
  ['version 1 is not linted: the end of the file', skill(0).trimEnd()],
  ['version 2 is linted', skill(2).trimEnd(), 'lint/new-line-at-end-of-file'],
];

const inKnowledge: readonly Row[] = [
  ['knowledge', knowledge()],
  [
    'knowledge: list of pairs not indented',
    knowledge()
      .replaceAll(/^ {6}- /gm, '    - ')
      .replaceAll(/^ {8}answer/gm, '      answer'),
    'lint/indentation',
  ],
  [
    'knowledge: lists all not indented',
    knowledge()
      .replaceAll(/^ {6}- /gm, '  - ')
      .replaceAll(/^ {8}answer/gm, '    answer')
      .replaceAll(/^ {2}- context/gm, '- context')
      .replaceAll(/^ {4}questions/gm, '  questions')
      .replace("    - '*.md'", "  - '*.md'"),
  ],
  ['knowledge: patterns in brackets', edit(knowledge(), "\n    - '*.md'", " ['*.md']")],
  ['knowledge: a plain star', edit(knowledge(), "'*.md'", '*.md'), 'yaml/syntax'],
];

const toCase =
  (file: string) =>
  ([name, text, rule]: Row): CorpusCase => ({
    name,
    file,
    text,
    verdict: rule ? 'reject' : 'accept',
    ...(rule && { rule }),
  });

/** Layout: what YAML takes and what the rules of yamllint take. */
export const layout: readonly CorpusCase[] = [...[...rows, ...old].map(toCase(SKILL)), ...inKnowledge.map(toCase(KNOWLEDGE))];
