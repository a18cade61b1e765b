import type { Snapshot } from '@sdg/session';
import { blockTable, clock, trafficParts } from './format.js';
import type { Section } from './frame.js';
import type { View } from './open-view.js';

interface ProgressOptions {
  readonly title: string;
  readonly snapshot: () => Snapshot;
  readonly stderr: Pick<NodeJS.WriteStream, 'write' | 'columns'>;
  /** Where a view can be drawn; elsewhere a line is added now and then. */
  readonly view?: View | undefined;
  /** Nothing is shown. */
  readonly quiet?: boolean | undefined;
}

const PLAIN_EVERY = 10_000;
/** Columns that the table may take: the view leaves the rest free, and sets it in by two. */
const TABLE = 98;

/** How a run stands, for a view. Blocks that no sample has reached are left out. */
function runSection(title: string, now: Snapshot, columns = 80): Section {
  const reached = now.blocks.filter((block) => block.in > 0);
  const rows = reached.length === 0 ? [] : blockTable(reached, Math.min(TABLE, columns - 3));
  return { title: `${title} · ${clock(now.seconds)}`, rows, facts: trafficParts(now) };
}

/** Shows a run while it goes on, until the function that it gives is called. The timer does not keep the process alive. */
export function showProgress({ title, snapshot, stderr, view, quiet }: ProgressOptions): () => void {
  if (quiet) return () => undefined;
  if (view) return view.show(() => runSection(title, snapshot(), stderr.columns || 80));
  const print = (): void => {
    const now = snapshot();
    stderr.write(`${title} · ${clock(now.seconds)} · ${trafficParts(now).join(' · ')}\n`);
  };
  const timer = setInterval(print, PLAIN_EVERY).unref();
  return () => clearInterval(timer);
}
