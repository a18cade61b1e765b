import type { Teacher } from '@sdg/core';

/** A teacher that answers in a later turn of the event loop, so many calls at a time, and holds nothing. */
export function turnTeacher(slots: number, onCall?: () => void): Teacher {
  const waiting: (() => void)[] = [];
  let free = slots;
  const take = async (): Promise<void> => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const give = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  return {
    name: 'turn',
    async complete() {
      await take();
      onCall?.();
      await new Promise((resolve) => setImmediate(resolve));
      give();
      return {
        choices: [{ text: 'An answer of a few words.', finishReason: 'stop' }],
        model: 'turn',
        usage: { promptTokens: 20, completionTokens: 6 },
      };
    },
  };
}
