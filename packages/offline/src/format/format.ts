import type { Role } from '../prompt/roles.js';

/** One value of a reply. */
export interface Field {
  readonly name: string;
  readonly role: Role;
}

/** Values of one record, by field. */
export type Values = readonly string[];

/** How a reply is written down. */
export interface Format {
  readonly fields: readonly Field[];
  /** Whether several records may stand in one reply. */
  readonly many: boolean;
  /** Start tags of the fields, where it has tags: what stands behind them in the prompt is an example of a reply. */
  readonly startTags?: readonly string[];
  /** Writes records of as many values as there are fields. */
  render(records: readonly Values[]): string;
}
