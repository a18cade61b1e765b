export interface Closable {
  close?(): Promise<void>;
}

/** Closes all; gives what went wrong first. */
export async function closeAll(closings: readonly (() => Promise<void>)[]): Promise<Error | undefined> {
  const ends = await Promise.allSettled(closings.map((close) => close()));
  return ends.find((end) => end.status === 'rejected')?.reason as Error | undefined;
}
