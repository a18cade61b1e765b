import type { SchemaElement } from 'hyparquet';

type Row = Readonly<Record<string, unknown>>;
type Leaf = 'BOOLEAN' | 'JSON' | 'STRING';

const LEAVES: Readonly<Record<Leaf, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  BOOLEAN: { type: 'BOOLEAN' },
  JSON: { type: 'BYTE_ARRAY', converted_type: 'JSON' },
  STRING: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
};

const leafOf = (value: unknown): Leaf => (typeof value === 'boolean' ? 'BOOLEAN' : typeof value === 'string' ? 'STRING' : 'JSON');

const isRecord = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
const isTurns = (value: unknown): value is readonly Row[] => Array.isArray(value) && value.every(isRecord);

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

  schema(name: string): SchemaElement[] {
    const repetition_type = 'OPTIONAL';
    if (!this.#isList || this.#fields.size === 0) return [{ name, repetition_type, ...LEAVES[this.#leaf ?? 'JSON'] }];
    return [
      { name, repetition_type, converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type, num_children: this.#fields.size },
      ...[...this.#fields].flatMap(([field, column]) => column.schema(field)),
    ];
  }
}

/**
 * The columns of a Parquet file, found by looking at all rows: text, booleans, and conversations as lists of turns with a
 * column for each of their fields, which is how loaders of datasets want them. What has no one type is JSON.
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

  get names(): string[] {
    return [...this.#columns.keys()];
  }

  get schema(): SchemaElement[] {
    return [{ name: 'root', num_children: this.#columns.size }, ...[...this.#columns].flatMap(([name, column]) => column.schema(name))];
  }
}
