import { refuseUnknown, type BlockContext } from '@sdg/core';

type Operator = (config: never, context?: BlockContext) => unknown;

/** The names that a block's config may have: those of its schema, which every loaded config keeps to. */
const namesOf = ({ config }: { readonly config: object }): readonly string[] =>
  Object.keys((config as { properties?: object }).properties ?? {});

/**
 * The operator of a block as programs use it: a misspelt member of its config fails as it does in YAML, all of them at
 * once, where the operator is made. The compiler sees most of them; JavaScript sees none.
 *
 * @throws SdgError `config`
 * @example llm({ prompt, output_colums: ['q'] }) // llm: field "output_colums" is not known; did you mean "output_cols"?
 */
export function strict<F extends Operator>(spec: { readonly config: object }, operator: F): F {
  const known = namesOf(spec);
  const checked = (config: Readonly<Record<string, unknown>>, context?: BlockContext): unknown => {
    refuseUnknown(operator.name, Object.keys(config), known, 'field');
    return (operator as unknown as (config: object, context?: BlockContext) => unknown)(config, context);
  };
  return Object.defineProperty(checked, 'name', { value: operator.name }) as unknown as F;
}
