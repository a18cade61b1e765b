import { createReadStream } from 'node:fs';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SdgError } from '@sdg/core';

/** Makes a text into numbers of tokens, between those that stand for its ends where the model wants them. */
type Encode = (text: string) => number[];

/** A `tokenizer.json`, opened. */
interface FolderTokenizer {
  /** The tokens of a text alone; of what a vocabulary of words has not, and has no token for, none. */
  readonly words: Encode;
  /** With those that stand for its ends. */
  readonly whole: Encode;
  /** The number that stands for what the vocabulary has not. */
  readonly unknown: number | undefined;
  /** Where the file says to cut texts, in tokens. */
  readonly truncation: number | undefined;
  /** Tokens by their numbers. */
  readonly tokens: readonly string[];
}

interface PreTokenizer {
  readonly type?: string;
  readonly pretokenizers?: readonly PreTokenizer[];
}

interface TokenizerFile {
  readonly model?: {
    readonly type?: string;
    readonly unk_token?: string | null;
    readonly unk_id?: number | null;
    readonly vocab?: Readonly<Record<string, number>> | readonly (readonly [string, number])[];
  };
  readonly pre_tokenizer?: PreTokenizer | null;
  readonly added_tokens?: readonly { readonly content: string; readonly id: number }[];
  readonly truncation?: { readonly max_length?: number } | null;
}

/** Whether a text is split at white space before all else, so that the tokens of a word do not depend on those beside it. */
const isByWord = ({ model, pre_tokenizer: split, added_tokens: added = [] }: TokenizerFile): boolean =>
  model?.type === 'WordPiece' &&
  (split?.type === 'BertPreTokenizer' || split?.type === 'Whitespace') &&
  added.every(({ content }) => !/\s/.test(content));

/** White space that the normalizer of BERT keeps: it drops what else JavaScript counts among it. */
const SPACE = /[\t\n\r\p{Z}]+/u;

/** `\w+|[^\w\s]+` as the original reads it. The library takes the letters of ASCII for all there are. */
const WORDS = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]+|[^\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}\\s]+';

const mended = (split: PreTokenizer): PreTokenizer => ({
  ...(split.type === 'Whitespace' ? { type: 'Split', pattern: { Regex: WORDS }, behavior: 'Removed', invert: true } : split),
  ...(split.pretokenizers && { pretokenizers: split.pretokenizers.map(mended) }),
});

/** Words whose tokens are remembered. */
const MOST_WORDS = 200_000;

/** Remembers the tokens of words: texts have few different ones, and taking them apart is most of the work. */
function byWord(encode: Encode): Encode {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const ids: number[] = [];
    for (const word of text.split(SPACE)) {
      if (word === '') continue;
      let own = known.get(word);
      if (!own) {
        if (known.size >= MOST_WORDS) known.clear();
        known.set(word, (own = encode(word)));
      }
      for (const id of own) ids.push(id);
    }
    return ids;
  };
}

/** Tokens by their numbers. */
function tokensOf({ model, added_tokens: added = [] }: TokenizerFile): string[] {
  const vocabulary = model?.vocab ?? {};
  const tokens: string[] = [];
  if (Array.isArray(vocabulary)) for (const [token] of vocabulary as [string, number][]) tokens.push(token);
  else for (const [token, id] of Object.entries(vocabulary as Record<string, number>)) tokens[id] = token;
  for (const { content, id } of added) tokens[id] ??= content;
  return tokens;
}

/**
 * Opens the `tokenizer.json` of a folder.
 *
 * @throws SdgError `usage` where it cannot be read, `config` where it is no tokenizer
 */
export async function openTokenizer(folder: string): Promise<FolderTokenizer> {
  const file = join(folder, 'tokenizer.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new SdgError('usage', `${folder} has no tokenizer.json that can be read`, {
      remedy: 'give the folder of the whole model, with its tokenizer.json',
      cause: error,
    });
  }
  try {
    const { Tokenizer } = await import('@huggingface/tokenizers');
    const written = JSON.parse(text) as TokenizerFile;
    const { unk_token: unkToken, unk_id: unkId } = written.model ?? {};
    const split = written.pre_tokenizer && mended(written.pre_tokenizer);
    // A vocabulary of words has its unknown one from the second argument alone.
    const tokenizer = new Tokenizer({ ...written, pre_tokenizer: split }, { unk_token: unkToken });
    const tokens = tokensOf(written);
    const unknown = unkId ?? (unkToken == null ? -1 : tokens.indexOf(unkToken));
    const encode = (said: string): number[] =>
      tokenizer.encode(said, { add_special_tokens: false }).ids.filter((id: number | undefined) => id !== undefined);
    return {
      words: isByWord(written) ? byWord(encode) : encode,
      whole: (said) => tokenizer.encode(said).ids,
      unknown: unknown < 0 ? undefined : unknown,
      truncation: written.truncation?.max_length,
      tokens,
    };
  } catch (error) {
    throw new SdgError('config', `${file} is no tokenizer that can be used: ${(error as Error).message}`, { cause: error });
  }
}

/** A JSON file of a folder, where there is one. @throws SdgError `config` where it is none: what it says of the model would be missed */
export async function optionalJson(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  const file = join(folder, name);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new SdgError('config', `${file} cannot be read: ${(error as Error).message}`, { remedy: 'fetch the model again', cause: error });
  }
}

/** Says once that long texts are told by their beginning: what is beyond it counts for nothing. */
export function lengthWatch(name: string, most: number, onNotice?: (text: string) => void): (tokens: number) => void {
  let isSaid = false;
  return (tokens) => {
    if (isSaid || tokens <= most) return;
    isSaid = true;
    onNotice?.(`${name} reads the first ${most} tokens of a text, and some are longer: what they end with counts for nothing`);
  };
}

/** A name for the very files: a model of other weights has another. */
export async function identify(...files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 12);
}

/** The folder that an address names: `static:FOLDER`. @throws SdgError `usage` where it names none */
export function folderOf(address: string): { readonly folder: string; readonly name: string } {
  const folder = address.slice(address.indexOf(':') + 1).trim();
  if (folder === '') throw new SdgError('usage', `--embedder ${address} names no folder`, { remedy: `write ${address}FOLDER` });
  return { folder, name: `${address.slice(0, address.indexOf(':'))}:${basename(resolve(folder))}` };
}
