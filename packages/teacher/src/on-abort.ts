const followers = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` once when the signal aborts, at once if it has; returns the way to stop. Thousands of queued calls
 * share one signal: removing one listener of an EventTarget walks a list of all of them, this does not.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => undefined;
  }
  let set = followers.get(signal);
  if (!set) {
    const made = (set = new Set());
    followers.set(signal, made);
    signal.addEventListener(
      'abort',
      () => {
        followers.delete(signal);
        for (const follower of made) follower();
      },
      { once: true },
    );
  }
  set.add(listener);
  return () => set.delete(listener);
}
