import { refuseUnknown } from './suggest.js';

type Operator = (config: never, ...context: never) => unknown;

/**
 * The operator of a block, which refuses what its schema does not know: a misspelt member of its config fails in a program as
 * it does in YAML, all of them at once, where the operator is made. The compiler sees most of them; JavaScript sees none.
 *
 * @throws SdgError `config`
 * @example llm({ prompt, output_colums: ['q'] }) // llm: field "output_colums" is not known; did you mean "output_cols"?
 */
export function strict<F extends Operator>(operator: F, { properties }: { readonly properties: object }): F {
  const known = Object.keys(properties);
  const checked = (config: object, ...context: unknown[]): unknown => {
    refuseUnknown(operator.name, Object.keys(config), known, 'field');
    return (operator as unknown as (config: object, ...context: unknown[]) => unknown)(config, ...context);
  };
  return Object.defineProperty(checked, 'name', { value: operator.name }) as unknown as F;
}
