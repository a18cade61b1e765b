import { stat } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { SdgError, type Finding } from '@sdg/core';
import { EMPTY_BASE, judgeTaxonomy } from '@sdg/taxonomy';
import { findingFormat, FindingReport, lintConfigOf } from '../read/report-findings.js';
import type { DiffInvocation } from './diff-flags.js';

/** A name with a line break would pass for two, and in GitHub Actions for a command. The JSON has it as it is. */
const onOneLine = (path: string): string =>
  path.replace(/[\p{Cc}\u2028\u2029]/gu, (char) =>
    char === '\n' ? '\\n' : char === '\t' ? '\\t' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The work of `sdg diff`: changed paths, sorted, then the verdict, to stdout; findings to stderr. */
export async function runDiff({ flags, env, stdout, stderr, complain, interrupted }: DiffInvocation): Promise<number> {
  const folder = flags['taxonomy-path'] ?? '.';
  const base = flags['taxonomy-base'] ?? 'origin/main';
  const isFolder = await stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new SdgError('usage', `there is no folder ${folder}`, { remedy: 'name the taxonomy with --taxonomy-path' });
  const lint = await lintConfigOf(flags['yaml-rules'], complain);
  const format = findingFormat(flags.format, env);
  const isQuiet = flags.quiet === true;
  const report = new FindingReport(isQuiet || format === 'json' ? undefined : stderr, format);
  const findings: Finding[] = [];
  const changed: string[] = [];
  const options = {
    base,
    onFinding: (finding: Finding): void => void findings.push(finding),
    onNote: complain,
    signal: interrupted,
    ...(lint && { lint }),
    ...(flags.foundational && { foundational: true }),
    ...(flags.attribution && { attribution: true }),
  };
  for await (const { file } of judgeTaxonomy([folder], options)) {
    report.files++;
    changed.push(relative(folder, file).split(sep).join('/'));
  }
  if (interrupted.aborted) return 130;
  if (base === EMPTY_BASE && changed.length === 0 && findings.length === 0) {
    throw new SdgError('bad-input', `${folder} has no qna.yaml: it is no taxonomy`, {
      remedy: 'name one with --taxonomy-path, or begin one with sdg init skill or sdg init knowledge',
    });
  }
  changed.sort();
  if (!isQuiet && format !== 'json') for (const path of changed) stdout.write(`${onOneLine(path)}\n`);
  for (const finding of findings) report.add(finding);
  const isValid = report.errors === 0;
  if (format === 'json' && !isQuiet) {
    const { files, errors, warnings, filesWithErrors } = report;
    const counts = { files, files_with_errors: filesWithErrors, errors, warnings };
    stdout.write(`${JSON.stringify({ taxonomy: folder, base, valid: isValid, ...counts, changed, findings })}\n`);
  } else if (!isQuiet) {
    stdout.write(isValid ? `Taxonomy in ${folder} is valid :)\n` : `Taxonomy in ${folder} is not valid: ${report.summary()}\n`);
  }
  return isValid ? 0 : 1;
}
