import { isAbsolute } from 'node:path';
import { SdgError } from '@sdg/values';
import picomatch from 'picomatch';
import type { FoundFile } from './found-file.js';
import { commitFiles } from '../git/commit-files.js';
import { checkCommitName, fetchCommit, NoSuchCommit, type FetchOptions } from '../git/fetch-commit.js';
import { repositoryAddress, type AddressOptions } from '../git/repository-address.js';
import { documentTypes, isDocument } from '../read-document.js';
import { folderFiles } from './folder-files.js';

/** Where documents are: the `document` field of a qna.yaml. */
export interface DocumentQuery {
  readonly repo: string;
  readonly commit: string;
  readonly patterns: readonly string[];
}

export interface FindDocumentsOptions extends AddressOptions, FetchOptions {
  /** Told of files that match and whose type is not known, which are skipped. */
  readonly onSkipped?: (path: string) => void;
}

/**
 * A test for paths by the globs of a qna.yaml, which mean what they mean in Python: `*`, `?`, `[…]`, and `**` for any
 * number of folders; names that begin with a dot are matched only by patterns that say so. Fails with `bad-input` for a
 * pattern that leads out of the repository.
 */
function matchPatterns(patterns: readonly string[]): (path: string) => boolean {
  for (const pattern of patterns) {
    if (/^(?:[/\\]|[a-z]:|~)/i.test(pattern) || pattern.split(/[/\\]/).includes('..')) {
      throw new SdgError('bad-input', `the pattern "${pattern}" leads out of the repository`, {
        remedy: 'write a path relative to its top folder',
      });
    }
  }
  const matchers = patterns.map((pattern) =>
    picomatch(pattern.replace(/^(?:\.\/+)+/, ''), { nobrace: true, noextglob: true, nonegate: true, dot: false }),
  );
  return (path) => matchers.some((matches) => matches(path));
}

/** In place of a commit: the files of a local folder as they are now, committed or not. */
const IN_PLACE = 'in-place';

/** Which field of the query an error is about. */
export type QueryField = keyof DocumentQuery;

async function about<T>(field: QueryField, work: () => Promise<T> | T, onField: (field: QueryField) => void): Promise<T> {
  onField(field);
  return work();
}

/**
 * The documents that a query names, in order of their paths. Fails with `bad-input` where the repository may not be read
 * or cannot be, the commit is not there, or no document matches; `onField` says which field was being looked at.
 */
export async function findDocuments(
  { repo, commit, patterns }: DocumentQuery,
  options: FindDocumentsOptions,
  onField: (field: QueryField) => void = () => undefined,
): Promise<FoundFile[]> {
  const matches = await about('patterns', () => matchPatterns(patterns), onField);
  const address = await about('repo', () => repositoryAddress(repo, options), onField);
  let files: FoundFile[];
  if (address.kind === 'folder' || (commit === IN_PLACE && isAbsolute(address.url))) {
    files = await folderFiles(address.kind === 'folder' ? address.path : address.url);
  } else {
    await about('commit', () => checkCommitName(commit), onField);
    onField('repo');
    const cached = await fetchCommit(address.url, commit, address.protocols, options).catch((error: unknown) => {
      if (error instanceof NoSuchCommit) onField('commit');
      throw error;
    });
    files = await about('commit', () => commitFiles(cached, options.signal), onField);
  }
  onField('patterns');
  const matching = files.filter(({ path }) => matches(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const documents = matching.filter(({ path }) => isDocument(path));
  for (const { path } of matching) if (!isDocument(path)) options.onSkipped?.(path);
  if (documents.length > 0) return documents;
  throw matching.length === 0
    ? new SdgError('bad-input', `no file matches ${patterns.map((pattern) => `"${pattern}"`).join(' or ')}`, {
        remedy: 'check the patterns against the repository at that commit',
      })
    : new SdgError('bad-input', 'none of the files that match is a document', {
        remedy: `name files that end in ${documentTypes.join(', ')}`,
      });
}
