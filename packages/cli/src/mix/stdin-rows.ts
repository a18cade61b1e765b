import { PassThrough } from 'node:stream';
import { fromGated, Gate, readNdjson, Run, SdgError, type BlockAccount, type Sample } from '@sdg/core';
import { ROW_KINDS, trainingRows, type Phase, type RowKind, type TrainingRow } from '@sdg/mixer';
import { map, type Observable } from 'rxjs';
import { descriptor } from '../io/descriptor.js';
import { writeSamples } from '../io/write-samples.js';
import type { AuxiliaryLookup } from './auxiliary.js';
import type { MixInvocation } from '../commands/mix.js';
import type { MixRejects } from './mix-rejects.js';

/** Generated samples from NDJSON, of stdin or of a file, the pipelines that made them looked up on the way. */
export async function* stdinSamples(
  bytes: AsyncIterable<Uint8Array>,
  { onBadLine }: MixRejects,
  auxiliary: AuxiliaryLookup,
  name = 'stdin',
): AsyncGenerator<Sample> {
  for await (const sample of readNdjson(bytes, { name, ...(onBadLine && { onBadLine }) })) {
    await auxiliary.learn(sample._sdg?.pipeline);
    yield sample;
  }
}

const isPipe = (): boolean => {
  const stdin = descriptor(0);
  return stdin.isFIFO() || stdin.isSocket();
};

/** The kinds of rows that `--rows` names; undefined without it. Fails with `usage` for one that is not known. */
function rowKinds(flags: MixInvocation['flags']): readonly RowKind[] | undefined {
  const named = flags.rows
    ?.flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');
  if (!named) return undefined;
  const unknown = named.find((name) => !(ROW_KINDS as readonly string[]).includes(name));
  if (unknown !== undefined || named.length === 0) {
    throw new SdgError('usage', `there are no rows of the kind "${unknown ?? ''}"`, {
      remedy: `pass --rows ${ROW_KINDS.join(', ')}, or several of them`,
    });
  }
  return [...new Set(named)] as RowKind[];
}

/** Samples on their way to training rows, with the account of what was left out. */
export class SampleRows {
  readonly run: Run;
  readonly rows: Observable<TrainingRow>;
  failure: unknown;

  constructor(
    samples: AsyncIterable<Sample>,
    { flags, interrupted, say }: MixInvocation,
    auxiliary: AuxiliaryLookup,
    phase: Phase,
    systemPrompt: string,
  ) {
    this.run = new Run({ gate: new Gate({ slots: 16 }), ...(flags.seed !== undefined && { seed: flags.seed }) });
    // Behind a pipe, whoever writes to it drains on the same Ctrl-C: what it still finishes is taken, up to its end.
    const draining = isPipe() ? new AbortController().signal : interrupted;
    this.rows = fromGated(samples, { gate: this.run.gate, draining, onError: (error) => (this.failure = error) }).pipe(
      trainingRows(
        {
          phase,
          rows: rowKinds(flags),
          systemPrompt,
          seed: this.run.seed,
          auxiliaryInstructions: auxiliary.find,
          onSingleDocument: (leaf) => say(`leaf ${leaf} has one document only: its questions are shown without distractors`),
        },
        this.run.block('rows'),
      ),
    );
  }

  /** Where the samples went. */
  account(): BlockAccount {
    return this.run.ledger.toJSON()[0]!;
  }

  /** The rows with a system message first; rows of knowledge are made without one. An empty prompt leaves them so. */
  rowsWithSystem(content: string): Observable<object> {
    return this.rows.pipe(
      map((row) =>
        content === '' || row.messages[0]?.role === 'system' ? row : { ...row, messages: [{ role: 'system', content }, ...row.messages] },
      ),
    );
  }

  /** The rows as bytes, for a mix to read. */
  async *bytes(): AsyncGenerator<Uint8Array> {
    const pipe = new PassThrough();
    const writing = writeSamples(this.rows, pipe as never, this.run.gate).then(
      () => pipe.end(),
      (error: unknown) => pipe.destroy(error as Error),
    );
    yield* pipe as AsyncIterable<Buffer>;
    await writing;
    if (this.failure) throw this.failure;
    if (this.run.draining.aborted) throw new SdgError('interrupted', 'the mix was interrupted');
  }
}
