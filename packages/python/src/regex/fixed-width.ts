import type { RegexNode } from './syntax.js';

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
    case 'repeat': {
      const width = fixedWidth(node.body);
      return node.min === node.max && width !== undefined ? width * node.min : width === 0 ? 0 : undefined;
    }
    case 'sequence': {
      let sum = 0;
      for (const item of node.items) {
        const width = fixedWidth(item);
        if (width === undefined) return undefined;
        sum += width;
      }
      return sum;
    }
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
