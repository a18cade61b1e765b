import { posix } from 'node:path';
import { textOf } from './unzip.js';
import { descendants, parseXml } from './xml.js';

/** What a part of an Office file names in another one. */
export interface Relation {
  readonly id: string;
  /** The last word of its type: `slide`, `notesSlide`, `worksheet`. */
  readonly type: string;
  /** The part's name within the file. */
  readonly target: string;
}

/** Relations of a part (`''`: of the whole file). A target is relative to the part, or to the file where it begins with a slash. */
export function relationsOf(parts: ReadonlyMap<string, Uint8Array>, name: string): Relation[] {
  const xml = textOf(parts, posix.join(posix.dirname(name), '_rels', `${posix.basename(name)}.rels`));
  if (xml === undefined) return [];
  return Array.from(descendants(parseXml(xml), 'Relationship'), ({ attributes }) => {
    const target = (attributes['Target'] ?? '').replaceAll('\\', '/');
    return {
      id: attributes['Id'] ?? '',
      type: posix.basename(attributes['Type'] ?? ''),
      target: target.startsWith('/')
        ? posix.normalize(target.slice(1))
        : posix.join(posix.dirname(name), target).replace(/^(?:\.\.\/)+/, ''),
    };
  });
}
