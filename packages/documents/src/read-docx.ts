import mammoth from 'mammoth';
import type { DocumentBlock } from './document-block.js';
import { DocumentError } from './document-error.js';
import { readHtml } from './read-html.js';
import { unpackedSize } from './unpacked-size.js';

/** Most bytes that a document may come to when it is unpacked. */
const MAX_UNPACKED = 500_000_000;

/** A Word document (.docx) as blocks: headings, lists and tables by their styles. Pictures are left out. */
export async function readDocx(bytes: Buffer): Promise<DocumentBlock[]> {
  const size = unpackedSize(bytes);
  if (size === undefined) throw new DocumentError('it is not a Word document (.docx)', 'save it again as .docx');
  if (size > MAX_UNPACKED) throw new DocumentError('it is too large when unpacked', 'split it');
  const convertImage = mammoth.images.imgElement(() => Promise.resolve({ src: '' }));
  const { value } = await mammoth.convertToHtml({ buffer: bytes }, { convertImage });
  return readHtml(value.replaceAll(/<img\b[^>]*>/g, ''));
}
