import { columnsOf, isReply, lineageOf, type DropRecord, type Observer, type Reply, type Sample } from '@sdg/core';
import type { Prices } from '@sdg/session';

/** A sample that ended on the way. */
export interface LostSample {
  readonly block: string;
  readonly sample: Sample;
  readonly drop: DropRecord;
}

/** What a block had the teacher say of one sample, as far as it does not stand in it: a verdict that the pipeline drops, or its reasons. */
export interface Verdict {
  readonly block: string;
  readonly columns: readonly (readonly [name: string, value: unknown])[];
  /** The reply, where the columns are numbers alone: reasons stand there. */
  readonly reply: string | undefined;
}

/** How a sample came out of the block that made it of another one, which it had asked the teacher about. */
interface Birth {
  readonly parent: string;
  readonly block: string;
  readonly columns: Verdict['columns'];
}

/** What became of one seed. */
interface SeedNotes {
  readonly rows: Sample[];
  readonly lost: LostSample[];
  calls: number;
  cachedCalls: number;
  tokens: number;
  cost: number;
}

/** Takes down what becomes of a few seeds, seed by seed. Holds all of it: for a preview, not for a run. */
export class PreviewNotes {
  readonly #seeds = new Map<string, SeedNotes>();
  readonly #rootOf = new Map<string, string>();
  /** By the id of a sample. */
  readonly #births = new Map<string, Birth>();
  /** Replies and children by block and sample. */
  readonly #replies = new Map<string, string>();
  readonly #children = new Map<string, number>();

  constructor(private readonly prices: Prices | undefined) {}

  of(root: string): SeedNotes {
    const known = this.#seeds.get(root) ?? { rows: [], lost: [], calls: 0, cachedCalls: 0, tokens: 0, cost: 0 };
    this.#seeds.set(root, known);
    return known;
  }

  /** The verdicts on a sample that it does not show whole, the oldest first: what came of a call that made one sample of one. */
  verdictsOn(sample: Sample): Verdict[] {
    const shown = columnsOf(sample);
    const verdicts: Verdict[] = [];
    for (let birth = this.#births.get(lineageOf(sample).id); birth; birth = this.#births.get(birth.parent)) {
      const { parent, block } = birth;
      const reply = this.#replies.get(keyOf(block, parent));
      const isBare = birth.columns.length > 0 && birth.columns.every(([, value]) => typeof value !== 'string');
      const columns = birth.columns.filter(([name]) => !(name in shown));
      if (reply === undefined || this.#children.get(keyOf(block, parent)) !== 1 || (columns.length === 0 && !isBare)) continue;
      verdicts.unshift({ block, columns, reply: isBare ? reply : undefined });
    }
    return verdicts;
  }

  #born({ name }: { readonly name: string }, sample: Sample, parent: Sample): void {
    const [id, of] = [lineageOf(sample).id, lineageOf(parent).id];
    if (id === of) return;
    const before = columnsOf(parent);
    this.#births.set(id, { parent: of, block: name, columns: Object.entries(columnsOf(sample)).filter(([key]) => !(key in before)) });
    this.#children.set(keyOf(name, of), (this.#children.get(keyOf(name, of)) ?? 0) + 1);
  }

  readonly observer: Observer = {
    sampleEntered: (_block, sample) => {
      const { id, root } = lineageOf(sample);
      this.#rootOf.set(id, root);
    },
    sampleSettled: (block, sample, parent) => this.#born(block, sample, parent),
    sampleDropped: ({ name }, sample, drop) => void this.of(lineageOf(sample).root).lost.push({ block: name, sample, drop }),
    callEnded: ({ name }, _call, { sampleId }, end) => {
      if (!isReply(end)) return;
      if (sampleId !== undefined) this.#replies.set(keyOf(name, sampleId), end.choices.map(({ text }) => text).join('\n\n'));
      const root = sampleId === undefined ? undefined : this.#rootOf.get(sampleId);
      if (root !== undefined) this.#count(this.of(root), end);
    },
  };

  #count(notes: SeedNotes, { cached, model, usage, paid = usage }: Reply): void {
    notes.calls++;
    notes.tokens += usage.promptTokens + usage.completionTokens;
    if (cached) notes.cachedCalls++;
    else notes.cost += costOfTokens(this.prices, model, paid);
  }
}

const keyOf = (block: string, sample: string): string => `${block}\0${sample}`;

function costOfTokens(prices: Prices | undefined, model: string, { promptTokens, completionTokens }: Reply['usage']): number {
  const price = prices?.[model] ?? prices?.['*'];
  return price ? (promptTokens * price.input + completionTokens * price.output) / 1e6 : 0;
}
