import { counted } from '@sdg/values';
import { formatFinding, formatFindingForGithub, SdgError, type Finding } from '@sdg/core';
import type { LintConfig } from '@sdg/taxonomy';

type FindingFormat = 'text' | 'github' | 'json';

/** The format asked for, or the one that the surroundings call for. */
export const findingFormat = (asked: string | undefined, env: Readonly<Record<string, string | undefined>>): FindingFormat =>
  (asked as FindingFormat | undefined) ?? (env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'text');

const writers: Readonly<Record<FindingFormat, (finding: Finding) => string>> = {
  text: formatFinding,
  github: formatFindingForGithub,
  json: (finding) => JSON.stringify(finding),
};

/** Writes findings as they come, and counts them, and the files that they are about. */
export class FindingReport {
  files = 0;
  errors = 0;
  warnings = 0;
  readonly #withErrors = new Set<string>();

  constructor(
    private readonly stream: NodeJS.WritableStream | undefined,
    private readonly format: FindingFormat,
  ) {}

  add(finding: Finding): void {
    if (finding.severity === 'error') {
      this.errors++;
      this.#withErrors.add(finding.file ?? '');
    } else this.warnings++;
    this.stream?.write(`${writers[this.format](finding)}\n`);
  }

  get filesWithErrors(): number {
    return this.#withErrors.size;
  }

  /** `3 errors in 2 of 14 files, 1 warning`. */
  summary(): string {
    // What could not even be opened was not read, and has errors all the same.
    const files = counted(Math.max(this.files, this.filesWithErrors), 'file');
    const errors = this.errors === 0 ? `no errors in ${files}` : `${counted(this.errors, 'error')} in ${this.filesWithErrors} of ${files}`;
    return `${errors}${this.warnings > 0 ? `, ${counted(this.warnings, 'warning')}` : ''}`;
  }
}

/** The rules of `--yaml-rules`. Fails with `usage` for a file with faults; one that is not there is complained about. */
export async function lintConfigOf(file: string | undefined, complain: (text: string) => void): Promise<LintConfig | undefined> {
  if (file === undefined) return undefined;
  const { readLintConfig } = await import('@sdg/taxonomy');
  const { config, findings } = await readLintConfig(file);
  for (const finding of findings) complain(formatFinding(finding));
  if (findings.some(({ severity }) => severity === 'error')) {
    throw new SdgError('usage', `the rules file ${file} cannot be used`, { remedy: 'mend it, or leave --yaml-rules out' });
  }
  return config;
}
