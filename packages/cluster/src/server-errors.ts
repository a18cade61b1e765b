import { JetStreamApiError } from '@nats-io/jetstream';
import { AuthorizationError, PermissionViolationError, UserAuthenticationExpiredError } from '@nats-io/transport-node';
import { SdgError } from '@sdg/core';
import { shown } from './connection-options.js';

/** A server that is full: it takes more when something was removed. */
const FULL = new Set([10077, 10023, 10122, 10104]);
export const FULL_REMEDY = 'give it room, remove old runs with sdg cluster rm, or raise --nats-megabytes';
/** The server cannot say now, and may later: no leader, no meta leader, busy. */
const LATER = new Set([10008, 10009, 10039, 10118]);
/** It has not as many servers as copies are to be kept. */
const TOO_FEW = new Set([10074, 10005]);

/** A subject's last message is another one: what was to be written first is there already, or is just being written by another. */
export const isThereAlready = (error: unknown): boolean => error instanceof JetStreamApiError && [10071, 10164].includes(error.code);

/** A stream that was read is gone; another is in its place. */
export class StreamGone extends Error {}

/** What was asked for is not there: a stream, a bucket, a message. */
export const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError
    ? [10059, 10014, 10037].includes(error.code)
    : error instanceof StreamGone || /no stream matches|stream not found/i.test(String(error));

export const isFull = (error: unknown): boolean => error instanceof JetStreamApiError && FULL.has(error.code);
/** It answers, and puts us off. */
export const isPutOff = (error: unknown): boolean => error instanceof JetStreamApiError && LATER.has(error.code);

/** The server lets nobody in with what we say of ourselves. */
export const isUnwelcome = (error: unknown): boolean =>
  error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;

/**
 * What a server says no to, in words for a person; other errors as they are.
 *
 * @example throw refusalOf(error, link.address); // the server at nats://… refuses: maximum number of streams reached; …
 */
export function refusalOf(error: unknown, address: string): unknown {
  if (!(error instanceof JetStreamApiError) && !isForbidden(error)) return error;
  const code = error instanceof JetStreamApiError ? error.code : 0;
  return new SdgError('config', `the server at ${shown(address)} refuses: ${(error as Error).message}`, {
    remedy: TOO_FEW.has(code)
      ? 'pass --nats-replicas 1, or start as many servers as copies are to be kept'
      : FULL.has(code)
        ? FULL_REMEDY
        : 'give the account what it needs: see the limits and permissions in its configuration, and its log',
    cause: error,
  });
}

/** Whether it may be otherwise later: an error of contact, or an answer that says so. */
export const isPassing = (error: unknown): boolean =>
  error instanceof JetStreamApiError ? isFull(error) || isPutOff(error) : CONTACT.has((error as Error).name) && !isForbidden(error);
/** Whether the server lets this user do it; a request carries the reason within it. */
export const isForbidden = (error: unknown): boolean =>
  [error, (error as Error).cause].some((one) => one instanceof PermissionViolationError);
const CONTACT: ReadonlySet<string> = new Set([
  'TimeoutError',
  'NoRespondersError',
  'RequestError',
  'ConnectionError',
  'JetStreamNotEnabled',
  'JetStreamStatusError',
]);
