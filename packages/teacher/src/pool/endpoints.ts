import { Endpoint, type Server } from './endpoint.js';
import type { Limit } from './limit.js';

/** The servers behind one queue: which of them takes the next call, and how much they take together. */
export class Endpoints {
  /** The names of all, as a message shows them. */
  readonly name: string;
  readonly #all: readonly Endpoint[];

  constructor(servers: readonly Server[], limit: (server: Server) => Limit) {
    this.name = servers.map(({ name }) => name).join(',');
    this.#all = servers.map((server) => new Endpoint(server, limit(server)));
  }

  /** Calls that all which are up can have in flight; while none is, that all could. */
  get limit(): number {
    const up = this.#all.filter(({ down }) => !down);
    return (up.length > 0 ? up : this.#all).reduce((total, { limit }) => total + limit.value, 0);
  }
  /** What their limits are doing; undefined where these never do anything. */
  get phase(): string | undefined {
    const phases = new Set(this.#all.map(({ limit }) => limit.phase).filter((phase) => phase !== undefined));
    return phases.size > 0 ? [...phases].join(', ') : undefined;
  }
  /** Whether none is up. */
  get allDown(): boolean {
    return this.#all.every(({ down }) => down);
  }

  /** The one with the least load that can be asked now. */
  freest(now: number): Endpoint | undefined {
    let best: Endpoint | undefined;
    for (const endpoint of this.#all) {
      if (endpoint.isFree(now) && (!best || endpoint.load(now) < best.load(now))) best = endpoint;
    }
    return best;
  }

  /** Whether a call that has failed may go to one that is in no trouble as soon as that has a slot. */
  hasSound(now: number): boolean {
    return this.#all.some((endpoint) => !endpoint.isTroubled(now) && endpoint.isOpen(now));
  }

  /** Milliseconds until one that pauses may be asked again; Infinity where only an event can help. */
  soonest(now: number): number {
    return Math.min(
      Infinity,
      ...this.#all.filter(({ down, pausedUntil }) => !down && pausedUntil > now).map(({ pausedUntil }) => pausedUntil - now),
    );
  }

  /** No calls before `until`, at the server of this name or at all. Returns those that had not been pausing at `now`. */
  pause(until: number, now: number, serverName?: string): Endpoint[] {
    const named = this.#all.filter(({ server }) => serverName === undefined || server.name === serverName);
    const fresh = named.filter(({ pausedUntil }) => pausedUntil < now);
    for (const endpoint of named) endpoint.pausedUntil = Math.max(endpoint.pausedUntil, until);
    return fresh;
  }

  /** When the first of their limits may rise though no call ends; Infinity: none. */
  get risesAt(): number {
    return Math.min(...this.#all.map(({ limit }) => limit.risesAt ?? Infinity));
  }

  passed(now: number): void {
    for (const { limit } of this.#all) limit.passed?.(now);
  }

  /** What their limits found out, by address. */
  get found(): ReadonlyMap<string, number> {
    return new Map(this.#all.flatMap(({ server, limit }) => (limit.found === undefined ? [] : [[server.name, limit.found] as const])));
  }

  /** The server of this name takes so many calls more before a rate of its own is used up. */
  remaining(serverName: string, calls: number): void {
    for (const { server, limit, inFlight } of this.#all) if (server.name === serverName) limit.heard?.({ remaining: calls }, inFlight);
  }

  /** Listens to what all servers say of themselves. */
  listen(stop: AbortSignal, onLook: () => void): void {
    for (const endpoint of this.#all) void endpoint.listen(stop, onLook);
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map(({ server }) => server.close?.()));
  }
}
