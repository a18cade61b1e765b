import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatFinding, type Finding, type Sample } from '@sdg/values';
import { describe, expect, it } from 'vitest';
import { judgeTask, lintTask } from './judge-task.js';
import { readTasks } from './read-tasks.js';

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-tasks-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

async function read(paths: readonly string[], env: Record<string, string> = {}) {
  const findings: Finding[] = [];
  const samples: Sample[] = [];
  for await (const sample of readTasks(paths, { onFinding: (finding) => findings.push(finding), env })) samples.push(sample);
  return { samples, findings: findings.map(formatFinding), said: findings.map(({ message }) => message) };
}

const old = `created_by: me
task_description: Hold a debate.
data_builder: skills_sdg
seed_examples:
  - question: Q1
    answer: A1
`;
const today = `task_name: grammar
created_by: me
task_description: Mend it.
data_builder: instructlab/skills
num_icl_examples_per_prompt: 2
num_questions_to_generate_per_prompt: 4
runner_config:
  num_outputs_to_generate: 20
  seed_batch_size: 30
  machine_batch_size: 10
  max_stalled_attempts: 7
seed_examples:
  - instruction: I1
    response: R1
    context: C1
  - question: Q2
    answer: A2
    context: ""
`;

describe('readTasks', () => {
  it('reads the older form, with a single seed example, its name taken from the path', async () => {
    const folder = folderOf({ 'writing/freeform/debate/task.yaml': old });
    const { samples, findings } = await read([folder]);
    expect(findings).toEqual([]);
    expect(samples).toMatchObject([
      {
        task_name: 'writing/freeform/debate',
        task_description: 'Hold a debate.',
        seed_question: 'Q1',
        seed_response: 'A1',
        leaf_node_type: 'freeform_skill',
        leaf_node_path: 'writing_freeform_debate',
        _sdg: { path: [], origin: { leaf: 'writing/freeform/debate', line: 5, seed_example: 0 } },
      },
    ]);
    expect((await read([join(folder, 'writing/freeform/debate/task.yaml')])).samples[0]).toMatchObject({ task_name: 'debate' });
  });

  it('reads the form of today, each seed example by its own kind', async () => {
    const { samples, findings } = await read([folderOf({ 'my-task.yaml': today }) + '/my-task.yaml']);
    expect(findings).toEqual([]);
    expect(samples).toMatchObject([
      {
        task_name: 'grammar',
        seed_context: 'C1',
        seed_question: 'I1',
        seed_response: 'R1',
        leaf_node_type: 'grounded_skill',
        num_examples: 2,
        num_samples: 4,
        num_outputs: 20,
        machine_share: 0.25,
        max_stalled_attempts: 7,
      },
      { seed_question: 'Q2', seed_response: 'A2', leaf_node_type: 'freeform_skill' },
    ]);
    expect(samples[1]).not.toHaveProperty('seed_context');
  });

  it('reads several files and folders in order, and refuses a second task of one name', async () => {
    const folder = folderOf({ 'b/task.yaml': old, 'a/task.yaml': old, 'c/task.yaml': today, 'd/task.yaml': today });
    const { samples, findings } = await read([join(folder, 'b/task.yaml'), folder]);
    expect(samples.map(({ task_name: name }) => name)).toEqual(['b', 'a', 'grammar', 'grammar']);
    expect(findings).toHaveLength(2);
    expect(findings[1]).toContain('is a task of the same name, "grammar"; give one of them another task_name');
  });

  it('follows links to task files, and reports one that leads nowhere', async () => {
    const [folder, other] = [folderOf({ 'a/x': '', 'b/x': '' }), folderOf({ 'mine.yaml': old })];
    symlinkSync(join(other, 'mine.yaml'), join(folder, 'a/task.yaml'));
    symlinkSync(join(other, 'none.yaml'), join(folder, 'b/task.yaml'));
    const { samples, findings } = await read([folder]);
    expect(samples.map(({ task_name: name }) => name)).toEqual(['a']);
    expect(findings).toEqual([expect.stringContaining('the file cannot be read')]);
  });

  it('tells tasks apart as leaves are, in which a/b and a_b are the same', async () => {
    const folder = folderOf({ 'a/b/task.yaml': old, 'a_b/task.yaml': old });
    const { samples, said } = await read([folder]);
    expect(samples.map(({ task_name: name }) => name)).toEqual(['a/b']);
    expect(said).toEqual([expect.stringContaining('is a task of the same name, "a_b"')]);
  });

  it('takes the short endings for the formats that data_formats names, and no others', async () => {
    const row = '{"question":"Q","answer":"A"}\n';
    const folder = folderOf({
      'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore: {data_path: "data/*", data_formats: [jsonl, yaml]}\n`,
      'data/a.ndjson': row,
      'data/b.yml': 'seed_examples: [{question: Q2, answer: A2}]\n',
      'data/c.json': row,
      'data/d.txt': 'x',
    });
    const { samples, findings } = await read([folder]);
    expect([findings, samples.map(({ seed_question: question }) => question)]).toEqual([[], ['Q', 'Q2']]);
  });

  it('reads seed examples from jsonl, json, csv, parquet and yaml by glob, variables filled in', async () => {
    const folder = folderOf({
      'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore:\n  type: default\n  data_path: \${SEEDS}/**/*.*\n`,
      'data/1.jsonl': '{"question":"q1","answer":"a1"}\n{"instruction":"q2","response":"a2","context":"c2"}\n',
      'data/2.json': '[{"question":"q3","answer":"a3","context":null}]',
      'data/sub/3.csv': 'question,answer,context\n"q4","a\n4",\n',
      'data/sub/4.yaml': 'seed_examples:\n  - question: q5\n    answer: a5\n',
    });
    const { samples, findings } = await read([join(folder, 'task.yaml')], { SEEDS: 'data' });
    expect(findings).toEqual([]);
    expect(
      samples.map((sample) => [sample['seed_question'], sample['seed_response'], sample['seed_context'], sample._sdg?.origin?.line]),
    ).toEqual([
      ['q1', 'a1', undefined, 1],
      ['q2', 'a2', 'c2', 2],
      ['q3', 'a3', undefined, 1],
      ['q4', 'a\n4', undefined, 3],
      ['q5', 'a5', undefined, 2],
    ]);
  });

  it('reads CSV as Excel writes it, and refuses what is no UTF-8 rather than change it', async () => {
    const folder = folderOf({
      'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore: {data_path: "data/*"}\n`,
      'data/1.csv': '\ufeffquestion;answer\r\n"Größe; wie?";1,5 m\r\n',
    });
    const wide = Buffer.from('\ufeffquestion\tanswer\r\nGröße?\t2 m\r\n', 'utf16le');
    const narrow = Buffer.from('question;answer\r\na;b\r\nGröße?;3 m\r\n', 'latin1');
    writeFileSync(join(folder, 'data/2.csv'), wide);
    writeFileSync(join(folder, 'data/3.csv'), narrow);
    writeFileSync(join(folder, 'data/4.json'), Buffer.from('[{"question":"Größe?","answer":"4 m"}]', 'latin1'));
    const { samples, findings } = await read([folder]);
    expect(samples.map((sample) => [sample['seed_question'], sample['seed_response']])).toEqual([
      ['Größe; wie?', '1,5 m'],
      ['Größe?', '2 m'],
    ]);
    expect(findings.map((finding) => finding.slice(folder.length + 6, folder.length + 41))).toEqual([
      '3.csv:3:1: the line is not valid UT',
      '4.json:1:1: the line is not valid U',
    ]);
  });

  it('says what is wrong with seed data, file and line, and reads the rest', async () => {
    const folder = folderOf({
      'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore: {data_path: "data/*"}\n`,
      'data/1.jsonl': '{"question":"q1","answer":"a1"}\n\nnot json\n{"question":"q2"}\n{"question":"q3","answer":"a3"}\n',
      'data/2.json': '[{"question":',
      'data/3.txt': 'x',
      'data/4.csv': 'question,answer\n"q4\n',
      'data/5.parquet': 'PAR0',
    });
    const { samples, findings } = await read([folder]);
    expect(samples.map(({ seed_question: question }) => question)).toEqual(['q1', 'q3']);
    expect(findings[1]).toContain('1.jsonl:4:1: the row has no answer or response');
    expect(samples[1]?._sdg?.origin?.line).toBe(5);
    expect(findings.map((finding) => finding.slice(folder.length + 6, folder.length + 14))).toEqual([
      '1.jsonl:',
      '1.jsonl:',
      '2.json:1',
      '3.txt:1:',
      '4.csv:1:',
      '5.parque',
    ]);
    expect(
      (
        await read([
          folderOf({ 'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore: {data_path: "\${NONE}/*"}\n` }),
        ])
      ).findings[0],
    ).toContain('task.yaml:3:1 [seed_datastore.data_path] the environment has no variable NONE');
    expect(
      (await read([folderOf({ 'task.yaml': `task_description: D\ndata_builder: skills_sdg\nseed_datastore: {data_path: "none/*"}\n` })]))
        .findings[0],
    ).toContain('no files match none/*');
  });

  it('fails for a path that is not there', async () => {
    await expect(read(['/nowhere/task.yaml'])).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('there is no such file') as string,
    });
  });
});

