import { SdgError } from '@sdg/core';
import { openHub, type DatasetSpec, type RowSource } from '@sdg/mixer';

/** Opens a dataset of the Hugging Face Hub. */
export async function openHubDataset(dataset: DatasetSpec, env: Readonly<Record<string, string | undefined>>, say: (line: string) => void): Promise<RowSource> {
  try {
    return await openHub(dataset, { env, note: say });
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `dataset ${dataset.name}: ${(error as Error).message}`, { cause: error });
  }
}
