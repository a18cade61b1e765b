import { didYouMean, SdgError } from '@sdg/values';
import type { Observer } from './observer.js';
import type { Teacher } from './teacher.js';

/** What any teacher may be opened with; one that has no use for an option leaves it. A scheme may take further ones. */
export interface TeacherOptions {
  /** Model of requests that name none. */
  readonly model?: string | undefined;
  /** Family of the chat template. */
  readonly family?: string | undefined;
  readonly apiKey?: string | undefined;
  /** Calls in flight at once, or `auto` (default). */
  readonly concurrency?: 'auto' | number | undefined;
  /** Upper bound for `auto`. */
  readonly maxConcurrency?: number | undefined;
  /** Folder of the call cache. Absent: nothing is kept. */
  readonly cacheDir?: string | undefined;
  /** Answer from the cache alone. */
  readonly replay?: boolean | undefined;
  /** Default 42. */
  readonly seed?: number | undefined;
  /** Aborted: opening takes too long for somebody, as that of a model that must be fetched first. Calls have signals of their own. */
  readonly signal?: AbortSignal | undefined;
  /** Told of tries, limits and what a user should know. */
  readonly observer?: Observer | undefined;
  /**
   * Called once when the teacher cannot go on: drain the run in it and end with the error's exit code. Calls in flight
   * end well, all others fail with `interrupted`. Absent: the error is thrown to whoever calls.
   */
  readonly onStop?: ((error: SdgError) => void) | undefined;
}

/**
 * Opens teachers by the scheme of their address. A package or a plugin brings one; the session is given a list.
 *
 * @example
 * const echo: TeacherProvider = { schemes: ['echo'], open: async (address, { model }) => echoTeacher(address, model) };
 */
export interface TeacherProvider {
  /** Without the colon: `http`, `offline`. An address may be the bare scheme. */
  readonly schemes: readonly string[];
  /**
   * Opens what `address` names, several addresses with a comma between them where the scheme knows that. Fails with `usage` or `config`.
   */
  open(address: string, options: TeacherOptions): Promise<Teacher>;
}

/** The scheme of an address in lower case: `http` of `HTTP://localhost`, `offline` of `offline`; none of `localhost:8000`. */
export const schemeOf = (address: string): string => /^[a-z][a-z0-9+.-]*(?=:(?!\d)|$)/i.exec(address.trim())?.[0].toLowerCase() ?? '';

/**
 * Opens a teacher with the first provider that has the scheme of its address.
 *
 * @throws SdgError `usage` where none has; the address is not shown, for it may hold a password
 */
export async function openAddress(address: string, providers: readonly TeacherProvider[], options: TeacherOptions): Promise<Teacher> {
  const scheme = schemeOf(address);
  const provider = providers.find(({ schemes }) => schemes.includes(scheme));
  if (provider) return provider.open(address, options);
  const known = providers.flatMap(({ schemes }) => schemes);
  const meant = didYouMean(scheme, known);
  throw new SdgError('usage', scheme === '' ? 'a teacher is named by no URL' : `no teacher is known by addresses of "${scheme}:"`, {
    remedy:
      meant || `give the base URL of the API, such as http://localhost:8000/v1, or one of ${known.map((name) => `${name}:`).join(', ')}`,
  });
}
