import { formatFinding, formatFindingForGithub, fromGated, Gate, type Finding } from '@sdg/core';
import { readTaxonomy } from '@sdg/taxonomy';
import { ignoreElements } from 'rxjs';
import { writeSamples } from '../io/write-samples.js';
import type { ReadInvocation } from './read-flags.js';

/** Lines in flight to the pipe: reading is cheap, so the window is wide. */
const WINDOW = { slots: 256, windowPerSlot: 8 };

/** The work of `sdg-read`: samples to stdout, findings to stderr. Exit 1 if any finding is an error. */
export async function runRead({ flags, positionals, env, stdout, stderr, say, interrupted }: ReadInvocation): Promise<number> {
  const { check, format = env['GITHUB_ACTIONS'] ? 'github' : 'text' } = flags;
  const print = format === 'github' ? formatFindingForGithub : formatFinding;
  let errors = 0;
  const onFinding = (finding: Finding): void => {
    if (finding.severity === 'error') errors++;
    stderr.write(`${print(finding)}\n`);
  };
  const gate = new Gate(WINDOW);
  const samples = fromGated(readTaxonomy(positionals, { onFinding }), { gate, draining: interrupted });
  const { count } = await writeSamples(check ? samples.pipe(ignoreElements()) : samples, stdout, gate);
  if (errors > 0) say(`${errors} ${errors === 1 ? 'error' : 'errors'}; what is wrong was left out`);
  else if (!check && count === 0 && !interrupted.aborted) say('no seed samples found');
  return interrupted.aborted ? 130 : errors > 0 ? 1 : 0;
}
