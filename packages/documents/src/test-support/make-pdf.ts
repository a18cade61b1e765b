import { createHash } from 'node:crypto';

/** A line of a page: its text, the size of its letters and its height on the page, in points. */
export interface PdfText {
  readonly text: string;
  readonly size?: number;
  /** From the left edge. Default 50. */
  readonly x?: number;
  readonly y: number;
}

const escaped = (text: string): string => text.replaceAll(/[\\()]/g, '\\$&');

const md5 = (...parts: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();

/** RC4, which PDF 1.4 encrypts with and Node no longer has. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const box = Array.from({ length: 256 }, (_, i) => i);
  const swap = (a: number, b: number): void => void ([box[a], box[b]] = [box[b]!, box[a]!]);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + box[i]! + key[i % key.length]!) & 255;
    swap(i, j);
  }
  let [i, j] = [0, 0];
  return data.map((byte) => {
    i = (i + 1) & 255;
    j = (j + box[i]!) & 255;
    swap(i, j);
    return byte ^ box[(box[i]! + box[j]!) & 255]!;
  }) as Buffer;
}

/** What fills up passwords (ISO 32000-1, algorithm 2). */
const PADDING = Buffer.from('28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a', 'hex');

/** A file that is encrypted and opens without a password, as many publishers' do: keys, and a stream in it. */
function lock(): { readonly dictionary: string; readonly stream: (content: string, object: number) => string } {
  const owner = rc4(md5(PADDING).subarray(0, 5), PADDING);
  const key = md5(PADDING, owner, Buffer.from('fcffffff', 'hex'), Buffer.from('00', 'hex')).subarray(0, 5);
  return {
    dictionary: `<< /Filter /Standard /V 1 /R 2 /O <${owner.toString('hex')}> /U <${rc4(key, PADDING).toString('hex')}> /P -4 >>`,
    stream: (content, object) =>
      rc4(md5(key, Buffer.from([object, 0, 0, 0, 0])).subarray(0, 10), Buffer.from(content, 'latin1')).toString('latin1'),
  };
}

/** The annotation of a field that somebody filled in, or of a box to tick, on the page with this number. */
function widget(field: string, page: number): string {
  const value = field === 'box' ? '/FT /Btn /V /Off /AS /Off' : `/FT /Tx /V (${escaped(field)})`;
  return `<< /Type /Annot /Subtype /Widget ${value} /T (name) /Rect [120 695 400 715] /F 4 /P ${page} 0 R >>`;
}

const annotationOf = (field: string | undefined, note: string | undefined, page: number): string | undefined =>
  field === undefined
    ? note && `<< /Type /Annot /Subtype /FreeText /Contents (${escaped(note)}) /Rect [120 595 400 615] /F 4 >>`
    : widget(field, page);

interface PdfOptions {
  readonly encrypted?: boolean | 'without a password';
  readonly field?: string;
  readonly drawn?: string;
  readonly note?: string;
  readonly rotate?: number;
  readonly hasLayers?: boolean;
}

/** The first objects of a file, and what the resources of its pages name. */
const beginning = ({ hasLayers }: PdfOptions): { readonly objects: string[]; readonly properties: string } =>
  hasLayers
    ? {
        objects: [
          '<< /Type /Catalog /Pages 2 0 R /OCProperties << /OCGs [3 0 R 4 0 R] /D << /OFF [4 0 R] >> >> >>',
          ...['', '<< /Type /OCG /Name (On) >>', '<< /Type /OCG /Name (Off) >>'],
        ],
        properties: ' /Properties << /On 3 0 R /Off 4 0 R >>',
      }
    : { objects: ['<< /Type /Catalog /Pages 2 0 R >>', ''], properties: '' };

/**
 * A PDF of these pages; `encrypted`: one that asks for a password, or one that is encrypted and asks for none; `field`: what
 * someone wrote into a field of the first page, or `box` for one to tick; `note`: text put over it; `drawn`: operators that draw on each
 * page; `rotate`: by how many degrees pages are to be turned when they are shown; `hasLayers`: with a layer `On` and a layer `Off`.
 */
export function makePdf(pages: readonly (readonly PdfText[])[], options: PdfOptions = {}): Buffer {
  const { encrypted, field, drawn, note, rotate } = { encrypted: false as const, drawn: '', rotate: 0, ...options };
  const locked = encrypted === 'without a password' ? lock() : undefined;
  const { objects, properties } = beginning(options);
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  const kids: string[] = [];
  for (const lines of pages) {
    const content = lines
      .map(({ text, size = 10, x = 50, y }) => `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj ET`)
      .concat(drawn)
      .join('\n');
    const stored = locked?.stream(content, objects.length + 1) ?? content;
    objects.push(`<< /Length ${content.length} >>\nstream\n${stored}\nendstream`);
    const annotation = kids.length > 0 ? undefined : annotationOf(field, note, objects.length + 1);
    const annotations = annotation === undefined ? '' : ` /Annots [${objects.length + 2} 0 R]`;
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Rotate ${rotate} /Contents ${objects.length} 0 R ` +
        `/Resources << /Font << /F1 ${font} >>${properties} >>${annotations} >>`,
    );
    kids.push(`${objects.length} 0 R`);
    if (annotation === undefined) continue;
    objects.push(annotation);
    if (field !== undefined) objects[0] = `<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [${objects.length} 0 R] >> >>`;
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  const key = '<' + 'ab'.repeat(32) + '>';
  if (encrypted) objects.push(locked?.dictionary ?? `<< /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >>`);
  let pdf = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = pdf.length;
    pdf += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const secret = encrypted ? ` /Encrypt ${objects.length} 0 R /ID [<00> <00>]` : '';
  return Buffer.from(
    `${pdf}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 ` +
      `R${secret} >>\nstartxref\n${pdf.length}\n%%EOF\n`,
    'latin1',
  );
}
