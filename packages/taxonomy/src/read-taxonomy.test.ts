import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding, Sample } from '@sdg/values';
import { describe, expect, it } from 'vitest';
import { readTaxonomy, type ReadTaxonomyOptions } from './read-taxonomy.js';
import { folderWith, knowledgeYaml, skillYaml } from './test-support/taxonomy-folder.js';

async function read(paths: readonly string[], options: ReadTaxonomyOptions = {}): Promise<{ samples: Sample[]; findings: Finding[] }> {
  const findings: Finding[] = [];
  const samples: Sample[] = [];
  for await (const sample of readTaxonomy(paths, { ...options, onFinding: (finding) => findings.push(finding) })) samples.push(sample);
  return { samples, findings };
}

describe('readTaxonomy', () => {
  it('refuses a misspelt option', async () => {
    await expect(read(['.'], { atribution: true } as ReadTaxonomyOptions)).rejects.toThrow('did you mean "attribution"?');
  });

  it('yields one sample a seed example of a skill, each by its own type', async () => {
    const folder = await folderWith({ 'compositional_skills/writing/haiku/qna.yaml': skillYaml() });
    const { samples, findings } = await read([folder]);
    expect(findings).toEqual([]);
    expect(samples.map((sample) => sample['leaf_node_type'])).toEqual([
      'freeform_skill',
      'grounded_skill',
      'freeform_skill',
      'freeform_skill',
      'freeform_skill',
    ]);
    const { _sdg, ...columns } = samples[1]!;
    expect(columns).toEqual({
      task_description: 'write a haiku',
      seed_context: 'A context.',
      seed_question: 'Question 2 about haiku?',
      seed_response: 'Answer 2.',
      leaf_node_type: 'grounded_skill',
      leaf_node_path: 'compositional_skills_writing_haiku',
    });
    expect(_sdg?.origin).toEqual({
      leaf: 'compositional_skills/writing/haiku',
      file: `${folder}/compositional_skills/writing/haiku/qna.yaml`,
      line: 7,
      seed_example: 1,
    });
  });

  it('reads the documents of a plain folder beside the taxonomy, chunk by chunk', async () => {
    const folder = await folderWith({
      'knowledge/rivers/qna.yaml': knowledgeYaml('./docs', ['*.md']),
      'knowledge/rivers/docs/rhine.md': '# Rhine\n\nIt is long.\n\n# Danube\n\nIt is longer.\n',
    });
    // So short a limit that neither section is tiny.
    const { samples, findings } = await read([folder], { documents: { chunks: { limit: 5, words: true } } });
    expect(findings).toEqual([]);
    expect(samples).toHaveLength(10);
    expect(samples.map((sample) => sample['document']).filter((_, i) => i % 5 === 0)).toEqual([
      'Rhine\nIt is long.',
      'Danube\nIt is longer.',
    ]);
    expect(samples[6]).toMatchObject({
      icl_document: 'Context 2.',
      icl_query_3: 'Question 2.3?',
      icl_response_3: 'Answer 2.3.',
      domain: 'rivers',
      document_outline: 'About rivers.',
      leaf_node_type: 'knowledge',
      leaf_node_path: 'knowledge_rivers',
      _sdg: { origin: { leaf: 'knowledge/rivers', seed_example: 1, document: 'rhine.md', chunk: 1, headings: ['Danube'] } },
    });
  });

  it('keeps leaves apart whose names collide, and takes several paths', async () => {
    const folder = await folderWith({
      'compositional_skills/a_b/c/qna.yaml': skillYaml('same'),
      'compositional_skills/a/b_c/qna.yaml': skillYaml('same'),
    });
    const { samples } = await read([`${folder}/compositional_skills/a_b`, `${folder}/compositional_skills/a/b_c/qna.yaml`]);
    expect(new Set(samples.map((sample) => sample['leaf_node_path']))).toEqual(new Set(['compositional_skills_a_b_c']));
    expect(new Set(samples.map((sample) => sample._sdg?.origin?.leaf))).toEqual(
      new Set(['compositional_skills/a_b/c', 'compositional_skills/a/b_c']),
    );
  });

  it('reads a leaf once, however many paths lead to it', async () => {
    const folder = await folderWith({ 'compositional_skills/a/qna.yaml': skillYaml(), 'compositional_skills/b/qna.yaml': skillYaml() });
    const { samples } = await read([
      folder,
      `${folder}/compositional_skills/../`,
      `${folder}/compositional_skills/a`,
      `${folder}/compositional_skills/b/qna.yaml`,
    ]);
    expect(samples.map((sample) => sample._sdg?.origin?.leaf?.at(-1)).join('')).toBe('aaaaabbbbb');
  });

  it('follows links to folders elsewhere, once, and not in circles', async () => {
    const elsewhere = await folderWith({ 'skills/a/qna.yaml': skillYaml() });
    const folder = await folderWith({ 'compositional_skills/b/qna.yaml': skillYaml(), 'c/qna.yaml': skillYaml() });
    await symlink(`${elsewhere}/skills`, join(folder, 'compositional_skills/linked'));
    await symlink(elsewhere, join(folder, 'compositional_skills/more'));
    await symlink(elsewhere, join(elsewhere, 'skills/circle'));
    await symlink(folder, join(elsewhere, 'skills/back'));
    await symlink(join(folder, 'c'), join(folder, 'd'));
    await symlink('/nowhere', join(folder, 'broken'));
    const { samples, findings } = await read([folder]);
    expect(samples.filter((_, i) => i % 5 === 0).map((sample) => sample._sdg?.origin?.leaf)).toEqual([
      'c',
      'compositional_skills/b',
      'compositional_skills/linked/a',
    ]);
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toEqual([`file/tree ${folder}/c`]);
  });

  it('reads the other leaves when one is rejected', async () => {
    const folder = await folderWith({
      'compositional_skills/a/qna.yaml': 'version: 3\n',
      'compositional_skills/b/qna.yaml': skillYaml(),
    });
    const { samples, findings } = await read([folder]);
    expect(samples).toHaveLength(5);
    expect(findings.map(({ message }) => message)).toContain('field "created_by" is missing');
  });

  it('fails for a path that does not exist', async () => {
    await expect(read(['/nowhere/at/all'])).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('readTaxonomy on documents', () => {
  it('mixes types in one leaf, in order of their names, and skips what it does not know with a warning', async () => {
    const folder = await folderWith({
      'knowledge/rivers/qna.yaml': knowledgeYaml('.', ['**/*']),
      'knowledge/rivers/docs/b.html': '<h1>B</h1><p>Text.</p>',
      'knowledge/rivers/docs/a.txt': 'A.',
      'knowledge/rivers/docs/c.exe': 'x',
    });
    const { samples, findings } = await read([folder]);
    expect(samples.filter((_, i) => i % 5 === 0).map((sample) => sample['document'])).toEqual(['A.', 'B\nText.']);
    expect(findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
      'warning: "docs/c.exe" is skipped: its type is not known',
      'warning: "qna.yaml" is skipped: its type is not known',
    ]);
  });

  it('reports what cannot be read where the file says so, and reads the rest', async () => {
    const folder = await folderWith({
      'knowledge/a/qna.yaml': knowledgeYaml('./nowhere'),
      'knowledge/b/qna.yaml': knowledgeYaml('..', ['../*.md']),
      'knowledge/c/qna.yaml': knowledgeYaml('./docs', ['*.md']),
      'knowledge/c/docs/empty.md': '\n',
      'knowledge/c/docs/good.md': 'Good.',
      'knowledge/d/qna.yaml': knowledgeYaml('./docs', ['*.pdf']),
      'knowledge/d/docs/x.md': 'x',
    });
    const { samples, findings } = await read([folder]);
    expect(samples.map((sample) => sample['document'])).toEqual(Array(5).fill('Good.'));
    expect(findings.map(({ file, line, path, message }) => `${file?.slice(folder.length + 11)}:${line} [${path}] ${message}`)).toEqual([
      'a/qna.yaml:6 [document.repo] there is no folder ./nowhere',
      'b/qna.yaml:9 [document.patterns] the pattern "../*.md" leads out of the repository',
      'c/qna.yaml:9 [document.patterns] "empty.md" gives nothing: it has no text',
      'd/qna.yaml:9 [document.patterns] no file matches "*.pdf"',
    ]);
  });

  it('cuts documents as it is told to', async () => {
    const folder = await folderWith({
      'knowledge/r/qna.yaml': knowledgeYaml('./docs'),
      'knowledge/r/docs/a.md': `# A\n\n${'word '.repeat(50)}`,
    });
    const { samples } = await read([folder], { documents: { chunks: { limit: 21, words: true } } });
    expect(samples.filter((_, i) => i % 5 === 0).map((sample) => String(sample['document']).split(/\s+/).filter(Boolean).length)).toEqual([
      21, 21, 11,
    ]);
    expect(samples[5]?._sdg?.origin).toMatchObject({ document: 'a.md', chunk: 1, headings: ['A'] });
  });
});
