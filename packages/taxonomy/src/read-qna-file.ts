import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { Finding } from '@sdg/values';
import { fileFinding, whyUnreadable, type QnaFile } from './find-qna-files.js';
import { judgeQna, type Judgement, type JudgeOptions } from './judge-qna.js';

/** More than anybody writes by hand: the largest of the public taxonomy has less than a hundredth. */
const MAX_BYTES = 16_000_000;

const rejected = (finding: Finding): Judgement => ({ verdict: 'reject', findings: [finding] });

/** Line and column of the first byte that is not UTF-8. */
function firstBadByte(bytes: Buffer): { line: number; column: number } {
  let start = 0;
  for (let line = 1; ; line++) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed === -1 ? bytes.length : lineFeed;
    const part = bytes.subarray(start, end);
    if (!isUtf8(part)) return { line, column: Array.from(part.toString('utf8')).indexOf('\ufffd') + 1 };
    if (lineFeed === -1) return { line: 1, column: 1 };
    start = lineFeed + 1;
  }
}

/** Reads a qna.yaml and judges it. Whatever is wrong is a finding; nothing is thrown. */
export async function readQnaFile({ file, root }: QnaFile, options: JudgeOptions = {}): Promise<Judgement> {
  const reject = (rule: string, message: string, remedy: string): Judgement =>
    rejected(fileFinding('error', `file/${rule}`, file, message, remedy));
  let bytes: Buffer;
  try {
    const found = await stat(file);
    if (!found.isFile()) return reject('kind', 'this is not a regular file', 'replace it by one');
    if (found.size > MAX_BYTES) {
      const message = `the file has ${Math.ceil(found.size / 1_000_000)} MB, more than ${MAX_BYTES / 1_000_000}`;
      return reject('size', message, 'move long texts into documents, or split the leaf');
    }
    bytes = await readFile(file);
  } catch (error) {
    return reject('unreadable', `the file cannot be read: ${whyUnreadable(error)}`, 'make it readable');
  }
  if (!isUtf8(bytes)) {
    const finding = fileFinding('error', 'file/encoding', file, 'this is not UTF-8 text', 'save the file as UTF-8');
    return rejected({ ...finding, ...firstBadByte(bytes) });
  }
  return judgeQna(bytes.toString('utf8'), file, root, options);
}
