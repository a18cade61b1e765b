import { chunks } from './chunks.js';
import { isStale } from './digest.js';

/** For Vitest, before tests that run what was built: of other sources than there are now they would say nothing. */
export default function checkBundles() {
  const stale = Object.keys(chunks).filter(isStale);
  if (stale.length === 0) return;
  const error = new Error(`not built from the sources as they are now: ${stale.join(', ')}; run npm run build`);
  // One line says it all; where it comes from helps nobody.
  error.stack = '';
  throw error;
}
