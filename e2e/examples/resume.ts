import { catalog } from '@sdg/blocks';
import { openRun } from '@sdg/session';

/** Runs a shipped pipeline on a file of seeds and keeps its record in `runDir`. Called again, it goes on from there. */
export async function generate(seeds: string, runDir: string, signal?: AbortSignal) {
  const run = await openRun({
    pipeline: 'simple',
    catalog,
    files: [seeds],
    teacher: 'offline',
    scaleFactor: 2,
    runDir,
    ...(signal && { signal }),
  });
  const rows = [];
  for await (const sample of run) rows.push(sample);
  const { reason, exitCode } = await run.end();
  return { rows, reason, exitCode, ledger: run.run.ledger };
}
