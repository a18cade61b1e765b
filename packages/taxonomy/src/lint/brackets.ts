import { flowSpacing } from './flow-spacing.js';

/** Spaces just inside `[` and `]`. */
export const brackets = flowSpacing({
  name: 'brackets',
  opens: 'flow-sequence-start',
  closes: 'flow-sequence-end',
  collection: 'flow sequence',
});
