import type { Reply, SdgError, TeacherRequest } from '@sdg/core';

/**
 * Something else that a call needs before it may start: a rate, a budget. To ask changes nothing, to book is one step: who
 * needs several asks all of them, and books at all of them or at none, with nothing to be undone.
 */
export interface Allowance {
  /** It can be used up: calls of what is begun go first to the end, also when the input has ended, or nothing would be whole. */
  readonly isBudget?: boolean;
  /** Milliseconds until the request may start; 0: now; Infinity: when another call has ended. Throws where it never may. */
  waitMs(request: TeacherRequest, now: number): number;
  /** The request starts. */
  book(request: TeacherRequest, now: number): void;
  /** A booked call ended. */
  settle(request: TeacherRequest, end: Reply | SdgError): void;
  /** Calls `listener` when another look may be worth it; returns the way to stop. Absent: only calls of the same pool make room. */
  onSettled?(listener: () => void): () => void;
}

/** Milliseconds until the request may start by all allowances together. */
export const waitOf = (allowances: readonly Allowance[], request: TeacherRequest, now: number): number =>
  allowances.reduce((longest, allowance) => Math.max(longest, allowance.waitMs(request, now)), 0);
