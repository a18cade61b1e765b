import { join } from 'node:path';
import { SdgError } from '@sdg/core';
import { optionalJson } from './model-folder.js';

/** What a model put out: a vector for each token of one text, or one for the text. */
interface ModelOutput {
  readonly data: ArrayLike<number>;
  /** Texts, tokens, dimensions; without the tokens for a vector of the text. */
  readonly dims: readonly number[];
}

/** How much a token counts, of so many. */
type Weigh = (token: number, tokens: number) => number;

/** By the names that sentence-transformers has for them. At length 1 a mean by the root of the number is the mean. */
const WEIGHTS: Readonly<Record<string, Weigh>> = {
  mean: () => 1,
  mean_sqrt_len_tokens: () => 1,
  cls: (token) => (token === 0 ? 1 : 0),
  lasttoken: (token, tokens) => (token === tokens - 1 ? 1 : 0),
  weightedmean: (token) => token + 1,
};
const OLD_NAMES = {
  pooling_mode_cls_token: 'cls',
  pooling_mode_mean_tokens: 'mean',
  pooling_mode_mean_sqrt_len_tokens: 'mean_sqrt_len_tokens',
  pooling_mode_weightedmean_tokens: 'weightedmean',
  pooling_mode_lasttoken: 'lasttoken',
  pooling_mode_max_tokens: 'max',
} as const;

/** The one way of pooling that `1_Pooling/config.json` names; the mean where there is no such file, or it names none. */
async function modeOf(folder: string): Promise<string> {
  const config = await optionalJson(join(folder, '1_Pooling'), 'config.json');
  const { pooling_mode: named } = config;
  const modes = Object.entries(OLD_NAMES).flatMap(([old, name]) => (config[old] === true ? [name as string] : []));
  const all = named === undefined ? modes : [named].flat().map(String);
  const [mode = 'mean'] = all;
  if (all.length <= 1 && (mode === 'max' || Object.hasOwn(WEIGHTS, mode))) return mode;
  throw new SdgError('config', `${folder}: its vectors are pooled by ${all.join(' and ')}, which is not known`, {
    remedy: `give a model that pools by one of ${[...Object.keys(WEIGHTS), 'max'].join(', ')}, or whose output is sentence_embedding`,
  });
}

/**
 * How the vector of a text, of length 1, is made of those of its tokens, as the folder of a model says. What is one already stays.
 *
 * @throws SdgError `config` for a way that is not known, or several, whose vectors would be joined
 * @example (await poolingOf('all-MiniLM-L6-v2'))({ data: [3, 0, 0, 4], dims: [1, 2, 2] }) // [0.6, 0.8]
 */
export async function poolingOf(folder: string): Promise<(output: ModelOutput) => Float32Array> {
  const mode = await modeOf(folder);
  const weigh = WEIGHTS[mode];
  return ({ data, dims }) => {
    const dimensions = dims.at(-1)!;
    const tokens = dims.length < 3 ? 1 : dims[1]!;
    const pooled = new Float64Array(dimensions).fill(weigh ? 0 : -Infinity);
    for (let token = 0; token < tokens; token++) {
      const weight = tokens === 1 ? 1 : (weigh?.(token, tokens) ?? 1);
      if (weight === 0) continue;
      for (let i = 0; i < dimensions; i++) {
        const value = data[token * dimensions + i]!;
        pooled[i] = weigh ? pooled[i]! + weight * value : Math.max(pooled[i]!, value);
      }
    }
    const length = Math.hypot(...pooled) || 1;
    return Float32Array.from(pooled, (value) => value / length);
  };
}
