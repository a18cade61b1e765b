import { performance } from 'node:perf_hooks';
import { SdgError, type CallOptions, type Reply, type TeacherRequest } from '@sdg/core';
import { leftOut } from './http/connection-error.js';
import type { HttpTeacher } from './http/http-teacher.js';
import { onAbort } from './on-abort.js';

interface WatchOptions {
  /** Pauses that a server asks for and that are longer end the run, or leave the server out. */
  readonly giveUpAfterMs: number;
  readonly onNotice?: ((text: string) => void) | undefined;
  readonly now?: () => number;
}

interface WatchedServers {
  readonly servers: readonly HttpTeacher[];
  close(): void;
}

/** Milliseconds without a word, while calls are under way, after which a user is told. */
const SILENT_MS = 60_000;
const LOOK_EVERY_MS = 5000;

/** Replies alike that cannot be read, and not one that can, after which a server is taken to be none. */
const UNREADABLE = 30;

/** Errors that no waiting and no other prompt mends. */
const isForGood = (error: SdgError): boolean => error.endsRun && !error.isRetryable && error.code !== 'internal' && error.code !== 'usage';

interface Watched {
  readonly server: HttpTeacher;
  inFlight: number;
  /** When it last said anything, or was first called after it had nothing to do. */
  heardAt: number;
  isTold: boolean;
  hasAnswered: boolean;
  /** How often it sent what cannot be read, by what that was. */
  readonly unreadable: Map<string, number>;
  /** Why it is asked no more. */
  out?: SdgError;
}

/**
 * Watches each of several servers for what concerns the run and not the call: one that refuses for good is left out
 * while another is left; a pause that is longer than the run will wait is the same; one that takes calls and says
 * nothing for a minute is named.
 */
export function watchServers(
  given: readonly HttpTeacher[],
  { giveUpAfterMs, onNotice, now = () => performance.now() }: WatchOptions,
): WatchedServers {
  const all: Watched[] = given.map((server) => ({
    ...{ server, inFlight: 0, heardAt: 0, isTold: false, hasAnswered: false },
    unreadable: new Map(),
  }));
  let timer: NodeJS.Timeout | undefined;

  const silentFor = ({ inFlight, heardAt }: Watched): number => (inFlight === 0 ? 0 : now() - heardAt);
  const look = (): void => {
    for (const watched of all) {
      const ms = silentFor(watched);
      if (ms < SILENT_MS || watched.isTold) continue;
      watched.isTold = true;
      const calls = watched.inFlight === 1 ? 'a call' : `${watched.inFlight} calls`;
      onNotice?.(
        `${watched.server.name} took ${calls} and has said nothing for ${Math.round(ms / 1000)} s; waiting for it as long as ` +
          '--timeout says',
      );
    }
    if (all.every(({ inFlight }) => inFlight === 0)) {
      clearInterval(timer);
      timer = undefined;
    }
  };
  const heard = (watched: Watched): void => {
    watched.heardAt = now();
    if (!watched.isTold) return;
    watched.isTold = false;
    onNotice?.(`${watched.server.name} answers again`);
  };

  const tooLong = (server: string, ms: number, cause: SdgError): SdgError =>
    new SdgError(
      'teacher-hopeless',
      `${server} asks for a pause of ${Math.ceil(ms / 1000)} s, longer than the run will wait (${giveUpAfterMs / 1000} s): ${cause.what}`,
      {
        remedy: 'run the same command again after that: it resumes; or raise --give-up-after',
        cause,
        ...(cause.status !== undefined && { status: cause.status }),
      },
    );
  /** The end of a server that never sent anything but what cannot be read: a page to log in at, say. */
  const noApi = ({ server, hasAnswered, unreadable }: Watched, error: SdgError): SdgError | undefined => {
    if (hasAnswered || error.code !== 'teacher-reply') return undefined;
    const kind = error.what.replace(/[:(][^]*/, '');
    const alike = (unreadable.get(kind) ?? 0) + 1;
    unreadable.set(kind, alike);
    if (alike < UNREADABLE) return undefined;
    return new SdgError('teacher-hopeless', `${error.what}; this was the answer to all of the first ${alike} calls (${server.name})`, {
      remedy: 'check that --teacher is the base URL of an OpenAI-compatible API, most often ending in /v1',
      cause: error,
    });
  };
  /** The error in the place of one that speaks of the server and not of the call. */
  const verdict = (watched: Watched, error: SdgError): SdgError => {
    const { retryAfterMs } = error;
    const isTooLong = retryAfterMs !== undefined && retryAfterMs > giveUpAfterMs;
    const reason = isTooLong ? tooLong(watched.server.name, retryAfterMs, error) : (noApi(watched, error) ?? error);
    if (!isForGood(reason)) return error;
    watched.out ??= reason;
    return all.some(({ out }) => out === undefined) ? leftOut(watched.server.name, reason) : watched.out;
  };

  /** A question before the first call: a pause that is too long ends the run there, too. */
  const asked = async <T>(watched: Watched, put: () => Promise<T>): Promise<T> => {
    try {
      return await put();
    } catch (error) {
      const ends = error instanceof SdgError && (watched.out !== undefined || (error.retryAfterMs ?? 0) > giveUpAfterMs);
      throw ends ? verdict(watched, watched.out ?? error) : error;
    }
  };

  const watch = (watched: Watched): HttpTeacher => ({
    ...watched.server,
    models: (...given) => asked(watched, () => watched.server.models(...given)),
    hasCompletions: (...given) => asked(watched, () => watched.server.hasCompletions(...given)),
    hasChat: (...given) => asked(watched, () => watched.server.hasChat(...given)),
    async complete(request: TeacherRequest, options: CallOptions = {}): Promise<Reply> {
      if (watched.out) throw verdict(watched, watched.out);
      if (watched.inFlight++ === 0) watched.heardAt = now();
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
      try {
        const reply = await watched.server.complete(request, options);
        heard(watched);
        watched.hasAnswered = true;
        return reply;
      } catch (error) {
        if (!(error instanceof SdgError)) throw error;
        // What we gave up ourselves, and what never came, says nothing.
        if (error.code !== 'interrupted' && error.code !== 'teacher-timeout') heard(watched);
        throw verdict(watched, error);
      } finally {
        watched.inFlight--;
      }
    },
    // One that is left out never comes back, unless none is left: its next call tells whoever waits for one why.
    probe: (signal) => {
      if (!watched.out) return watched.server.probe(signal);
      if (all.every(({ out }) => out !== undefined)) return Promise.resolve();
      return new Promise((_, reject) => signal && onAbort(signal, () => reject(watched.out!)));
    },
  });

  return {
    servers: all.map(watch),
    close: () => clearInterval(timer),
  };
}
