import { fromGated, Gate, Run } from '@sdg/core';
import { trainingRows } from '@sdg/mixer';
import { readSamples } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import type { MixInvocation } from './mix-flags.js';
import { count } from '../progress/format.js';

/** The work of `sdg-mix`: generated samples from stdin to training rows on stdout. */
export async function runMix({ flags, stdin, stdout, say, complain, interrupted }: MixInvocation): Promise<number> {
  const { phase = 'skills', 'system-prompt': systemPrompt, 'skip-bad-lines': skip, seed } = flags;
  let badLines = 0;
  let failure: unknown;
  const reader = await readSamples({
    files: [],
    stdin,
    expects: 'generated samples, as sdg-run writes them',
    ...(skip && {
      onBadLine: (error) => {
        badLines++;
        complain(`${error.message.split(';')[0]}; left out`);
      },
    }),
  });
  const run = new Run({ gate: new Gate({ slots: 256 }) });
  const rows = fromGated(reader, { gate: run.gate, draining: interrupted, onError: (error) => (failure = error) }).pipe(
    trainingRows({ phase, ...(systemPrompt !== undefined && { systemPrompt }), ...(seed !== undefined && { seed }) }, run.block('rows')),
  );
  const written = await writeSamples(rows, stdout, run.gate);
  if (failure) throw failure;
  const [account] = run.ledger.toJSON();
  if (!written.closed) {
    if (account!.in === 0) say('the input was empty');
    for (const [reason, n] of Object.entries(account!.rejected)) say(`${count(n)} samples left out: ${reason}`);
    say(`${count(written.count)} rows from ${count(account!.in)} samples${badLines > 0 ? `, ${count(badLines)} bad lines` : ''}`);
  }
  return interrupted.aborted ? 130 : 0;
}
