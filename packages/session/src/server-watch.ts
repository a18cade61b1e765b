import type { Observer, ServerTry } from '@sdg/core';

/** A server that has been asked something and has not answered yet. */
export interface Silence {
  readonly server: string;
  /** Seconds since it was asked, or last said anything. */
  readonly seconds: number;
  /** Requests that wait for it. */
  readonly open: number;
  /** What it is asked: a question about itself, or the block that asks. */
  readonly about: string | undefined;
}

interface Server {
  readonly open: Map<number, { readonly since: number; readonly about: string | undefined }>;
  heardAt: number;
}

/** Keeps what has gone to the servers and has not come back, questions about themselves included, for a view to show. */
export class ServerWatch {
  readonly #servers = new Map<string, Server>();

  constructor(readonly now: () => number = () => performance.now()) {}

  readonly observer: Observer = {
    tryBegan: ({ id, server, purpose, block }: ServerTry) => {
      let known = this.#servers.get(server);
      if (!known) this.#servers.set(server, (known = { open: new Map(), heardAt: -Infinity }));
      known.open.set(id, { since: this.now(), about: purpose ?? block });
    },
    tryEnded: ({ id, server }) => {
      const known = this.#servers.get(server);
      if (!known?.open.delete(id)) return;
      known.heardAt = this.now();
    },
  };

  /** Servers that were asked something, those silent for longest first. */
  silences(): Silence[] {
    const now = this.now();
    return [...this.#servers]
      .flatMap(([name, { open, heardAt }]): Silence[] => {
        const [first] = open.values();
        if (!first) return [];
        return [{ server: name, seconds: (now - Math.max(first.since, heardAt)) / 1000, open: open.size, about: first.about }];
      })
      .sort((a, b) => b.seconds - a.seconds);
  }
}
