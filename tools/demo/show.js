const WIDTH = 100;
const LONGEST = 16;

/** Breaks a text into lines of at most `WIDTH` characters behind an indent; of a long text the middle is left out. */
function wrap(text, indent) {
  const room = WIDTH - indent.length;
  const lines = text
    .trim()
    .split('\n')
    .flatMap((line) => {
      if (line.includes('|')) return [line.slice(0, room)];
      return line.match(new RegExp(`(?:\\S.{0,${room - 1}})(?=\\s|$)|\\S{${room}}`, 'gu')) ?? [''];
    });
  const cut = lines.length - LONGEST;
  const kept = cut > 1 ? [...lines.slice(0, LONGEST / 2), `… (${cut} more lines)`, ...lines.slice(-LONGEST / 2)] : lines;
  return kept.map((line) => `${indent}${line}`.trimEnd()).join('\n');
}

const metadataOf = ({ metadata }) => (typeof metadata === 'string' ? JSON.parse(metadata) : (metadata ?? {}));

/** How many samples each leaf has, and how many rows were made of them where the rows tell. */
export function showLeaves(samples, rows) {
  const count = (items, leafOf) => {
    const counts = new Map();
    for (const item of items) counts.set(leafOf(item), (counts.get(leafOf(item)) ?? 0) + 1);
    return counts;
  };
  const leafBySample = new Map(samples.map(({ _sdg, leaf_node_path: leaf }) => [_sdg?.root, _sdg?.origin?.leaf ?? leaf]));
  const leafOf = ({ _sdg, leaf_node_path: leaf }) => _sdg?.origin?.leaf ?? leafBySample.get(_sdg?.root) ?? leaf ?? 'unknown';
  const [inSamples, inRows] = [count(samples, leafOf), count(rows.map(metadataOf), leafOf)];
  const width = Math.max(...[...inSamples.keys()].map((leaf) => leaf.length));
  const line = (leaf, a, b) => `  ${String(leaf).padEnd(width)}  ${String(a).padStart(7)}  ${String(b).padStart(7)}`;
  return [line('leaf', 'samples', 'rows'), ...[...inSamples].sort().map(([leaf, made]) => line(leaf, made, inRows.get(leaf) ?? 0))].join(
    '\n',
  );
}

/** The row of a list that is best to look at: near the middle, with an answer of more than a line. */
function pickRow(found) {
  const middle = Math.floor(found.length / 2);
  const inOrder = [...found.slice(middle), ...found.slice(0, middle)];
  const length = ({ row }) => row.messages.at(-1).content.length;
  return inOrder.find((one) => length(one) > 120 && length(one) < 900) ?? inOrder[0];
}

/** One row for each kind of leaf, readable. */
export function showRows(rows) {
  const byKind = new Map();
  for (const row of rows) {
    const { leaf_node_type: type, dataset, _sdg } = metadataOf(row);
    const kind = type ?? (dataset === undefined ? 'row' : `knowledge, ${dataset}`);
    byKind.set(kind, [...(byKind.get(kind) ?? []), { row, origin: _sdg?.origin }]);
  }
  return [...byKind]
    .map(([kind, found]) => {
      const { row, origin } = pickRow(found);
      const text = (role) => row.messages.find((message) => message.role === role)?.content ?? '';
      const from = origin?.file
        ? `, from ${origin.leaf}, seed example ${origin.seed_example + 1}${origin.document ? `, ${origin.document}` : ''}`
        : '';
      return `  ── ${kind}${from}\n  user\n${wrap(text('user'), '    ')}\n  assistant\n${wrap(text('assistant'), '    ')}\n`;
    })
    .join('\n');
}
