import { spells } from './span.js';

/** Columns remembered. */
const MAX_COLUMNS = 1000;

/** A column that moves into the metadata: datasets have few of them and many rows, so its bytes are kept. */
export class KnownColumn {
  /** As it ends a key: `name"`. */
  readonly key: Buffer;
  /** As it stands in an object: `"name"`. */
  readonly plain: Buffer;
  /** As it stands in an object that is text: `\"name\"`. */
  readonly escaped: Buffer;

  constructor(readonly name: string) {
    this.key = Buffer.from(`${name}"`);
    this.plain = Buffer.from(`"${name}"`);
    this.escaped = Buffer.from(`\\"${name}\\"`);
  }
}

/** The columns that a dataset turned out to have. */
export class KnownColumns {
  #columns: KnownColumn[] = [];

  /** The column whose name stands there; undefined where it is escaped. `hint`: where it was in the rows before. */
  find(buffer: Buffer, start: number, end: number, hint: number): KnownColumn | undefined {
    const hinted = this.#columns[hint];
    if (hinted && spells(buffer, start, hinted.key)) return hinted;
    const name = buffer.toString('utf8', start, end);
    if (name.includes('\\')) return undefined;
    const known = this.#columns.find((column) => column.name === name);
    if (known) return known;
    if (this.#columns.length >= MAX_COLUMNS) this.#columns = [];
    const column = new KnownColumn(name);
    this.#columns.push(column);
    return column;
  }
}
