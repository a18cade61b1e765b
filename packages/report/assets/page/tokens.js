import { count, duration, money, quiet, section, table } from './dom.js';

/** What was paid for, and how long the server worked on it, by block and model. */
export function tokens(run) {
  const costs = run.end?.costs;
  const uses = run.blocks.flatMap((block) => Object.entries(block.models).map(([model, use]) => ({ block: block.block, model, use })));
  const seconds = ({ block, model }) => {
    const tried = run.calls?.byBlock[block];
    return tried?.[model] ?? (tried && Object.keys(tried).length === 1 ? Object.values(tried)[0] : undefined);
  };
  const rows = uses.map((one) => [
    one.block,
    one.model,
    ...[one.use.calls, one.use.promptTokens, one.use.completionTokens].map(count),
    seconds(one) ? duration(seconds(one).ms / 1000) : '–',
    ...(costs ? [money(costs[one.block]?.[one.model] ?? 0)] : []),
  ]);
  return section(
    'tokens',
    'Tokens, money and time',
    rows.length === 0
      ? quiet('Nothing was paid for.')
      : table(
          ['block', 'model', 'calls', 'tokens in', 'tokens out', 'at the server', ...(costs ? ['cost'] : [])],
          rows,
          'what was paid for, by block and model; answers of the cache cost nothing',
        ),
    costs || rows.length === 0 ? undefined : quiet('Without --price there is no cost.'),
  );
}
