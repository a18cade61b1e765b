import { chmod, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatFinding, type Finding } from '@sdg/values';
import { describe, expect, it } from 'vitest';
import { findQnaFiles } from './find-qna-files.js';
import { judgeTaxonomy } from './read-taxonomy.js';
import { readQnaFile } from './read-qna-file.js';
import { folderWith, skillYaml } from './test-support/taxonomy-folder.js';

const SKILL = 'compositional_skills/x/qna.yaml';

async function findingsOf(content: string | Uint8Array): Promise<string[]> {
  const folder = await folderWith({ [SKILL]: content });
  const { findings } = await readQnaFile({ file: join(folder, SKILL), root: folder });
  return findings.map((finding) => formatFinding(finding).slice(folder.length + SKILL.length + 2));
}

describe('readQnaFile', () => {
  it('accepts a byte order mark, CRLF and CR', async () => {
    for (const text of [`\ufeff${skillYaml()}`, skillYaml().replaceAll('\n', '\r\n'), skillYaml().replaceAll('\n', '\r')]) {
      expect(await findingsOf(text)).toEqual([]);
    }
  });

  it('says where a file is not UTF-8', async () => {
    expect(await findingsOf(Buffer.from(skillYaml(), 'utf16le'))).toEqual([
      '1:2: the character U+0000 is not allowed in YAML; save the file as UTF-8 text',
    ]);
    expect(await findingsOf(Buffer.concat([Buffer.from('a: b\nc: é'), Buffer.from([0xff]), Buffer.from('\n')]))).toEqual([
      '2:5: this is not UTF-8 text; save the file as UTF-8',
    ]);
    expect(await findingsOf(Buffer.from([0xfe, 0xff, 0, 97]))).toEqual(['1:1: this is not UTF-8 text; save the file as UTF-8']);
  });

  it('turns away what is too large, no file, or not there', async () => {
    const folder = await folderWith({ [SKILL]: '' });
    const file = join(folder, SKILL);
    await truncate(file, 1_000_000_000);
    expect((await readQnaFile({ file, root: folder })).findings).toMatchObject([
      { rule: 'file/size', message: 'the file has 1000 MB, more than 16' },
    ]);
    const pipe = join(folder, 'qna.yaml');
    await promisify(execFile)('mkfifo', [pipe]);
    expect((await readQnaFile({ file: pipe, root: folder })).findings).toMatchObject([{ rule: 'file/kind' }]);
    expect((await readQnaFile({ file: join(folder, 'gone/qna.yaml'), root: folder })).findings).toMatchObject([
      { rule: 'file/unreadable', line: 1 },
    ]);
  });

  it('names field, place and remedy of every fault at once, harmless to a terminal', async () => {
    const text = skillYaml()
      .replace('created_by', 'creatd_by')
      .replace('Answer 1.', 'Yes')
      .replace('Answer 3.', "''")
      .replace('Answer 4.', '4:30')
      .replace('Answer 5.', 'Answer 5.\n    "\\e[31m%": x');
    expect(await findingsOf(text)).toEqual([
      '1:1 [.] field "created_by" is missing; add it',
      '2:1 [.] field "creatd_by" is not known; did you mean "created_by"?',
      '6:13 [seed_examples[0].answer] expected string, found true, which YAML reads as yes or no; put it in quotes',
      '11:13 [seed_examples[2].answer] the text is empty; write one',
      '13:13 [seed_examples[3].answer] expected string, found 270, which YAML reads as a number; put it in quotes',
      '16:5 [seed_examples[4]] field "\\u001b[31m%" is not known; known are question, answer, context',
    ]);
  });
});

