import { counted } from '@sdg/values';
import { relative } from 'node:path';
import { catalog } from '@sdg/blocks';
import { SdgError, type Finding } from '@sdg/core';
import { extendCatalog, loadPlugin } from '@sdg/pipeline';
import { findingFormat, FindingReport } from '../read/report-findings.js';
import { lintFile } from './lint-file.js';
import type { LintInvocation } from '../commands/lint.js';

/** The path as a person in this folder would write it. */
function nearPath(file: string): string {
  const near = relative('', file);
  return near.startsWith('../../..') ? file : near;
}

/** The work of `sdg lint`: findings, which are what it is asked for, to stdout; the verdict to stderr. */
export async function runLint({ flags, positionals, env, stdout, say, complain }: LintInvocation): Promise<number> {
  const plugins = await Promise.all((flags.plugin ?? []).map((file) => loadPlugin(file)));
  const context = { catalog: extendCatalog(catalog, plugins), env };
  const report = new FindingReport(stdout, findingFormat(flags.format, env));
  const seen = new Set<string>();
  let exitCode = 0;
  let unread = 0;
  /** What cannot be looked at is said; the others are looked at all the same. */
  const lint = async (path: string): Promise<readonly Finding[]> => {
    try {
      return await lintFile(path, context);
    } catch (error) {
      if (!(error instanceof SdgError)) throw error;
      complain(error.message);
      unread++;
      exitCode = Math.max(exitCode, error.exitCode);
      return [];
    }
  };
  for (const path of positionals) {
    for (const finding of await lint(path)) {
      const near: Finding = { ...finding, ...(finding.file !== undefined && { file: nearPath(finding.file) }) };
      // A prompt that two pipelines share is wrong once.
      const key = JSON.stringify(near);
      if (!seen.has(key)) report.add(near);
      seen.add(key);
    }
  }
  const missing = unread === 0 ? '' : `; ${unread} of ${counted(positionals.length, 'file')} could not be looked at`;
  say(`${counted(report.errors, 'error')}, ${counted(report.warnings, 'warning')}${missing}`);
  return Math.max(exitCode, report.errors === 0 ? 0 : 1);
}
