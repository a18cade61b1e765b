import type { Pdfium } from './pdfium.js';

/** What the marks around a text object say. */
interface Marks {
  /** The name of the layer that it is on, which may be off; undefined: on none. */
  readonly layer: string | undefined;
  /** The mark that says in words what is drawn, by its number; 0 for none. */
  readonly spoken: number;
  /** Whether the file says that it is no part of the text. */
  readonly isArtifact: boolean;
}

interface Mark {
  readonly layer?: string;
  readonly isSpoken: boolean;
  readonly isArtifact: boolean;
}

/** Room for a name, and where what is found is put. */
const [KEY, NAME_BYTES] = [48, 40] as const;

/** Reads the marks of one page's objects, each once: many objects stand within one. */
export class ContentMarks {
  readonly #marks = new Map<number, Mark>();

  constructor(private readonly pdfium: Pdfium) {}

  of(object: number): Marks {
    const { raw } = this.pdfium;
    const count = raw['FPDFPageObj_CountMarks']!(object);
    let [layer, spoken, isArtifact]: [string | undefined, number, boolean] = [undefined, 0, false];
    for (let i = 0; i < count; i++) {
      const pointer = raw['FPDFPageObj_GetMark']!(object, i);
      const mark = this.#marks.get(pointer) ?? this.#read(pointer);
      layer ??= mark.layer;
      if (mark.isSpoken) spoken = pointer;
      isArtifact ||= mark.isArtifact;
    }
    return { layer, spoken, isArtifact };
  }

  #read(pointer: number): Mark {
    const { raw, scratch, bytes } = this.pdfium;
    raw['FPDFPageObjMark_GetName']!(pointer, scratch, NAME_BYTES, scratch + KEY);
    const name = Buffer.from(bytes(scratch, NAME_BYTES)).toString('utf16le').split('\0')[0]!;
    const isSpoken = this.#parameter(pointer, 'ActualText') !== undefined;
    const mark = { isSpoken, isArtifact: name === 'Artifact', ...(name === 'OC' && { layer: this.#parameter(pointer, 'Name') ?? '' }) };
    this.#marks.set(pointer, mark);
    return mark;
  }

  /** The beginning of a text that a mark has by a name. */
  #parameter(pointer: number, key: string): string | undefined {
    const { raw, scratch, bytes } = this.pdfium;
    bytes(scratch + KEY, key.length + 1).set(Buffer.from(`${key}\0`));
    const isThere = raw['FPDFPageObjMark_GetParamStringValue']!(pointer, scratch + KEY, scratch, NAME_BYTES, scratch + KEY + 12) !== 0;
    if (!isThere) return undefined;
    return Buffer.from(bytes(scratch, NAME_BYTES)).toString('utf16le').split('\0')[0]!;
  }
}
