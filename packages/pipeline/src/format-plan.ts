import type { Plan, PlannedBlock } from './plan.js';
import type { Stage } from './stages.js';

const shown = (number: number): string => String(Math.round(number * 100) / 100);

/** What one sample costs in a block, in words; assumptions are marked. */
function costOf({ cost: { calls, fanOut, assumed }, barrier }: PlannedBlock): string {
  const parts = [
    calls > 0 && `${shown(calls)} ${calls === 1 ? 'call' : 'calls'} a sample`,
    (fanOut !== 1 || (assumed && calls > 0)) && `${assumed ? 'about ' : ''}${shown(fanOut)} out for 1 in${assumed ? ' (assumed)' : ''}`,
    barrier && 'waits for the whole input',
  ];
  return parts.filter(Boolean).join(', ');
}

const list = (label: string, columns: readonly string[]): string[] =>
  columns.length === 0 ? [] : [`       ${label.padEnd(9)}${columns.join(', ')}`];

const ORDERS = { none: 'in any order', leaf: 'in order of each leaf', stream: 'in order' };

/** A stage in words: its steps, and what a sample waits for there. */
function stageLine({ index, order, barrier, steps }: Stage): string {
  const names = steps.flatMap(({ name, account }) =>
    account === undefined ? [] : [account === 'drop_duplicates' ? `${name}/drop_duplicates` : name],
  );
  return `  stage ${index + 1}, ${barrier ? 'once all are there' : ORDERS[order]}: ${names.join(', ')}`;
}

/** The plan as text: chains, and their blocks with the columns that they read, add and take away. */
export function formatPlan({ pipeline, chains }: Plan): string {
  const lines = [`pipeline ${pipeline}`];
  for (const { name, kind, blocks, stages } of chains) {
    lines.push('', `${name}: ${kind ? `samples of leaf_node_type ${kind}` : 'all samples'}`);
    blocks.forEach((block, i) => {
      const cost = costOf(block);
      lines.push(
        `  ${String(i + 1).padStart(2)}. ${block.name} (${block.type})${cost && `: ${cost}`}`,
        ...list('prompt', block.files),
        ...list('reads', block.reads),
        ...list('adds', block.adds),
        ...list('removes', block.removes),
        ...list('distinct', block.dropDuplicates),
      );
    });
    lines.push(...stages.map(stageLine));
    lines.push(`  out: ${[...(blocks.at(-1)?.columns ?? [])].sort().join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

const quoted = (text: string): string => text.replaceAll('"', '&quot;');

/** The plan as a Mermaid flowchart: calls round, barriers as hexagons, the rest as boxes. */
export function formatMermaid({ pipeline, chains }: Plan): string {
  const lines = ['---', `title: ${pipeline}`, '---', 'flowchart TD'];
  const several = chains.length > 1;
  lines.push('  seeds[/"seed samples"/]');
  if (several) lines.push('  seeds --> route{"leaf_node_type"}');
  chains.forEach(({ name, kind, blocks }, c) => {
    const id = (i: number): string => `c${c}b${i}`;
    lines.push(`  subgraph chain${c}["${quoted(name)}"]`);
    blocks.forEach(({ name: block, type, barrier, cost }, i) => {
      const label = `"${quoted(block)}<br/><small>${quoted(type)}</small>"`;
      lines.push(`    ${id(i)}${barrier ? `{{${label}}}` : cost.calls > 0 ? `([${label}])` : `[${label}]`}`);
      if (i > 0) {
        lines.push(`    ${id(i - 1)} -->${blocks[i - 1]!.adds.length > 0 ? `|"${quoted(blocks[i - 1]!.adds.join(', '))}"|` : ''} ${id(i)}`);
      }
    });
    lines.push('  end');
    if (blocks.length > 0) {
      lines.push(
        `  ${several ? 'route' : 'seeds'} -->${kind ? `|"${kind}"|` : ''} ${id(0)}`,
        `  ${id(blocks.length - 1)} --> out[/"generated samples"/]`,
      );
    }
  });
  return `${lines.join('\n')}\n`;
}
