import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { taxonomyFolder } from '../seeds.js';
import { atLeast, atMost, higher, lower, missing, type Suite } from '../suite.js';

export const reader: Suite = {
  name: 'reader',
  title: 'Reader',
  minutes: 2.5,
  about: (context) =>
    `\`sdg-read --check\` over ${sizes(context).many.toLocaleString('en')} generated leaf nodes (copies of the skills of ` +
    `e2e/taxonomy with other wording, 100 to a folder), each read, linted and validated; the time and CPU of reading one ` +
    `leaf are taken off. Markdown: the documents of e2e/taxonomy, repeated to ${context.size('1', '0.1')} MB, parsed and ` +
    `chunked in one process, warmed up. \`sdg diff\`: a git repository of as many leaves with ten changed, one new and one ` +
    `deleted.`,
  targets: {
    'reader.files': atLeast(800, 'issue 3', '10,000 leaf nodes read and validated: at least 800 files a second on one core'),
    'reader.memory': atMost(30, 'issue 3', 'memory flat: 10,000 leaves beside 1,000 (taken as 30 MB)'),
    'reader.diff': atMost(2, 'issue 3', 'changed-file detection on a 10,000-leaf repository under two seconds'),
  },
  async *run(context) {
    const { one, few, many } = sizes(context);
    const folders = { one: writeLeaves(context, one), few: writeLeaves(context, few), many: writeLeaves(context, many) };
    const check = (folder: string) => async () =>
      (await context.command(bin('sdg-read'), ['--check', '--quiet', folder], { stdout: null })).usage!;
    const read = await context.rounds({ one: check(folders.one), few: check(folders.few), many: check(folders.many) });
    const perSecond = read.many.map(({ cpuMs }, i) => (many - one) / ((cpuMs - read.one[i]!.cpuMs) / 1000));
    yield higher('reader.files', `${many.toLocaleString('en')} leaves read and validated`, 'files/s', perSecond, 'per second of CPU');
    yield lower(
      'reader.memory',
      `peak memory at ${many.toLocaleString('en')} leaves less that at ${few.toLocaleString('en')}`,
      'MB',
      read.many,
      ({ peakRssMb }, i) => peakRssMb - read.few[i]!.peakRssMb,
    );
    yield lower('reader.peak', `peak memory at ${many.toLocaleString('en')} leaves`, 'MB', read.many, ({ peakRssMb }) => peakRssMb);

    const file = writeMarkdown(context);
    const chunked = await context.repeat(() => context.task('chunk-text', { file, times: context.size(3, 1) }));
    yield higher(
      'reader.chunks',
      'Markdown parsed and chunked',
      'MB/s',
      chunked,
      ({ megabytesPerSecond }) => megabytesPerSecond,
      `${chunked[0]!.chunks} chunks; per second of CPU`,
    );

    yield* diff(context, folders.many);
  },
};

async function* diff(context: BenchContext, folder: string) {
  const git = (...args: string[]) =>
    context.command('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { cwd: folder });
  if (!existsSync(join(folder, '.git'))) {
    await git('init', '-q', '-b', 'main');
    await git('add', '-A');
    await git('commit', '-q', '-m', 'leaves');
    const files = leafFiles(folder);
    for (const file of files.slice(5, 15)) {
      writeFileSync(file, readFileSync(file, 'utf8').replace('task_description: ', 'task_description: Changed. '));
    }
    await git('rm', '-q', files[20]!);
    mkdirSync(join(folder, 'compositional_skills/new'), { recursive: true });
    writeFileSync(join(folder, 'compositional_skills/new/qna.yaml'), readFileSync(files[0]!, 'utf8'));
  }
  const times: number[] = [];
  let listed = 0;
  for (let i = 0; i < context.runs; i++) {
    const { wallMs, stdout } = await context.command(bin('sdg'), ['diff', '--taxonomy-path', folder, '--taxonomy-base', 'HEAD'], {
      allow: [0, 1],
    });
    times.push(wallMs / 1000);
    listed = stdout.split('\n').filter((line) => line.endsWith('qna.yaml')).length;
  }
  if (listed === 0) yield missing('reader.diff', '`sdg diff`', 'it listed no changed files');
  else {
    yield lower('reader.diff', '`sdg diff` against HEAD, start-up counted in', 's', times, `${listed} changed leaves found`);
  }
}

const sizes = (context: BenchContext) => ({ one: 1, few: context.size(1000, 20), many: context.size(10_000, 30) });

const skillFiles = [
  'compositional_skills/extraction/notes/action_items/qna.yaml',
  'compositional_skills/extraction/tables/timetables/qna.yaml',
  'compositional_skills/reasoning/explanation/by_comparison/qna.yaml',
  'compositional_skills/writing/correspondence/polite_refusals/qna.yaml',
];

/** A taxonomy of so many skills, each different. */
function writeLeaves(context: BenchContext, count: number): string {
  const folder = context.path('reader', String(count), 'x', '..');
  if (existsSync(join(folder, 'compositional_skills'))) return folder;
  const texts = skillFiles.map((file) => readFileSync(join(taxonomyFolder, file), 'utf8'));
  for (let i = 0; i < count; i++) {
    const leaf = join(folder, 'compositional_skills', `group_${Math.floor(i / 100)}`, `leaf_${i}`);
    mkdirSync(leaf, { recursive: true });
    writeFileSync(join(leaf, 'qna.yaml'), texts[i % texts.length]!.replace('task_description: ', `task_description: Number ${i}. `));
  }
  return folder;
}

const leafFiles = (folder: string): string[] => {
  const group = join(folder, 'compositional_skills/group_0');
  return readdirSync(group)
    .sort()
    .map((leaf) => join(group, leaf, 'qna.yaml'));
};

/** One long Markdown file of the documents at hand. */
function writeMarkdown(context: BenchContext): string {
  const documents = ['science/biology/insects/honey_bees', 'technology/navigation/lighthouses'].flatMap((leaf) => {
    const folder = join(taxonomyFolder, 'knowledge', leaf, 'documents');
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), 'utf8'));
  });
  const size = context.size(1e6, 1e5);
  let text = '';
  for (let i = 0; text.length < size; i++) text += `${documents[i % documents.length]!.replace(/^# (.*)$/m, `# $1, part ${i}`)}\n\n`;
  const file = context.path('reader', 'documents.md');
  writeFileSync(file, text);
  return file;
}
