import { SdgError } from '@sdg/core';
import { isHubUrl, isWebAddress, openHub, openWebFile, refuseStore, type DatasetSpec, type RowSource } from '@sdg/mixer';

/** Opens a dataset by its address: of the Hugging Face Hub or of the web. */
export async function openAddress(
  dataset: DatasetSpec,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
): Promise<RowSource> {
  const { path, name } = dataset;
  try {
    refuseStore(dataset);
    if (isHubUrl(path)) return await openHub(dataset, { env, note: say });
    if (isWebAddress(path)) return await openWebFile(dataset, { env, note: say });
  } catch (error) {
    if (error instanceof SdgError) throw error;
    throw new SdgError('bad-input', `dataset ${name}: ${(error as Error).message}`, { cause: error });
  }
  throw new SdgError('usage', `dataset ${name}: addresses of ${path.split(':')[0]}: are not known`, {
    remedy: 'name a file, hf://datasets/owner/name, or an address of http: or https:',
  });
}
