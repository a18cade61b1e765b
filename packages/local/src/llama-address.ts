import { SdgError } from '@sdg/core';

/** What an address of the scheme `llama:` says. */
export interface LlamaAddress {
  /** A file, or what the library's resolver takes: `hf:owner/repo/file.gguf`. */
  readonly model: string;
  /** Tokens that prompt and answer may have together. Default: what the model was trained on. */
  readonly context?: number;
  /** Threads that compute. Default: a core fewer than there are, on a GPU as the library finds them. */
  readonly threads?: number;
}

const forms = 'write llama:FILE.gguf or llama:hf:OWNER/REPO/FILE.gguf; ?context=TOKENS and &threads=N may follow';

/**
 * Reads `llama:FILE.gguf?context=4096&threads=2`.
 *
 * @throws SdgError `usage` where no file is named, or an option is not known or no whole number from 1 up
 */
export function parseLlamaAddress(address: string): LlamaAddress {
  const [model = '', query = ''] = address.trim().slice('llama:'.length).split('?');
  if (model.trim() === '') throw new SdgError('usage', '--teacher llama: names no model', { remedy: forms });
  const options: Record<string, number> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (name !== 'context' && name !== 'threads') {
      throw new SdgError('usage', `--teacher llama: has no option "${name}"`, { remedy: forms });
    }
    const number = Number(value);
    if (!Number.isSafeInteger(number) || number < 1) {
      throw new SdgError('usage', `--teacher llama: ${name} takes a whole number from 1 up; not "${value}"`, { remedy: forms });
    }
    options[name] = number;
  }
  return { model, ...options };
}
