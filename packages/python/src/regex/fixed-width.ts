import type { RegexNode } from './syntax.js';

function repeatedWidth({ min, max }: { readonly min: number; readonly max: number }, width: number | undefined): number | undefined {
  if (width === undefined || width === 0) return width;
  return min === max ? width * min : undefined;
}

/** The number of characters that a pattern always matches, or undefined where it is not always the same. */
export function fixedWidth(node: RegexNode): number | undefined {
  switch (node.kind) {
    case 'char':
      return 1;
    case 'anchor':
    case 'look':
      return 0;
    case 'capture':
    case 'atomic':
      return fixedWidth(node.body);
    case 'repeat':
      return repeatedWidth(node, fixedWidth(node.body));
    case 'sequence':
      return node.items.map(fixedWidth).reduce((sum, width) => (sum === undefined || width === undefined ? undefined : sum + width), 0);
    case 'choice': {
      const widths = new Set(node.options.map(fixedWidth));
      return widths.size === 1 ? [...widths][0] : undefined;
    }
    case 'condition': {
      const yes = fixedWidth(node.yes);
      return yes === fixedWidth(node.no) ? yes : undefined;
    }
    case 'backreference':
      return undefined;
  }
}
