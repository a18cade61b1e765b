import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Command, Flag, Invocation } from '../command.js';
import diff from '../commands/diff.js';
import readCommand from '../commands/read.js';
import { parseFlags } from '../frame/parse-flags.js';

const skill = (examples = 5): string =>
  `version: 3\ncreated_by: someone\ntask_description: ` +
  `Write.\nseed_examples:\n` +
  `${Array.from({ length: examples }, (_, i) => `  - question: Question ${i}?\n    answer: Answer ${i}.\n`).join('')}`;

const knowledge =
  `version: 3\ncreated_by: someone\ndomain: rivers\ndocument_outline: Rivers.\ndocument:\n  repo: ./docs\n  commit: main\n  ` +
  `patterns:\n    - '*.md'\nseed_examples:\n` +
  [1, 2, 3, 4, 5]
    .map(
      (n) =>
        `  - context: Context ${n}.\n    ` +
        `questions_and_answers:\n` +
        `${[1, 2, 3].map((m) => `      - question: Question ${n}.${m}?\n        answer: Answer ${n}.${m}.\n`).join('')}`,
    )
    .join('');

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sdg-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

interface Ran {
  readonly code: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** Runs a command as the frame does, with its streams caught. */
async function run<Flags extends readonly Flag[]>(
  command: Command<Flags>,
  argv: readonly string[],
  { env = {}, input = '' } = {},
): Promise<Ran> {
  const { flags, fromEnv, positionals, problems } = parseFlags(command, argv, env);
  expect(problems).toEqual([]);
  const caught = { out: '', err: '' };
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.on('data', (chunk) => (caught.out += String(chunk)));
  stderr.on('data', (chunk) => (caught.err += String(chunk)));
  const complain = (text: string): void => void stderr.write(`${command.name}: ${text}\n`);
  const invocation = {
    name: command.name,
    flags,
    fromEnv,
    positionals,
    env,
    stdin: Readable.from([Buffer.from(input)]),
    stdout,
    stderr,
    interrupted: new AbortController().signal,
    complain,
    say: flags['quiet'] ? () => undefined : complain,
  };
  const code = await command.run(invocation as unknown as Invocation<Flags>);
  return { code, ...caught };
}

const rows = (out: string): Record<string, unknown>[] =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('sdg-read', () => {
  it('writes seed samples of taxonomies and of NDJSON, in the order named', async () => {
    const folder = await folderWith({ 'compositional_skills/a/qna.yaml': skill(), 'more.jsonl': '{"a":1}\n' });
    const { code, out } = await run(readCommand, [join(folder, 'more.jsonl'), folder, '-'], { input: '{"b":2}\n' });
    expect(code).toBe(0);
    expect(rows(out).map((row) => row['a'] ?? row['b'] ?? row['seed_question'])).toEqual([
      1,
      'Question 0?',
      'Question 1?',
      'Question 2?',
      'Question 3?',
      'Question 4?',
      2,
    ]);
    expect(rows(out)[0]).toMatchObject({ _sdg: { origin: { file: join(folder, 'more.jsonl'), seed_example: 0 } } });
  });

  it('reads what is named twice once', async () => {
    const folder = await folderWith({ 'compositional_skills/a/qna.yaml': skill(), 'more.jsonl': '{"a":1}\n' });
    const seeds = join(folder, 'more.jsonl');
    const { out } = await run(readCommand, [folder, seeds, `${folder}/`, seeds]);
    expect(rows(out)).toHaveLength(6);
  });

  it('reports what is wrong, reads the rest and gives 1', async () => {
    const folder = await folderWith({ 'compositional_skills/a/qna.yaml': skill(4), 'compositional_skills/b/qna.yaml': skill() });
    const { code, out, err } = await run(readCommand, [folder, '-'], { input: '{no json\n' });
    expect(code).toBe(1);
    expect(rows(out)).toHaveLength(5);
    expect(err.split('\n')).toEqual([
      `${folder}/compositional_skills/a/qna.yaml:5:3 [seed_examples] Value must have at least 5 items; add 1 more seed example`,
      expect.stringMatching(/^stdin:1:2: /) as string,
      'sdg-read: 2 errors in 2 of 3 files; what is wrong was left out',
      '',
    ]);
  });

  it('only judges with --check, and fetches nothing', async () => {
    const folder = await folderWith({ 'knowledge/r/qna.yaml': knowledge.replace('./docs', 'https://127.0.0.1:9/x.git') });
    expect(await run(readCommand, [folder, '--check'])).toEqual({ code: 0, out: '', err: 'sdg-read: no errors in 1 file\n' });
  });

  it('writes findings for machines', async () => {
    const folder = await folderWith({ 'compositional_skills/100%, a/qna.yaml': skill(4) });
    const file = `${folder}/compositional_skills/100%, a/qna.yaml`;
    const json = await run(readCommand, [folder, '--check', '--format', 'json']);
    expect(rows(json.out)).toMatchObject([{ severity: 'error', file, line: 5, column: 3, path: 'seed_examples', rule: 'schema/minItems' }]);
    const github = await run(readCommand, [folder, '--check'], { env: { GITHUB_ACTIONS: 'true' } });
    expect(github.err).toContain(
      `::error file=${folder}/compositional_skills/100%25%2C a/qna.yaml,line=5,col=3::[seed_examples] Value must`,
    );
  });

  it('cuts documents by words, by tokens and by a tokenizer, and not by two of them', async () => {
    const folder = await folderWith({ 'knowledge/r/qna.yaml': knowledge, 'knowledge/r/docs/a.md': 'word '.repeat(100) });
    const lengths = async (...flags: string[]): Promise<number[]> =>
      rows((await run(readCommand, [folder, ...flags])).out)
        .filter((_, i) => i % 5 === 0)
        .map((row) => String(row['document']).trim().split(' ').length);
    expect(await lengths('--chunk-word-count', '40')).toEqual([40, 40, 20]);
    expect(await lengths('--chunk-tokens', '65')).toEqual([50, 50]);
    expect(await lengths()).toEqual([100]);
    await expect(run(readCommand, [folder, '--chunk-word-count', '5', '--chunk-tokens', '5'])).rejects.toMatchObject({ code: 'usage' });
    await expect(run(readCommand, [folder, '--tokenizer', 'nowhere.json'])).rejects.toMatchObject({ code: 'usage' });
  });

  it('goes by the rules that it is given', async () => {
    const folder = await folderWith({
      'a/qna.yaml': skill().replace('created_by: ', 'created_by:   '),
      'rules.yaml': 'extends: relaxed\nrules: {colons: disable, line-length: disable}\n',
      'bad.yaml': 'rules: {colons: 1}\n',
    });
    expect((await run(readCommand, [`${folder}/a`, '--check'])).code).toBe(1);
    expect((await run(readCommand, [`${folder}/a`, '--check', '--yaml-rules', `${folder}/rules.yaml`])).code).toBe(0);
    expect((await run(readCommand, [`${folder}/a`, '--check', '--yaml-rules', `${folder}/none.yaml`])).err).toContain(
      'there is no such rules file',
    );
    await expect(run(readCommand, [`${folder}/a`, '--yaml-rules', `${folder}/bad.yaml`])).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('sdg-read on documents', () => {
  const long = (word: string): string => Array.from({ length: 120 }, (_, i) => `${word}${i}`).join(' ');

  it('makes samples of a folder, with lineage and what stands beside each chunk', async () => {
    const folder = await folderWith({
      'docs/a.md': `# A\n\n## One\n\n${long('x')}\n\n## Two\n\n${long('y')}`,
      'docs/b.txt': 'Only this.',
      'docs/data.json': '{}',
    });
    const { code, out, err } = await run(readCommand, [join(folder, 'docs'), '--chunk-word-count', '130']);
    expect(code, err).toBe(0);
    const [one, two, three] = rows(out);
    expect(one).toMatchObject({
      domain: 'A',
      document_outline: 'A: One; Two',
      leaf_node_type: 'knowledge',
      leaf_node_path: 'documents_docs',
      _sdg: {
        origin: { leaf: 'documents/docs', file: `${folder}/docs/a.md`, document: 'a.md', chunk: 0, headings: ['A', 'One'], line: 5 },
      },
    });
    expect([one!['related_document'], two!['related_document']]).toEqual([two!['document'], one!['document']]);
    expect([three!['document'], 'related_document' in three!]).toEqual(['Only this.', false]);
    expect(err).toContain('2 files, 3 chunks');
    expect(err).toContain('passed over: 1 .json');
  });

  it('takes paths from stdin, and tells them from seeds', async () => {
    const folder = await folderWith({ 'a.md': 'A.', 'b.md': 'B.' });
    expect(rows((await run(readCommand, ['-'], { input: `${folder}/a.md\n${folder}/b.md\n` })).out).map((row) => row['document'])).toEqual([
      'A.',
      'B.',
    ]);
    expect(rows((await run(readCommand, ['-'], { input: `${folder}/a.md\0${folder}/b.md\0` })).out)).toHaveLength(2);
    expect(rows((await run(readCommand, ['-'], { input: '{"a":1}\n' })).out)).toHaveLength(1);
  });

  it('takes lines that are no JSON for paths, and reads nothing where a path is not there', async () => {
    const folder = await folderWith({ 'docs/a.md': 'A.' });
    const listed = await run(readCommand, ['-'], { input: 'nowhere.md\nnope.md\n' });
    expect(listed.err).toContain('nowhere.md: there is no such file or folder; check its name\nnope.md: there is no such');
    const docs = join(folder, 'docs');
    await expect(run(readCommand, [docs, join(folder, 'x'), `${folder}/y`, `${folder}/*.z`])).rejects.toThrow(
      `cannot read ${folder}/x, ${folder}/y: there is no such file or folder`,
    );
  });

  it('reads what it may of a folder with others', async () => {
    const folder = await folderWith({ 'docs/a.md': 'A.', 'docs/locked/b.md': 'B.' });
    const locked = join(folder, 'docs/locked');
    await chmod(locked, 0);
    onTestFinished(() => chmod(locked, 0o755));
    const { code, out, err } = await run(readCommand, [join(folder, 'docs')]);
    // The administrator may read everything.
    if (process.getuid?.() === 0) return expect([code, rows(out).length]).toEqual([0, 2]);
    expect([code, rows(out).length]).toEqual([1, 1]);
    expect(err).toContain(`${locked}: it cannot be read (EACCES); check your access to it, or leave it out`);
  });

  it('says what is wrong with examples, all of it', async () => {
    const folder = await folderWith({
      'a.md': 'A.',
      'bad.csv': 'question,answer\nOne?,1.\n,none\n',
      'qna.yaml':
        'seed_examples:\n  - context: C\n    questions_and_answers:\n      - question: q\n      - question: Q?\n        answer: A.\n' +
        '  - questions_and_answers: []\n  - context: D\n',
    });
    const read = (examples: string): Promise<Ran> => run(readCommand, [join(folder, 'a.md'), '--examples', join(folder, examples)]);
    expect((await read('bad.csv')).err).toContain('bad.csv:3:1: the row has no question or instruction');
    const { err, out, code } = await read('qna.yaml');
    expect([code, rows(out).length]).toEqual([1, 1]);
    expect(err.split('\n').filter((line) => line.includes('qna.yaml'))).toEqual(
      ['4:9: the pair has no answer', '7:5: the example has no context', '8:5: the example has no questions_and_answers'].map(
        (finding) => `${join(folder, 'qna.yaml')}:${finding}; mend it, or leave it out`,
      ),
    );
    await expect(read('none.csv')).rejects.toThrow('none.csv: there is no such file or folder');
  });

  it('shows every chunk with the examples that one has', async () => {
    const folder = await folderWith({
      'docs/a.md': 'A.',
      'e.csv': 'question,answer\nQ1?,A1.\nQ2?,A2.\n',
      'qna.yaml': knowledge,
      'none.csv': 'x\n1\n',
    });
    const [row, ...others] = rows(
      (await run(readCommand, [`${folder}/docs`, '--examples', `${folder}/e.csv`, '--domain', 'D', '--outline', 'O'])).out,
    );
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      document: 'A.',
      domain: 'D',
      document_outline: 'O',
      icl_document: '',
      icl_query_1: 'Q1?',
      icl_response_2: 'A2.',
      icl_query_3: 'Q1?',
    });
    expect(rows((await run(readCommand, [`${folder}/docs`, '--examples', `${folder}/qna.yaml`])).out)).toHaveLength(5);
    await expect(run(readCommand, [`${folder}/docs`, '--examples', `${folder}/none.csv`])).rejects.toMatchObject({ code: 'usage' });
  });

  it('lists what it leaves out, says what is wrong with a file, and reads the others', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
    const folder = await folderWith({
      'docs/a.md': '<!-- not this -->\nThis.',
      'docs/lfs.pdf': pointer,
      'docs/empty.md': '',
      'docs/old.doc': 'x',
    });
    const { code, out, err } = await run(readCommand, [`${folder}/docs`, '--dropped', `${folder}/dropped.jsonl`]);
    expect(code).toBe(1);
    expect(rows(out).map((row) => row['document'])).toEqual(['This.']);
    expect(err).toContain('docs/lfs.pdf: gives nothing: it is a pointer of Git LFS, not the document; run git lfs pull');
    expect(err).toContain('docs/empty.md: warning: gives nothing: it is empty');
    expect(err).toContain('docs/old.doc: warning: it is passed over: .doc files are not read; save it as .docx');
    expect(rows(await readFile(`${folder}/dropped.jsonl`, 'utf8'))).toEqual([
      { file: `${folder}/docs/a.md`, reason: 'comment', line: 1, text: '<!-- not this -->' },
    ]);
  });

  it('gives 1 and says what it wants where nothing is to be made of what is there', async () => {
    const folder = await folderWith({ 'docs/pic.png': 'x' });
    const { code, out, err } = await run(readCommand, [`${folder}/docs`]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('nothing to make samples of; name a taxonomy, a task.yaml, seeds as NDJSON, or documents');
  });
});

describe('sdg diff', () => {
  it('prints changed paths, sorted, then the verdict', async () => {
    const folder = await folderWith({
      'compositional_skills/b/qna.yaml': skill(),
      'compositional_skills/a-b/qna.yaml': skill(),
      'knowledge/r/qna.yaml': knowledge,
    });
    const ran = await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty']);
    expect(ran).toEqual({
      code: 0,
      out: `compositional_skills/a-b/qna.yaml\ncompositional_skills/b/qna.yaml\nknowledge/r/qna.yaml\nTaxonomy in ${folder} is valid :)\n`,
      err: '',
    });
  });

  it('keeps every path on one line', async () => {
    const folder = await folderWith({ 'compositional_skills/a\n::error::no/qna.yaml': skill() });
    const { out } = await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty']);
    expect(out.split('\n')[0]).toBe('compositional_skills/a\\n::error::no/qna.yaml');
    const json = await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty', '--format', 'json']);
    expect(rows(json.out)).toMatchObject([{ changed: ['compositional_skills/a\n::error::no/qna.yaml'] }]);
  });

  it('counts task files, and tells tasks of the same name apart wherever they are named', async () => {
    const task =
      'task_name: greet\ntask_description: Greet.\ndata_builder: skills_sdg\nseed_examples:\n  - question: Hi?\n    answer: Hello.\n';
    const folder = await folderWith({ 'tasks/a/task.yaml': task, 'other/task.yaml': task });
    for (const flags of [[], ['--check']]) {
      const { code, err } = await run(readCommand, [join(folder, 'tasks'), join(folder, 'other/task.yaml'), ...flags]);
      expect(code).toBe(1);
      expect(err).toContain('is a task of the same name, "greet"');
      expect(err).toContain('1 error in 1 of 2 files');
    }
  });

  it('tells files and findings apart, and is silent with --quiet', async () => {
    const folder = await folderWith({
      'compositional_skills/a/qna.yaml': skill(4).replace('created_by', 'by'),
      'compositional_skills/b/qna.yaml': skill(),
    });
    const ran = await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty']);
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('is not valid: 3 errors in 1 of 2 files');
    expect(ran.err.trim().split('\n')).toHaveLength(3);
    expect(await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty', '--quiet'])).toEqual({ code: 1, out: '', err: '' });
    const json = rows((await run(diff, ['--taxonomy-path', folder, '--taxonomy-base', 'empty', '--format', 'json'])).out);
    expect(json).toMatchObject([
      {
        valid: false,
        files: 2,
        files_with_errors: 1,
        errors: 3,
        changed: ['compositional_skills/a/qna.yaml', 'compositional_skills/b/qna.yaml'],
      },
    ]);
  });

  it('fails for a folder that does not exist, and outside git', async () => {
    await expect(run(diff, ['--taxonomy-path', '/nowhere'])).rejects.toMatchObject({ code: 'usage' });
    await expect(run(diff, ['--taxonomy-path', await folderWith({ 'knowledge/x/qna.yaml': knowledge })])).rejects.toThrow(
      'not in a git repository',
    );
  });
});
