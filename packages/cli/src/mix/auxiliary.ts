import { SdgError } from '@sdg/values';
import type { AuxiliaryInstructions } from '@sdg/mixer';

type Environment = Readonly<Record<string, string | undefined>>;

const instructionsOf = async (name: string, env: Environment): Promise<AuxiliaryInstructions> => {
  // The blocks that a pipeline names are a large part of the program.
  const [{ openPipeline }, { catalog }] = await Promise.all([import('@sdg/pipeline'), import('@sdg/blocks')]);
  const { pipeline } = await openPipeline(name, { env, catalog });
  return Object.assign({}, ...pipeline.chains.map(({ auxiliaryInstructions }) => auxiliaryInstructions)) as AuxiliaryInstructions;
};

/** Auxiliary instructions by the name of the pipeline that made a sample. */
export class AuxiliaryLookup {
  readonly #known = new Map<string, AuxiliaryInstructions | undefined>();

  /** `only`: the pipeline whose instructions serve all samples. */
  constructor(
    private readonly only: string | undefined,
    private readonly env: Environment,
    private readonly say: (line: string) => void,
  ) {}

  /** Makes the instructions of a pipeline known before its samples are worked on. */
  async learn(pipeline: string | undefined): Promise<void> {
    const name = this.only ?? pipeline;
    if (name === undefined || this.#known.has(name)) return;
    this.#known.set(name, undefined);
    try {
      this.#known.set(name, await instructionsOf(name, this.env));
    } catch (error) {
      if (this.only !== undefined || !(error instanceof SdgError)) throw error;
      this.say(`no auxiliary rows of samples made by "${name}": ${error.what}; name the pipeline with --pipeline`);
    }
  }

  readonly find = (pipeline: string | undefined): AuxiliaryInstructions | undefined => {
    const name = this.only ?? pipeline;
    return name === undefined ? undefined : this.#known.get(name);
  };
}
