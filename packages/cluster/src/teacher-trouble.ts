import type { Observer } from '@sdg/core';
import { ServerWatch } from '@sdg/session';

/** Milliseconds without a reply, though asked for, after which others are told why. */
const TROUBLE = 5000;
/** Seconds without a word, with calls under way: a large answer of a large model takes its time. */
const SILENCE = 60;

/** Knows why the servers of a worker give it nothing any more: they refuse everything, or say nothing at all. */
export class TeacherTrouble {
  readonly #servers: ServerWatch;
  /** What was said last, since there was a reply. */
  #refused: { readonly since: number; readonly what: string } | undefined;

  constructor(readonly now: () => number = () => performance.now()) {
    this.#servers = new ServerWatch(now);
  }

  readonly observer: Observer = {
    tryBegan: (begun) => this.#servers.observer.tryBegan?.(begun),
    tryEnded: (end) => {
      this.#servers.observer.tryEnded?.(end);
      const { outcome, message } = end;
      if (outcome === 'ok') this.#refused = undefined;
      else this.#refused = { since: this.#refused?.since ?? this.now(), what: message ?? outcome };
    },
  };

  /** In words that stay the same while it lasts: a person is told once. */
  says(): string | undefined {
    if (this.#refused && this.now() - this.#refused.since > TROUBLE) return `no reply any more: ${this.#refused.what}`;
    const [silent] = this.#servers.silences();
    return silent && silent.seconds > SILENCE
      ? `${silent.server} took calls and has said nothing for ${SILENCE} s; waiting for it as long as --timeout says`
      : undefined;
  }

  /** Nothing is asked any more, so what was refused says nothing of what will be. */
  forget(): void {
    this.#refused = undefined;
  }
}
