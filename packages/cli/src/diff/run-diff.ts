import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { SdgError, type Finding } from '@sdg/core';
import { EMPTY_BASE, judgeTaxonomy } from '@sdg/taxonomy';
import { findingFormat, FindingReport, lintConfigOf } from '../read/report-findings.js';
import type { DiffInvocation } from '../commands/diff.js';

/** A name with a line break would pass for two, and in GitHub Actions for a command. The JSON has it as it is. */
const onOneLine = (path: string): string =>
  path.replace(/[\p{Cc}\u2028\u2029]/gu, (char) =>
    char === '\n' ? '\\n' : char === '\t' ? '\\t' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Fails with `usage` where the taxonomy is not there. */
async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new SdgError('usage', `there is no folder ${folder}`, { remedy: 'name the taxonomy with --taxonomy-path' });
}

/** Where everything counts as changed and nothing is there, the folder is no taxonomy. */
function checkNotEmpty(folder: string, base: string): void {
  if (base !== EMPTY_BASE) return;
  throw new SdgError('bad-input', `${folder} has no qna.yaml: it is no taxonomy`, {
    remedy: 'name one with --taxonomy-path, or begin one with sdg init skill or sdg init knowledge',
  });
}

/** What is to be looked at besides. */
const asked = ({ foundational, attribution }: DiffInvocation['flags']) => ({
  ...(foundational && { foundational: true }),
  ...(attribution && { attribution: true }),
});

/** What was found out: changed paths, sorted, and whether all is well. */
interface Outcome {
  readonly folder: string;
  readonly base: string;
  readonly changed: readonly string[];
  readonly findings: readonly Finding[];
}

/** The verdict as one line of JSON. */
function asJson({ folder, base, changed, findings }: Outcome, { files, errors, warnings, filesWithErrors }: FindingReport): string {
  const counts = { files, files_with_errors: filesWithErrors, errors, warnings };
  return `${JSON.stringify({ taxonomy: folder, base, valid: errors === 0, ...counts, changed, findings })}\n`;
}

/** The paths, a line each, then the verdict. */
function inWords({ folder, changed }: Outcome, report: FindingReport): string {
  const verdict = report.errors === 0 ? 'valid :)' : `not valid: ${report.summary()}`;
  return `${changed.map((path) => `${onOneLine(path)}\n`).join('')}Taxonomy in ${folder} is ${verdict}\n`;
}

/** The work of `sdg diff`: changed paths, sorted, then the verdict, to stdout; findings to stderr. */
export async function runDiff({ flags, env, stdout, stderr, complain, interrupted }: DiffInvocation): Promise<number> {
  const { 'taxonomy-path': folder = '.', 'taxonomy-base': base = 'origin/main', quiet: isQuiet = false } = flags;
  await checkFolder(folder);
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  const format = findingFormat(flags.format, env);
  const isJson = format === 'json';
  const report = new FindingReport(isQuiet || isJson ? undefined : stderr, format);
  const findings: Finding[] = [];
  const changed: string[] = [];
  const options = {
    base,
    onFinding: (finding: Finding): void => void findings.push(finding),
    onNote: complain,
    signal: interrupted,
    ...(lint && { lint }),
    ...asked(flags),
  };
  for await (const { file } of judgeTaxonomy([folder], options)) {
    report.files++;
    changed.push(relative(folder, file).split(sep).join('/'));
  }
  if (interrupted.aborted) return 130;
  if (changed.length === 0 && findings.length === 0) checkNotEmpty(folder, base);
  for (const finding of findings) report.add(finding);
  const outcome = { folder, base, changed: changed.sort(), findings };
  if (!isQuiet) stdout.write(isJson ? asJson(outcome, report) : inWords(outcome, report));
  return report.errors === 0 ? 0 : 1;
}
