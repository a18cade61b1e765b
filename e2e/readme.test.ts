import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { lastValueFrom, toArray } from 'rxjs';
import { ledger, questions } from './examples/compose.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

it('the README shows the library example as it is', () => {
  const example = read('examples/compose.ts').trim();
  expect(read('../README.md')).toContain(`\`\`\`ts\n${example}\n\`\`\``);
});

it('the library example runs, and its account balances', async () => {
  const rows = await lastValueFrom(questions.pipe(toArray()));
  expect(rows.map(({ topic }) => topic)).toEqual(['rivers', 'glaciers']);
  for (const { question, _sdg } of rows) {
    expect(question).toMatch(/\?$/);
    expect(_sdg?.path).toEqual(['ask.0']);
  }
  ledger.reconcile();
});
