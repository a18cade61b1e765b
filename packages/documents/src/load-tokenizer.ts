import { readFile } from 'node:fs/promises';
import { SdgError } from '@sdg/values';
import type { CountTokens } from './count-tokens.js';

/**
 * A count of tokens by a Hugging Face `tokenizer.json`, without the special ones at the ends. Fails with `usage` if the
 * file cannot be read or is no tokenizer.
 */
export async function loadTokenizer(file: string): Promise<CountTokens> {
  try {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const tokenizer = new Tokenizer(JSON.parse(await readFile(file, 'utf8')) as object, {});
    tokenizer.encode('a');
    return (text) => tokenizer.encode(text, { add_special_tokens: false }).ids.length;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? `there is no tokenizer ${file}` : `cannot use ${file} as a tokenizer: ${message}`;
    throw new SdgError('usage', what, { remedy: "name the tokenizer.json of the teacher's model", cause: error });
  }
}
