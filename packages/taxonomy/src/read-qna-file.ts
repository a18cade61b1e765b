import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import type { Finding } from '@sdg/values';
import { whyUnreadable, type QnaFile } from './find-qna-files.js';
import { judgeQna, type Judgement, type JudgeOptions } from './judge-qna.js';

/** More than anybody writes by hand: the largest of the public taxonomy has less than a hundredth. */
const MAX_BYTES = 16_000_000;

const rejection = (finding: Omit<Finding, 'severity'>): Judgement => ({ verdict: 'reject', findings: [{ severity: 'error', ...finding }] });

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
  const first = { file, line: 1, column: 1 };
  let bytes: Buffer;
  try {
    const found = await stat(file);
    if (!found.isFile()) {
      return rejection({ ...first, rule: 'file/kind', message: 'this is not a regular file', remedy: 'replace it by one' });
    }
    if (found.size > MAX_BYTES) {
      const message = `the file has ${Math.ceil(found.size / 1_000_000)} MB, more than ${MAX_BYTES / 1_000_000}`;
      return rejection({ ...first, rule: 'file/size', message, remedy: 'move long texts into documents, or split the leaf' });
    }
    bytes = await readFile(file);
  } catch (error) {
    return rejection({
      ...first,
      rule: 'file/unreadable',
      message: `the file cannot be read: ${whyUnreadable(error)}`,
      remedy: 'make it readable',
    });
  }
  if (!isUtf8(bytes)) {
    return rejection({
      file,
      ...firstBadByte(bytes),
      rule: 'file/encoding',
      message: 'this is not UTF-8 text',
      remedy: 'save the file as UTF-8',
    });
  }
  return judgeQna(bytes.toString('utf8'), file, root, options);
}