describe('findQnaFiles', () => {
  const find = async (paths: readonly string[], foundational = false): Promise<{ files: string[]; findings: Finding[] }> => {
    const findings: Finding[] = [];
    const files: string[] = [];
    for await (const { file } of findQnaFiles(paths, { foundational, onFinding: (finding) => findings.push(finding) })) files.push(file);
    return { files, findings };
  };

  it('walks in order of names, skips what is no leaf, and warns of names that are nearly right', async () => {
    const folder = await folderWith({
      'knowledge/b/qna.yaml': '',
      'knowledge/a/qna.yaml': '',
      'compositional_skills/z/qna.yaml': '',
      'foundational_skills/f/qna.yaml': '',
      'knowledge/c/qna.yml': '',
      'knowledge/d/QNA.yaml': '',
      'knowledge/e/other.yaml': '',
      '.git/qna.yaml': '',
      'README.md': '',
    });
    const { files, findings } = await find([folder]);
    expect(files.map((file) => file.slice(folder.length + 1))).toEqual([
      'compositional_skills/z/qna.yaml',
      'knowledge/a/qna.yaml',
      'knowledge/b/qna.yaml',
    ]);
    expect(findings.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
      'warning a leaf\'s file is named qna.yaml; "qna.yml" is skipped',
      'warning a leaf\'s file is named qna.yaml; "QNA.yaml" is skipped',
    ]);
    expect((await find([folder], true)).files).toHaveLength(4);
    expect((await find([join(folder, 'foundational_skills')])).files).toHaveLength(1);
  });

  it.each<[string, readonly string[], string | undefined]>([
    [
      'a renamed tree beside another',
      ['knowledge/k/qna.yaml', 'skills/s/qna.yaml', 'skills/t/qna.yaml'],
      'rename it to compositional_skills',
    ],
    [
      'a leaf beside the trees',
      ['knowledge/k/qna.yaml', 'stray/qna.yaml'],
      'rename it to compositional_skills or knowledge, or move the leaves there',
    ],
    ['no tree at all', ['Knowledge/a/b/qna.yaml'], 'rename it to knowledge'],
    ['leaves side by side, which is no taxonomy', ['a/qna.yaml', 'b/qna.yaml'], undefined],
    ['a leaf alone', ['qna.yaml'], undefined],
  ])('warns once of a top folder that is no tree: %s', async (_what, names, remedy) => {
    const { files, findings } = await find([await folderWith(Object.fromEntries(names.map((name) => [name, ''])))]);
    expect(files).toHaveLength(names.length);
    expect(findings.map((finding) => finding.remedy)).toEqual(remedy === undefined ? [] : [remedy]);
  });

  it('takes files, and refuses others', async () => {
    const folder = await folderWith({ 'a/qna.yaml': '', 'b/qna.yml': '', 'c/x.yaml': '' });
    expect((await find([`${folder}/a/qna.yaml`, `${folder}/b/qna.yml`])).findings).toHaveLength(1);
    await expect(find([`${folder}/c/x.yaml`])).rejects.toMatchObject({ code: 'usage' });
    await expect(find([`${folder}/a`, `${folder}/none`])).rejects.toThrow('there is no such file or folder');
  });

  it('reports a folder that it may not read, and goes on', async () => {
    const folder = await folderWith({ 'a/qna.yaml': '', 'locked/qna.yaml': '', 'z/qna.yaml': '' });
    await chmod(join(folder, 'locked'), 0o000);
    const { files, findings } = await find([folder]).finally(() => chmod(join(folder, 'locked'), 0o755));
    // Whoever may read everything (root) finds the third file instead.
    expect(files.length + findings.length).toBe(3);
  });
});

it('asks for an attribution.txt where it is told to', async () => {
  const folder = await folderWith({
    'a/qna.yaml': skillYaml('a'),
    'b/qna.yaml': skillYaml('b'),
    'b/attribution.txt': '',
    'c/qna.yaml': skillYaml('c'),
    'c/attribution.txt': 'Title: x\n',
  });
  const findings: Finding[] = [];
  for await (const _judged of judgeTaxonomy([folder], { attribution: true, onFinding: (finding) => findings.push(finding) }));
  expect(findings.map(({ file, message }) => `${file?.slice(folder.length + 1)} ${message}`)).toEqual([
    'a/qna.yaml there is no attribution.txt beside this file',
    'b/attribution.txt the file is empty',
  ]);
});
