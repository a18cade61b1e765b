/** A line of a page: its text, the size of its letters and its height on the page, in points. */
export interface PdfText {
  readonly text: string;
  readonly size?: number;
  /** From the left edge. Default 50. */
  readonly x?: number;
  readonly y: number;
}

const escaped = (text: string): string => text.replaceAll(/[\\()]/g, '\\$&');

/** A PDF of these pages; `encrypted`: one that asks for a password. */
export function makePdf(pages: readonly (readonly PdfText[])[], { encrypted = false } = {}): Buffer {
  const objects: string[] = ['<< /Type /Catalog /Pages 2 0 R >>', ''];
  const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>';
  const kids: string[] = [];
  for (const lines of pages) {
    const content = lines
      .map(({ text, size = 10, x = 50, y }) => `BT /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj ET`)
      .join('\n');
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents ${objects.length} 0 R /Resources << /Font << /F1 ${font} >> >> >>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${kids.length} >>`;
  const key = '<' + 'ab'.repeat(32) + '>';
  if (encrypted) objects.push(`<< /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >>`);
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
  );
}
