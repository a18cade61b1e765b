import type { Row } from './json-text.js';

/** The first of some names that all of some objects have with a value of a type. */
export const shared = (all: readonly Row[], names: readonly string[], type: 'string' | 'number'): string | undefined =>
  names.find((name) => all.every((one) => typeof one[name] === type));

/** A column as jq writes it. */
export const path = (column: string): string => (/^[a-z_]\w*$/i.test(column) ? `.${column}` : `.${JSON.stringify(column)}`);

/** How to get rows out of a file with jq; in words alone where jq cannot read it. */
export const jq = (what: string, program: string, file: string): string =>
  /\.(jsonl|ndjson|json)$/i.test(file) && !file.includes("'")
    ? `${what}: jq -c '${program}' ${/[^\w./-]/.test(file) ? `'${file}'` : file} > rows.jsonl`
    : what;
