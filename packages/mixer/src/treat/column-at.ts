import { attempt } from '@sdg/values';
import { ExactNumber, parseExactly } from './exact-numbers.js';
import type { Row } from '../formats/json-text.js';

/** The metadata of a row, which may be the text of an object. */
function metadataOf({ metadata }: Row): unknown {
  if (typeof metadata !== 'string' || metadata === '') return metadata;
  return attempt(() => parseExactly(metadata));
}

function walk(from: unknown, names: readonly string[]): unknown {
  let value = from;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || value instanceof ExactNumber || !Object.hasOwn(value, name)) return undefined;
    value = (value as Row)[name];
  }
  return value;
}

/**
 * The value of a column, or of a path of names with dots: into the row's columns (`metadata.lang`, where metadata may be
 * the text of an object), else into its metadata (`_sdg.origin.leaf`). Numbers that a double does not hold are as in `parseExactly`.
 */
export function columnAt(row: Row, path: string): unknown {
  if (Object.hasOwn(row, path)) return row[path];
  const names = path.split('.');
  const metadata = metadataOf(row);
  const inRow = names[0] === 'metadata' ? walk(metadata, names.slice(1)) : walk(row, names);
  return inRow ?? walk(metadata, names);
}
