import type { SchemaElement } from 'hyparquet';
import { isObject, type Row } from '../formats/json-text.js';
import { ExactNumber, writeExactly } from '../treat/exact-numbers.js';

type Leaf = 'BOOLEAN' | 'INTEGER' | 'JSON' | 'STRING';

const LEAVES: Readonly<Record<Leaf, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  BOOLEAN: { type: 'BOOLEAN' },
  INTEGER: { type: 'INT64' },
  JSON: { type: 'BYTE_ARRAY' },
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

/** Whether a column of the schema holds JSON: the only bytes that are not said to be text. */
export const isJson = ({ type, converted_type: converted }: SchemaElement): boolean => type === 'BYTE_ARRAY' && converted === undefined;

/** The integer of 64 bits that a number is, as it was written: `9.0` and `-0` are none. */
function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (!(value instanceof ExactNumber) || !/^-?[1-9]\d{0,18}$/.test(value.token)) return undefined;
  const integer = BigInt(value.token);
  return BigInt.asIntN(64, integer) === integer ? integer : undefined;
}

const LEAF_OF: Readonly<Record<string, Leaf>> = { boolean: 'BOOLEAN', string: 'STRING' };
const leafOf = (value: unknown): Leaf => LEAF_OF[typeof value] ?? (integerOf(value) === undefined ? 'JSON' : 'INTEGER');

const isTurns = (value: unknown): value is readonly Row[] => Array.isArray(value) && value.every(isObject);

/** What a row has under a name, which may be that of a method of all objects. */
const own = (row: Row, name: string): unknown => (Object.hasOwn(row, name) ? row[name] : undefined);

/** What the values of one column, or of one field of its turns, have turned out to be. */
class Column {
  #leaf: Leaf | undefined;
  /** Fields of the turns, where every value is a list of turns. */
  readonly #fields = new Map<string, Column>();
  #isList: boolean | undefined;

  see(value: unknown, mayBeTurns = true): void {
    if (value === undefined || value === null) return;
    this.#isList = (this.#isList ?? mayBeTurns) && isTurns(value);
    if (this.#isList && isTurns(value)) {
      for (const turn of value) for (const [name, said] of Object.entries(turn)) this.#field(name).see(said, false);
    }
    const leaf = leafOf(value);
    this.#leaf = this.#leaf === undefined || this.#leaf === leaf ? leaf : 'JSON';
  }

  #field(name: string): Column {
    const known = this.#fields.get(name);
    if (known) return known;
    const field = new Column();
    this.#fields.set(name, field);
    return field;
  }

  get #isTurns(): boolean {
    return this.#isList === true && this.#fields.size > 0;
  }

  /** A value as the column has it. */
  cell(value: unknown): unknown {
    if (value === undefined || value === null) return null;
    if (this.#isTurns) {
      const fields = [...this.#fields];
      const cellsOf = (turn: Row): [string, unknown][] => fields.map(([name, field]) => [name, field.cell(own(turn, name))]);
      return (value as readonly Row[]).map((turn) => Object.fromEntries(cellsOf(turn)));
    }
    if (this.#leaf === 'INTEGER') return integerOf(value);
    return this.#leaf === 'JSON' ? Buffer.from(writeExactly(value)) : value;
  }

  schema(name: string): SchemaElement[] {
    const repetition_type = 'OPTIONAL';
    if (!this.#isTurns) return [{ name, repetition_type, ...LEAVES[this.#leaf ?? 'JSON'] }];
    return [
      { name, repetition_type, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type, num_children: this.#fields.size },
      ...[...this.#fields].flatMap(([field, column]) => column.schema(field)),
    ];
  }
}

/**
 * The columns of a Parquet file, found by looking at all rows: text, booleans, integers of 64 bits, and conversations as
 * lists of turns with a column for each of their fields, which is how loaders of datasets want them. What has no one type
 * is JSON, its numbers with all of their digits.
 */
export class ParquetColumns {
  readonly #columns = new Map<string, Column>();

  see(row: Row): void {
    for (const [name, value] of Object.entries(row)) {
      const column = this.#columns.get(name) ?? new Column();
      this.#columns.set(name, column);
      column.see(value);
    }
  }

  /** What a row has in a column, as the writer takes it. */
  cell(name: string, row: Row): unknown {
    return this.#columns.get(name)?.cell(own(row, name));
  }

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  get schema(): SchemaElement[] {
    return [{ name: 'root', num_children: this.#columns.size }, ...[...this.#columns].flatMap(([name, column]) => column.schema(name))];
  }
}
