import type { Observer } from '@sdg/core';
import type { Invocation } from '../command.js';

/** An observer that prints notices as lines of a command, each once: warnings always, the rest unless it is to be quiet. */
export function noticesTo({ say, complain }: Pick<Invocation, 'say' | 'complain'>): Observer {
  const said = new Set<string>();
  return {
    notice(text, severity) {
      if (said.has(text)) return;
      said.add(text);
      (severity === 'warning' ? complain : say)(text);
    },
  };
}
