import type { Reply, SdgError, TeacherRequest } from '@sdg/core';

/** Something else that a call needs before it may start: a rate, a budget. */
export interface Allowance {
  /** Milliseconds until the request may start; 0: now, and it is booked; Infinity: when another call has ended. */
  take(request: TeacherRequest, now: number): number;
  /** A call ended, or, undefined, was not made after all. */
  settle(request: TeacherRequest, end: Reply | SdgError | undefined): void;
  /** Calls `listener` when another try may be worth it. Absent: only calls of the same pool make room. */
  onSettled?(listener: () => void): void;
}

/** Takes the request's share of every allowance, or of none. Milliseconds to wait, 0 if it was taken. */
export function takeAll(allowances: readonly Allowance[], request: TeacherRequest, now: number): number {
  for (const [i, allowance] of allowances.entries()) {
    const ms = allowance.take(request, now);
    if (ms <= 0) continue;
    for (const taken of allowances.slice(0, i)) taken.settle(request, undefined);
    return ms;
  }
  return 0;
}
