import type { Chain } from './pipeline.js';

/** The name of a block in the accounts of a run: with its chain in front, where the pipeline has several. */
export const labelOf = (chain: Pick<Chain, 'name'>, name: string, several: boolean): string => (several ? `${chain.name}/${name}` : name);
