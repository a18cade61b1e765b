import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Finding } from '@sdg/core';

const NAME = 'attribution.txt';

/** What the checks of the public taxonomy ask for beside a qna.yaml: a file attribution.txt with something in it. */
export async function attributionFindings(file: string): Promise<Finding[]> {
  const path = join(dirname(file), NAME);
  const found = await stat(path).catch(() => undefined);
  const remedy = 'name title, address, revision, licence and authors of what the leaf was made from';
  const error = { severity: 'error', rule: 'file/attribution', line: 1, column: 1, remedy } as const;
  if (!found?.isFile()) return [{ ...error, file, message: `there is no ${NAME} beside this file` }];
  return found.size === 0 ? [{ ...error, file: path, message: 'the file is empty' }] : [];
}
