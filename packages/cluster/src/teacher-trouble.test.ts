import type { CallRecord, ServerTry } from '@sdg/core';
import { expect, it } from 'vitest';
import { TeacherTrouble } from './teacher-trouble.js';

it('tells of servers that refuse everything, and of one that says nothing, until there is a reply', () => {
  let now = 0;
  const trouble = new TeacherTrouble(() => now);
  const { tryBegan, tryEnded } = trouble.observer;
  const begin = (id: number, server = 'slow'): void => tryBegan?.({ id, server, block: 'b', model: 'm' } as unknown as ServerTry);
  const end = (id: number, outcome: string, server = 'slow'): void =>
    tryEnded?.({ id, server, outcome, message: 'loading' } as unknown as CallRecord);
  begin(1);
  begin(2, 'other');
  now = 60_000;
  end(2, 'ok', 'other');
  expect(trouble.says()).toBeUndefined();
  now += 1;
  expect(trouble.says()).toBe('slow took calls and has said nothing for 60 s; waiting for it as long as --timeout says');
  now += 60_000;
  expect(trouble.says()).toMatch(/^slow took calls/);
  end(1, 'ok');
  expect(trouble.says()).toBeUndefined();
  begin(3);
  end(3, 'overloaded');
  expect(trouble.says()).toBeUndefined();
  now += 5001;
  expect(trouble.says()).toBe('no reply any more: loading');
  begin(4);
  end(4, 'ok');
  expect(trouble.says()).toBeUndefined();
  begin(5);
  end(5, 'overloaded');
  trouble.forget();
  now += 5001;
  expect(trouble.says()).toBeUndefined();
});
