import { didYouMean, SdgError } from '@sdg/core/values';
import { detectFormat } from '../formats/detect-format.js';
import { MESSAGES_FORMAT, type RowFormat } from '../formats/row-format.js';
import type { DatasetSpec } from '../recipe/recipe.js';
import type { MixOptions } from './mix-options.js';

/** The format that a dataset is said to have, or has by its first row. */
export async function formatOf(
  spec: DatasetSpec,
  row: Record<string, unknown> | undefined,
  formats: MixOptions['formats'],
  file: string,
): Promise<RowFormat> {
  const isOwn = spec.format === undefined ? !row || Array.isArray(row['messages']) : spec.format === MESSAGES_FORMAT.name;
  if (isOwn) return MESSAGES_FORMAT;
  const known = [MESSAGES_FORMAT, ...(typeof formats === 'function' ? await formats() : formats)];
  if (spec.format === undefined) return detectFormat(row!, known, { file });
  const found = known.find(({ name }) => name === spec.format);
  if (found) return found;
  const names = known.map(({ name }) => name);
  throw new SdgError('config', `dataset ${spec.name}: there is no format "${spec.format}"`, {
    ...(spec.place && { place: spec.place }),
    remedy: didYouMean(spec.format, names) || `known are ${names.join(', ')}`,
  });
}

