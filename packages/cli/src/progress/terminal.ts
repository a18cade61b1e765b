import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { attempt } from '@sdg/values';

type Environment = Readonly<Record<string, string | undefined>>;
type Terminal = Pick<NodeJS.WriteStream, 'isTTY'>;

/** Whether terminals of this kind break long lines anew when they get narrower. Nearly all do. */
export function reflows({ TERM = '', TMUX, XTERM_VERSION, KONSOLE_VERSION, VTE_VERSION }: Environment): boolean {
  if (TMUX || KONSOLE_VERSION || VTE_VERSION) return true;
  return !XTERM_VERSION && !/^(linux|rxvt|screen)/.test(TERM);
}

/** The group of a process, and the one in front at its terminal: `/proc/PID/stat`. */
function groupsOf(pid: number | 'self'): { readonly own: string; readonly front: string } | undefined {
  return attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { own: fields[2]!, front: fields[5]! };
  });
}

/** Whether a process is not in the background of its shell, where someone may be typing; true where that is not known. */
export function isInFront(pid: number | 'self' = 'self'): boolean {
  const groups = groupsOf(pid);
  return groups === undefined || groups.front === '-1' || groups.own === groups.front;
}

const opened = (pid: number | 'self', fd: number): string | undefined => {
  return attempt(() => readlinkSync(`/proc/${pid}/fd/${fd}`));
};

/** Where what this process writes to stdout comes out in the end; empty: that cannot be known; undefined: nobody reads it yet. */
function endOfPipe(): string | undefined {
  const group = groupsOf('self')?.own;
  if (group === undefined) return '';
  const members = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && groupsOf(pid)?.own === group);
  const seen = new Set<string>();
  let pipe: string | undefined = opened('self', 1) ?? '';
  while (pipe?.startsWith('pipe:') && !seen.has(pipe)) {
    seen.add(pipe);
    const reader = members.find((pid) => opened(pid, 0) === pipe);
    pipe = reader === undefined ? undefined : opened(reader, 1);
  }
  return pipe;
}

/** Milliseconds between looks for a reader that a busy shell has yet to start. */
const LOOKS = [20, 40, 80, 160];

/**
 * Whether what this process writes to stdout comes out on a terminal at the end of its pipe, as in `sdg-run … | jq`: a
 * view drawn there would overwrite it. Follows the pipe through the processes of the same group, which Linux shows.
 *
 * @param find where the pipe ends, undefined where that cannot be seen yet
 */
export function dataIsShown(stdout: Terminal, find: () => string | undefined = endOfPipe): boolean {
  if (stdout.isTTY) return true;
  let end = find();
  for (const ms of LOOKS) {
    if (end !== undefined) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
    end = find();
  }
  return end !== undefined && /^\/dev\/(pts\/|tty|console)/.test(end);
}

/**
 * Whether a view may be drawn on stderr again and again: on a terminal that can, that no data comes out on, and where
 * somebody looks, which in a CI nobody does though some have a terminal.
 */
export function canDraw({ TERM, CI }: Environment, stderr: Terminal, stdout: Terminal): boolean {
  const isCi = CI !== undefined && CI !== '' && CI !== 'false' && CI !== '0';
  return Boolean(stderr.isTTY) && TERM !== 'dumb' && !isCi && !dataIsShown(stdout);
}
