import { once } from 'node:events';
import { chmodSync, fstatSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { attempt } from '@sdg/values';
import type { Section } from './frame.js';

/** What a program tells the one that draws: its section, lines for above the view, or that two draw and this one goes on. */
export interface Told {
  readonly pid: number;
  readonly section?: Section | null;
  readonly lines?: { readonly number: number; readonly text: string };
  readonly drawing?: true;
}

/** What the one that draws answers: lines up to a number are shown, and how wide those of its view are. */
export interface Answer {
  readonly shown: number;
  readonly drawn: readonly number[];
}

export function answerIn(line: string): Answer {
  try {
    const { shown, drawn } = JSON.parse(line) as Partial<Answer>;
    return { shown: Number(shown), drawn: Array.isArray(drawn) ? drawn.filter(Number.isFinite) : [] };
  } catch {
    return { shown: 0, drawn: [] };
  }
}

const isSection = ({ title, rows, facts }: Partial<Section>): boolean =>
  typeof title === 'string' && Array.isArray(rows) && Array.isArray(facts);

/** What a line tells; undefined for one of another form, of another version say. */
export function toldIn(line: string): Told | undefined {
  return attempt(() => {
    const told = JSON.parse(line) as Partial<Told>;
    const { pid, section, lines } = told;
    const isGood = (section ?? undefined) === undefined || isSection(section!);
    return Number.isInteger(pid) && isGood && (lines === undefined || typeof lines.text === 'string') ? (told as Told) : undefined;
  });
}

/** Reads lines until the socket ends; what goes wrong with it ends it. */
export function eachLine(socket: Socket, take: (line: string) => void): void {
  let part = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (text: string) => {
    const lines = (part + text).split('\n');
    part = lines.pop()!;
    lines.forEach(take);
  });
}

/** Where the programs at one terminal meet: sockets in a folder of this user alone. */
export class MeetingPlace {
  readonly #folder: string;
  readonly #terminal: string;
  /** Those that say nothing though they are there. */
  readonly #silent = new Set<number>();
  /** Where this program can be found. */
  readonly path: string;

  private constructor(folder: string, terminal: string) {
    this.#folder = folder;
    this.#terminal = terminal;
    this.path = join(folder, `${terminal}.${process.pid}`);
  }

  /** The one of this terminal; undefined where there is none. */
  static open(): MeetingPlace | undefined {
    return attempt(() => {
      const user = process.getuid!();
      const folder = join(process.env['XDG_RUNTIME_DIR'] || tmpdir(), `sdg-${user}`);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const found = lstatSync(folder);
      if (!found.isDirectory() || found.uid !== user) return undefined;
      chmodSync(folder, 0o700);
      const place = new MeetingPlace(folder, `view-${fstatSync(2, { bigint: true }).rdev.toString(36)}`);
      // Sockets with long names cannot be made.
      return place.path.length < 100 ? place : undefined;
    });
  }

  /** Looks for this one no more. */
  passOver(pid: number): void {
    this.#silent.add(pid);
  }

  /** Whoever else draws at this terminal, if anybody does. What the dead have left is swept away. */
  async find(): Promise<{ readonly pid: number; readonly socket: Socket } | undefined> {
    for (const name of readdirSync(this.#folder)) {
      const [first, pid] = [name.slice(0, name.lastIndexOf('.')), Number(name.slice(name.lastIndexOf('.') + 1))];
      if (first !== this.#terminal || pid === process.pid || this.#silent.has(pid)) continue;
      const path = join(this.#folder, name);
      const socket = createConnection(path).unref();
      socket.on('error', () => undefined);
      const isAlive = await once(socket, 'connect').then(
        () => true,
        () => false,
      );
      if (isAlive) return { pid, socket };
      rmSync(path, { force: true });
    }
    return undefined;
  }
}
