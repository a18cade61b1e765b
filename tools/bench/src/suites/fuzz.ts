import { readFileSync } from 'node:fs';
import { findQnaFiles } from '@sdg/taxonomy';
import type { BenchContext } from '../context.js';
import { taxonomyFolder } from '../seeds.js';
import { row, type Suite } from '../suite.js';

export const fuzz: Suite = {
  name: 'fuzz',
  title: 'Fuzz',
  minutes: 1.3,
  about: (context) =>
    `${filesOf(context).toLocaleString('en')} mutated qna.yaml files a run, other ones in each (100,000 in five runs): the skill and knowledge files of e2e/taxonomy, cut to two or three seed examples and whole, with one to seven edits that put in what means something in YAML, cut out, move or double stretches, or change a character; each judged in four kinds of folder. Two runs side by side.`,
  targets: {
    'fuzz.crashes': { from: 'issue 3', title: 'crashes', text: 'at least 100,000 fuzzed files from YAML to verdict: no crash', bound: 0, sense: 'at most', every: true },
    'fuzz.places': { from: 'issue 3', title: 'places', text: 'and no verdict without a position (files)', bound: 0, sense: 'at most', every: true },
    'fuzz.slowest': { from: 'issue 3', title: 'hangs', text: 'and no hang (slowest file; taken as 5 s)', bound: 5000, sense: 'at most', every: true },
  },
  async *run(context) {
    const texts = await baseTexts();
    const once = async (seed: number) => (await context.task('fuzz-qna', { texts, files: filesOf(context), seed })).output;
    const runs = await context.sideBySide(2, Array.from({ length: context.runs }, (_, i) => () => once(i)));
    const whole = (runs.length * filesOf(context)).toLocaleString('en');
    const example = runs.find((run) => run.example !== undefined)?.example?.slice(0, 300);
    const judged = ['accept', 'warn', 'reject'].map((verdict) => `${verdict} ${runs.reduce((sum, { verdicts }) => sum + (verdicts[verdict] ?? 0), 0).toLocaleString('en')}`).join(', ');
    yield row('fuzz.crashes', 'files that crash the judge', 'files', runs.map(({ crashes }) => crashes), { better: 'lower', note: `of ${whole}: ${judged}${example === undefined ? '' : `; ${example}`}` });
    yield row('fuzz.places', 'verdicts without a finding, findings without a place', 'files', runs.map(({ withoutPlace }) => withoutPlace), { better: 'lower' });
    yield row('fuzz.slowest', 'slowest file', 'ms', runs.map(({ slowestMs }) => slowestMs), { better: 'lower' });
  },
};

const filesOf = (context: BenchContext): number => context.size(20_000, 300);

/** Whole files, and each cut off after its second and third seed example: short ones get further into the rules. */
async function baseTexts(): Promise<string[]> {
  const texts: string[] = [];
  for await (const { file } of findQnaFiles([taxonomyFolder], { onFinding: () => undefined })) {
    const text = readFileSync(file, 'utf8');
    const items = [...text.matchAll(/^ {2}- /gm)].map(({ index }) => index);
    texts.push(text, ...items.slice(2, 4).map((at) => text.slice(0, at)));
  }
  return texts;
}
