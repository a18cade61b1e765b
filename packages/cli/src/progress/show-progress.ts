import { blockTable, clock, trafficLine } from './format.js';
import type { Snapshot } from '@sdg/session';

export interface ProgressOptions {
  readonly title: string;
  readonly snapshot: () => Snapshot;
  readonly stderr: NodeJS.WriteStream;
  /** `live` redraws a view in place (for a terminal), `plain` adds a line now and then, `none` is silent. */
  readonly mode: 'live' | 'plain' | 'none';
}

const LIVE_EVERY = 200;
const PLAIN_EVERY = 10_000;
const UP = (lines: number): string => (lines > 0 ? `\u001b[${lines}F` : '');
const CLEAR_BELOW = '\u001b[0J';

/** Which view fits: a terminal on stderr gets the live one, unless the data goes to the same terminal. */
export function progressMode(quiet: boolean, stderr: NodeJS.WriteStream, stdout: NodeJS.WriteStream): ProgressOptions['mode'] {
  if (quiet) return 'none';
  return stderr.isTTY && !stdout.isTTY && process.env['TERM'] !== 'dumb' ? 'live' : 'plain';
}

/** A view of a run in progress. */
export interface Progress {
  /** A line among the progress, above a live view. */
  note(line: string): void;
  /** Takes the live view away; the summary follows. */
  stop(): void;
}

/** Shows a run while it goes on, on stderr. The timer does not keep the process alive. */
export function showProgress({ title, snapshot, stderr, mode }: ProgressOptions): Progress {
  let drawn = 0;
  const erase = (): void => {
    if (drawn > 0) stderr.write(UP(drawn) + CLEAR_BELOW);
    drawn = 0;
  };
  const draw = (): void => {
    const now = snapshot();
    const width = stderr.columns || 80;
    const room = Math.max(3, (stderr.rows || 24) - 4);
    // Where not all blocks fit, those that have had samples do, the last ones first: that is where the work is.
    const reached = now.blocks.length <= room ? now.blocks : now.blocks.filter((block) => block.in > 0).slice(1 - room);
    const left = now.blocks.length - reached.length;
    const body = [...blockTable(reached, width - 3), ...(left > 0 ? [`… and ${left} more blocks`] : [])];
    const lines = [`${title} · ${clock(now.seconds)}`, ...body.map((line) => `  ${line}`), ...wrapAt(trafficLine(now), width - 4)];
    erase();
    stderr.write(`${lines.map((line) => line.slice(0, width - 1)).join('\n')}\n`);
    drawn = lines.length;
  };
  const print = (): void => {
    const now = snapshot();
    stderr.write(`${title} · ${clock(now.seconds)} · ${trafficLine(now)}\n`);
  };
  const timer = mode === 'none' ? undefined : setInterval(mode === 'live' ? draw : print, mode === 'live' ? LIVE_EVERY : PLAIN_EVERY);
  timer?.unref();
  return {
    note(line) {
      erase();
      stderr.write(`${line}\n`);
      if (mode === 'live') draw();
    },
    stop() {
      clearInterval(timer);
      if (mode === 'live') erase();
    },
  };
}

/** Breaks a line of ` · `-separated parts where it would pass `width`. */
function wrapAt(line: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of line.split(' · ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + part.length <= width) lines[lines.length - 1] = `${last} · ${part}`;
    else lines.push(part);
  }
  return lines.map((text) => `  ${text}`);
}
