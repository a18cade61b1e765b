import { counted } from '@sdg/values';
import { DEFAULT_SYSTEM_PROMPT } from '@sdg/mixer/mix';
import { writeSamples } from '../io/write-samples.js';
import { AuxiliaryLookup } from './auxiliary.js';
import type { MixInvocation } from '../commands/mix.js';
import type { MixRejects } from './mix-rejects.js';
import { noRows, tellLeftOut } from './no-rows.js';
import { SampleRows, stdinSamples } from './stdin-rows.js';

/** With nothing to mix in: samples to rows as they come. */
export async function streamRows(invocation: MixInvocation, bytes: AsyncIterable<Uint8Array>, rejects: MixRejects): Promise<number> {
  const { name, flags, env, stdout, say, interrupted, view } = invocation;
  const auxiliary = new AuxiliaryLookup(flags.pipeline, env, say);
  const samples = stdinSamples(bytes, rejects, auxiliary);
  const systemPrompt = flags['system-prompt'] ?? DEFAULT_SYSTEM_PROMPT;
  const rows = new SampleRows(samples, invocation, auxiliary, flags.phase ?? 'skills', systemPrompt);
  let taken = 0;
  const facts = (): string[] => [`${counted(taken, 'row')} of ${counted(rows.account().in, 'sample')}`];
  const hide = flags.quiet ? undefined : view?.show(() => ({ title: name, rows: [], facts: facts() }));
  const { closed, count: written } = await writeSamples(rows.rowsWithSystem(systemPrompt), stdout, rows.run.gate, (n) => (taken = n));
  hide?.();
  if (rows.failure) throw rows.failure;
  if (!closed) {
    const account = rows.account();
    tellLeftOut(account.rejected, say);
    const bad = rejects.count > 0 ? `, ${counted(rejects.count, 'bad line')}` : '';
    say(`${counted(written, 'row')} from ${counted(account.in, 'sample')}${bad}`);
    if (written === 0 && !interrupted.aborted) {
      throw noRows({ read: account.in, badLines: rejects.count, reasons: Object.keys(account.rejected) });
    }
  }
  return interrupted.aborted ? 130 : 0;
}
