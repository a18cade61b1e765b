import { ASKING } from './column-names.js';
import { jq, path, shared } from './jq-program.js';
import { isObject, type Row } from './json-text.js';
import { textColumns } from './task-remedy.js';
import { isTurnList } from './turn.js';

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((item) => typeof item === 'number');

const PASSAGES = ['story', 'context', 'passage', 'document', 'text'] as const;

/** The first field of the objects in a column that has a list of texts in all rows: `answers.text`, as tables write lists of objects. */
function listWithin(rows: readonly Row[], column: string): string | undefined {
  const first = rows[0]![column];
  if (!isObject(first)) return undefined;
  return ['text', 'input_text', 'texts', 'answer', 'content'].find((name) =>
    rows.every((row) => isTexts((row[column] as Row | undefined)?.[name])),
  );
}

/** Rows of a list of questions and one of answers, over one text: CoQA. */
function questionsInTurn(rows: readonly Row[], file: string): string | undefined {
  if (!rows.every((row) => isTexts(row['questions']))) return undefined;
  const column = ['answers', 'orig_answers'].find(
    (name) => listWithin(rows, name) !== undefined || rows.every((row) => isTexts(row[name])),
  );
  if (column === undefined) return undefined;
  const within = listWithin(rows, column);
  const answers = within === undefined ? `.${column}` : `.${column}.${within}`;
  const passage = shared(rows, PASSAGES, 'string');
  const turns = `[.questions, ${answers}] | transpose`;
  const program =
    passage === undefined
      ? `{conversation: [${turns}[] | {input: .[0], output: .[1]}]}`
      : `${path(passage)} as $text | {conversation: [${turns} | to_entries[] | ` +
        `{input: (if .key == 0 then $text + "\\n\\n" else "" end + .value[0]), output: .value[1]}]}`;
  return jq('each row has its questions in one list and their answers in another; make them turns', program, file);
}

/** Rows whose answers are lists side by side in an object, with what they are worth: ELI5. */
function answersAsTable(rows: readonly Row[], file: string): string | undefined {
  const asking = shared(rows, [...ASKING, 'title'], 'string');
  const within = listWithin(rows, 'answers');
  if (asking === undefined || within === undefined) return undefined;
  const isScored = rows.every((row) => isNumbers((row['answers'] as Row)['score']));
  const chosen = isScored ? `[.answers.${within}, .answers.score] | transpose | max_by(.[1]) | .[0]` : `.answers.${within}[0]`;
  const which = isScored ? 'the best' : 'the first';
  return jq(
    `each row has several answers in "answers"; keep one a row, as here ${which}`,
    `{prompt: ${path(asking)}, completion: (${chosen})}`,
    file,
  );
}

/** Rows whose question and answers are objects with a text: NarrativeQA. */
function textsWithin(rows: readonly Row[], file: string): string | undefined {
  const hasText = (value: unknown): boolean => isObject(value) && typeof value['text'] === 'string';
  const isNested = rows.every(
    ({ question, answers }) => hasText(question) && Array.isArray(answers) && answers.length > 0 && answers.every(hasText),
  );
  if (!isNested) return undefined;
  const hasSummary = rows.every(({ document }) => isObject(document) && hasText(document['summary']));
  const prompt = hasSummary ? '(.document.summary.text + "\\n\\n" + .question.text)' : '.question.text';
  return jq('its questions and answers are objects; take their texts', `{prompt: ${prompt}, completion: .answers[0].text}`, file);
}

const TESTS = ['test', 'tests', 'test_patch'] as const;

/** Tasks with tests, by which programs are judged: HumanEval, SWE-bench. */
function tasksWithTests(rows: readonly Row[]): string | undefined {
  const asked = shared(rows, [...ASKING, 'problem_statement'], 'string');
  const solved = shared(rows, ['canonical_solution', 'reference_solution', 'patch'], 'string');
  if (asked === undefined || solved === undefined || !rows.every((row) => TESTS.some((name) => name in row))) return undefined;
  return (
    'these are tasks to be judged by: name the file with --decontaminate; to train on them all the same, describe them in a file for ' +
    `--formats, as formats: {mine: {instruction_key: ${asked}, output_key: ${solved}}}`
  );
}

const ANSWERS = /answer|response|output|completion|solution|target|chosen|label|reply|generat|text|summary/i;

/** Whether a value asks and does not answer: a text, turns of which the last is the user's, several conversations of such. */
function asks(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== '';
  if (isObject(value)) return typeof value['text'] === 'string';
  if (Array.isArray(value) && Array.isArray(value[0])) return value.every(asks);
  return isTurnList(value) && !value.some((turn) => turn['role'] === 'assistant' || turn['from'] === 'gpt');
}

/** Prompts without answers, for reinforcement or for judging: DAPO, BFCL, IFEval. A text of any other name may be the answer. */
function promptsAlone(rows: readonly Row[]): string | undefined {
  const names = ['prompt', 'question', 'instruction', 'query', 'problem', 'question_content'];
  const asking = names.find((name) => rows.every((row) => asks(row[name])));
  if (asking === undefined || rows.some((row) => Object.keys(row).some((name) => ANSWERS.test(name)))) return undefined;
  const other = textColumns(rows).find((name) => name !== asking && !/title/.test(name));
  if (other !== undefined) {
    return (
      `its rows ask in "${asking}"; if "${other}" answers, say so in a file for --formats, as ` +
      `formats: {mine: {instruction_key: ${asking}, output_key: ${other}}}`
    );
  }
  return `its rows ask in "${asking}" and no column answers: have a teacher answer them with sdg-run first, or leave the dataset out`;
}

/** What to do where questions and answers do not stand side by side as texts, or where there are no answers. */
export function answersApart(rows: readonly Row[], file: string): string | undefined {
  if (rows.length === 0) return undefined;
  return questionsInTurn(rows, file) ?? answersAsTable(rows, file) ?? textsWithin(rows, file) ?? tasksWithTests(rows) ?? promptsAlone(rows);
}