describe('lintTask', () => {
  it.each([
    ['42', '42'],
    ['1.0', '1.0'],
    ['3.5', '3.5'],
    ['yes', 'True'],
    ['No', 'False'],
    ['2024-01-02', '2024-01-02'],
    ['1_000', '1000'],
    ['017', '15'],
    ['"42"', '42'],
  ])('takes %s for the text that DGT takes it for', (written, text) => {
    expect(judgeTask(old.replace('A1', written), 'task.yaml').task!.seeds[0]!.answer).toBe(text);
  });

  it('takes the fields of simple tasks', () => {
    const simple =
      'task_description: D\ndata_builder: instructlab/simple\nseed_examples:\n  - instruction: I\n    input: C\n    output: O\n';
    expect(judgeTask(simple, 'task.yaml').task!.seeds).toMatchObject([{ question: 'I', answer: 'O', context: 'C' }]);
  });

  it('fault: unknown top-level fields are silently ignored; here they are an error with a did-you-mean', () => {
    const text = old.replace('created_by', 'task_descripton: x\ncreated_by');
    expect(lintTask(text, 'task.yaml').map(formatFinding)).toEqual([
      'task.yaml:1:1: field "task_descripton" is not known; did you mean "task_description"?',
    ]);
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing wrong', old, []],
    ['nothing wrong today', today, []],
    ['what is no YAML', old.replace('Q1', '[Q1'), ['task.yaml:6:11: ']],
    ['an empty file', '', ['task.yaml:1:1: the file is empty; begin with task_description, data_builder and seed_examples']],
    ['a list', '- a\n', ['task.yaml:1:1: the top level is not a mapping of fields to values']],
    [
      'a misspelt builder',
      old.replace('skills_sdg', 'skils_sdg'),
      [
        'task.yaml:3:15 [data_builder] expected one of "skills_sdg", "instructlab/skills", "simple", "instructlab/simple", ' +
          '"geography_qa", "examples/geography_qa", "test/geography_qa", found "skils_sdg"; did you mean "skills_sdg"?',
      ],
    ],
    ['no seeds', old.slice(0, old.indexOf('seed_examples')), ['task.yaml:1:1 [seed_examples] the task has no seed examples']],
    [
      'empty seeds',
      `${old.slice(0, old.indexOf('seed_examples'))}seed_examples: []\n`,
      ['task.yaml:4:1 [seed_examples] the task has no seed examples'],
    ],
    [
      'no answer',
      old.replace('    answer: A1\n', ''),
      ['task.yaml:5:5 [seed_examples[0]] the seed example has no "answer"; add answer or response'],
    ],
    [
      'both names',
      old.replace('    answer', '    response: R\n    answer'),
      ['task.yaml:6:5 [seed_examples[0]] "answer" and "response" mean the same; keep one of them'],
    ],
    [
      'a number',
      old.replace('A1', '42'),
      ['task.yaml:6:13 [seed_examples[0].answer] warning: taken as the text "42"; put it in quotes if that is not what you mean'],
    ],
    [
      'a task of simple',
      old.replace('skills_sdg', 'public/instructlab/simple'),
      [
        'task.yaml:3:15 [data_builder] warning: "public/instructlab/simple" is done by the skills builder here; run it with ' +
          'sdg-run skills_sdg',
      ],
    ],
    [
      'a task of geography_qa',
      old.replace('skills_sdg', 'public/examples/geography_qa'),
      ['task.yaml:3:15 [data_builder] warning: "public/examples/geography_qa" is done by the skills builder here'],
    ],
    [
      'a task of the rater',
      'task_name: r\ndata_builder: public/examples/qa_ratings\ndata: []\n',
      [
        'task.yaml:2:15 [data_builder] the builder "public/examples/qa_ratings" rates rows that are there, and makes none; pass ' +
          'the rows as NDJSON to sdg-run',
      ],
    ],
    [
      'a task of knowledge',
      'task_name: k\ndata_builder: instructlab/knowledge\nknowledge: {}\n',
      [
        'task.yaml:2:15 [data_builder] the builder "instructlab/knowledge" asks about documents; write its documents and seed ' +
          'examples as a qna.yaml',
      ],
    ],
    [
      'a task of something else',
      'task_name: k\ndata_builder: public/tool_calling\n',
      [
        'task.yaml:2:15 [data_builder] the builder "public/tool_calling" is no builder of skills; the skills builder takes ' +
          'skills_sdg or instructlab/skills',
      ],
    ],
    [
      'an empty text',
      old.replace('Q1', '" "'),
      ['task.yaml:5:15 [seed_examples[0].question] the text is empty; write it, or remove the field'],
    ],
    [
      'an unknown seed key',
      old.replace('answer', 'anwser'),
      [
        'task.yaml:5:5 [seed_examples[0]] the seed example has no "answer"',
        'task.yaml:6:5 [seed_examples[0]] field "anwser" is not known; did you mean "answer"?',
      ],
    ],
    [
      'the same twice',
      `${old}  - question: Q1\n    answer: A1\n`,
      ['task.yaml:7:5 [seed_examples[1]] warning: the same as seed_examples[0]; remove one of them'],
    ],
    ['a key twice', `${old}created_by: you\n`, ['task.yaml:7:1: "created_by" is given twice; keep one of them']],
    [
      'a misspelt setting',
      today.replace('num_outputs_to', 'num_output_to'),
      ['task.yaml:8:3 [runner_config] field "num_output_to_generate" is not known; did you mean "num_outputs_to_generate"?'],
    ],
    ['no number', today.replace('20', 'many'), ['task.yaml:8:28 [runner_config.num_outputs_to_generate] expected integer, found "many"']],
    ['zero', today.replace('20', '0'), ['task.yaml:8:28 [runner_config.num_outputs_to_generate] must be >= 1, found 0']],
    [
      'two names of a setting',
      `${today}request_batch_size: 3\n`,
      [
        'task.yaml:19:1 [request_batch_size] "request_batch_size" is the older name of "num_questions_to_generate_per_prompt"; ' +
          'keep one of them',
      ],
    ],
    [
      'no effect',
      `${old}teacher_config: ./mine\n`,
      [
        'task.yaml:7:1 [teacher_config] warning: "teacher_config" has no effect here; name it as teacher_config in a file for ' +
          'sdg-run --config',
      ],
    ],
  ])('finds %s', (_name, text, expected) => {
    const found = lintTask(text, 'task.yaml').map(formatFinding);
    expect(found).toHaveLength(expected.length);
    for (const [i, start] of expected.entries()) expect(found[i]!.slice(0, start.length)).toBe(start);
  });
});
