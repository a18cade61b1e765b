import { sumOf } from '@sdg/values';
import { crc32 } from 'node:zlib';

/** A zip archive of these files, not compressed. `claimed`: what the directory says of their size instead of the truth. */
export function makeZip(files: Readonly<Record<string, string>>, claimed?: number): Buffer {
  const local: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(20, 4);
    header.writeUInt32LE(crc32(data), 14);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(data.length, 22);
    header.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    header.copy(entry, 6, 4, 30);
    if (claimed !== undefined) entry.writeUInt32LE(claimed, 24);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, Buffer.from(name));
    local.push(header, Buffer.from(name), data);
    offset += header.length + name.length + data.length;
  }
  const end = Buffer.alloc(22);
  const size = sumOf(directory, (part) => part.length);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(directory.length / 2, 8);
  end.writeUInt16LE(directory.length / 2, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...local, ...directory, end]);
}

const wordNamespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

/** A Word document of these paragraphs, with the styles they name. */
export const makeDocx = (paragraphs: readonly { readonly text: string; readonly style?: string }[], claimed?: number): Buffer =>
  makeZip(
    {
      '[Content_Types].xml':
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ' +
        'ContentType="application/xml"/><Default Extension="rels" ' +
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ' +
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
      '_rels/.rels':
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" ' +
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' +
        'Target="word/document.xml"/></Relationships>',
      'word/document.xml':
        `<w:document ${wordNamespace}><w:body>` +
        paragraphs
          .map(({ text, style }) => {
            const styled = style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : '';
            return `<w:p>${styled}<w:r><w:t>${text}</w:t></w:r></w:p>`;
          })
          .join('') +
        '</w:body></w:document>',
      'word/styles.xml':
        `<w:styles ${wordNamespace}><w:style w:type="paragraph" w:styleId="Heading1">` + '<w:name w:val="heading 1"/></w:style></w:styles>',
    },
    claimed,
  );
