import { formatPlace, type Place } from './errors.js';

/** One thing that is wrong, or worth knowing, in a file that a person wrote. */
export interface Finding extends Place {
  readonly severity: 'error' | 'warning';
  /** Where in the document: `seed_examples[2].question`, `block dedupe`. */
  readonly path?: string;
  readonly message: string;
  /** What to do. */
  readonly remedy?: string;
  /** Short name of the rule, for machines: `schema/required`, `lint/colons`, `dataflow/unknown-column`. */
  readonly rule?: string;
}

/** Control characters would let a file write to the reader's terminal, or end the line that names them. */
const visible = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]/gu, (char) =>
    char === '\n' ? '\\n' : char === '\t' ? '\\t' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

const said = ({ message, remedy }: Finding): string => visible(remedy === undefined ? message : `${message}; ${remedy}`);

/** `path:line:col [yaml.path] text; what to do` on one line; without a path, `path:line:col: text; what to do`. */
export function formatFinding(finding: Finding): string {
  const place = visible(formatPlace(finding));
  const path = finding.path && `[${visible(finding.path)}]`;
  const head = path ? [place, path, ''].filter((part, i) => part || i === 2).join(' ') : place && `${place}: `;
  return `${head}${finding.severity === 'warning' ? 'warning: ' : ''}${said(finding)}`;
}

/** A GitHub Actions workflow command, escaped as its toolkit does: `%`, CR and LF; in properties also `:` and `,`. */
export function formatFindingForGithub(finding: Finding): string {
  const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (value: string | number): string => data(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const { file, line, column, path } = finding;
  const properties = Object.entries({ file, line, col: column })
    .filter((entry): entry is [string, string | number] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${property(value)}`);
  return `::${finding.severity} ${properties.join(',')}::${data((path ? `[${path}] ` : '') + said(finding))}`;
}

/** In order of file, line and column: the order in which a person mends them. */
export function compareFindings(a: Finding, b: Finding): number {
  const file = (a.file ?? '') < (b.file ?? '') ? -1 : (a.file ?? '') > (b.file ?? '') ? 1 : 0;
  return file || (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}
