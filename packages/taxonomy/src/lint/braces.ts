import { flowSpacing } from './flow-spacing.js';

/** Spaces just inside `{` and `}`. */
export const braces = flowSpacing({ name: 'braces', opens: 'flow-mapping-start', closes: 'flow-mapping-end', collection: 'flow mapping' });
