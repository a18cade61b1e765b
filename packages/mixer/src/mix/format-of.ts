import { didYouMean, SdgError } from '@sdg/values';
import { areMessages, detectFormat, type Wanted } from '../formats/detect-format.js';
import type { OutputFormat } from '../formats/output-format.js';
import { MESSAGES_FORMAT, type RowFormat } from '../formats/row-format.js';
import type { DatasetSpec } from '../recipe/recipe.js';
import type { MixOptions } from './mix-options.js';

/** Names that DataMix has for formats that have others here, its lists of sets and its own form of conversations among them. */
const ALIASES: Readonly<Record<string, string>> = {
  alpaca_format: 'alpaca_output',
  cap_instruction_response: 'cap_instr_response',
  instr_chosen_resp: 'instr_chosen_response',
  question_solution: 'question_choice_solution',
  'gpt-style': 'gpt_style',
};

const wantedFor = (output: OutputFormat): Wanted => (output === 'preference' ? 'preferences' : output === 'kto' ? 'verdicts' : 'answers');

/** The format that a dataset is said to have, or has by its first rows. */
export async function formatOf(
  spec: DatasetSpec,
  rows: readonly Readonly<Record<string, unknown>>[],
  formats: MixOptions['formats'],
  file: string,
  output: OutputFormat,
): Promise<RowFormat> {
  const wanted = wantedFor(output);
  const isOwn =
    spec.format === undefined ? rows.length === 0 || (wanted === 'answers' && areMessages(rows)) : spec.format === MESSAGES_FORMAT.name;
  if (isOwn) return MESSAGES_FORMAT;
  const known = [MESSAGES_FORMAT, ...(typeof formats === 'function' ? await formats() : formats)];
  if (spec.format === undefined) return detectFormat(rows, known, { file }, wanted);
  const asked = spec.format.replace(/_sets$/, '');
  const found = [spec.format, asked, ALIASES[asked]]
    .map((name) => known.find((format) => format.name === name))
    .find((format) => format !== undefined);
  if (found) return found;
  const names = known.map(({ name }) => name);
  throw new SdgError('config', `dataset ${spec.name}: there is no format "${spec.format}"`, {
    ...(spec.place && { place: spec.place }),
    remedy: didYouMean(spec.format, names) || `known are ${names.join(', ')}`,
  });
}
