import { fromGated, Gate, Run } from '@sdg/core';
import { DEFAULT_SYSTEM_PROMPT, trainingRows, type TrainingRow } from '@sdg/mixer';
import { map } from 'rxjs';
import { readSamples } from '../io/read-samples.js';
import { writeSamples } from '../io/write-samples.js';
import type { MixInvocation } from './mix-flags.js';
import { count } from '../progress/format.js';

/** The row with a system message first: rows of phase 0.7 are made without one. */
const withSystemMessage = (row: TrainingRow, content: string): TrainingRow =>
  row.messages[0]?.role === 'system' ? row : { ...row, messages: [{ role: 'system', content }, ...row.messages] };

/** The work of `sdg-mix`: generated samples from stdin to training rows on stdout. */
export async function runMix({ flags, stdin, stdout, say, complain, interrupted }: MixInvocation): Promise<number> {
  const { phase = 'skills', 'system-prompt': systemPrompt = DEFAULT_SYSTEM_PROMPT, 'skip-bad-lines': skip, seed } = flags;
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
    trainingRows({ phase, systemPrompt, ...(seed !== undefined && { seed }) }, run.block('rows')),
    map((row) => withSystemMessage(row, systemPrompt)),
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
