import { jsonLines } from '@sdg/testing/json-lines';
import { sumOf } from '@sdg/core';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findQnaFiles } from '@sdg/taxonomy';
import { bin } from '../bins.js';
import type { BenchContext } from '../context.js';
import { runCommand } from '../run-command.js';
import { taxonomyFolder } from '../seeds.js';
import { atLeast, atMost, EVERY_RUN, higher, lower, type Suite } from '../suite.js';

const goldenLint = fileURLToPath(new URL('../../../../e2e/cases/lint', import.meta.url));

export const fuzz: Suite = {
  name: 'fuzz',
  title: 'Fuzz',
  minutes: 1.3,
  about: (context) =>
    `${filesOf(context).toLocaleString('en')} mutated qna.yaml files a run, other ones in each (100,000 in five runs): the ` +
    `skill and knowledge files of e2e/taxonomy, cut to two or three seed examples and whole, with one to seven edits that ` +
    `put in what means something in YAML, cut out, move or double stretches, or change a character; each judged in four ` +
    `kinds of folder. Two runs side by side. And the broken pipelines of the golden cases, under \`sdg lint\`.`,
  targets: {
    'fuzz.crashes': atMost(0, 'issue 3', 'at least 100,000 fuzzed files from YAML to verdict: no crash', EVERY_RUN),
    'fuzz.places': atMost(0, 'issue 3', 'and no verdict without a position (files)', EVERY_RUN),
    'fuzz.mistakes': atLeast(40, 'issue 4', 'lint names at least 40 kinds of mistakes in broken pipelines, each at its line', EVERY_RUN),
    'fuzz.slowest': atMost(5000, 'issue 3', 'and no hang (slowest file; taken as 5 s)', EVERY_RUN),
  },
  async *run(context) {
    const broken = await brokenPipelines();
    const kinds = await context.repeat(() => kindsOfMistakes(broken));
    yield higher(
      'fuzz.mistakes',
      'kinds of mistakes in pipelines that `sdg lint` names, each at its line',
      'kinds',
      kinds,
      `different messages about ${broken.length} files of the golden cases`,
    );
    const texts = await baseTexts();
    const once = (seed: number) => context.task('fuzz-qna', { texts, files: filesOf(context), seed });
    const runs = await context.sideBySide(2, once);
    const whole = (runs.length * filesOf(context)).toLocaleString('en');
    const example = runs.find((run) => run.example !== undefined)?.example?.slice(0, 300);
    const judged = ['accept', 'warn', 'reject']
      .map((verdict) => `${verdict} ${sumOf(runs, ({ verdicts }) => verdicts[verdict] ?? 0).toLocaleString('en')}`)
      .join(', ');
    yield lower(
      'fuzz.crashes',
      'files that crash the judge',
      'files',
      runs,
      ({ crashes }) => crashes,
      `of ${whole}: ${judged}${example === undefined ? '' : `; ${example}`}`,
    );
    yield lower('fuzz.places', 'verdicts without a finding, findings without a place', 'files', runs, ({ withoutPlace }) => withoutPlace);
    yield lower('fuzz.slowest', 'slowest file', 'ms', runs, ({ slowestMs }) => slowestMs);
  },
};

const filesOf = (context: BenchContext): number => context.size(20_000, 300);

/** The broken pipelines and prompts of the golden cases. */
async function brokenPipelines(): Promise<string[]> {
  const names = await readdir(goldenLint, { recursive: true });
  return names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(goldenLint, name));
}

/** Errors with a line, those told apart whose words differ beside names and numbers. */
async function kindsOfMistakes(files: readonly string[]): Promise<number> {
  const { stdout } = await runCommand(bin('sdg'), ['lint', '--format', 'json', ...files], { allow: [0, 1, 2] });
  const findings = jsonLines<{ severity: string; message: string; line?: number }>(stdout);
  return new Set(
    findings
      .filter(({ severity, line }) => severity === 'error' && line !== undefined)
      .map(({ message }) => message.replace(/"[^"]*"|\d+/g, '…')),
  ).size;
}

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
