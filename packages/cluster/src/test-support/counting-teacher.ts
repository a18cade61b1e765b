import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedSample, type Sample } from '@sdg/core';
import { onTestFinished } from 'vitest';

export interface CountingTeacher {
  readonly url: string;
  /** How often each body was asked. */
  readonly asked: ReadonlyMap<string, number>;
  /** Most calls that were in flight at once. */
  greatest: number;
  /** Whether it turns everybody away, as with a wrong key. */
  refuses: boolean;
}

/** A chat server on loopback that answers after so many milliseconds and counts. */
export async function countingTeacher(delayMs = 0): Promise<CountingTeacher> {
  const asked = new Map<string, number>();
  const teacher = { url: '', asked, greatest: 0, refuses: false };
  let inFlight = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const send = (value: unknown, status = 200): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      if (request.method !== 'POST') return send({ data: [{ id: 'm' }] });
      if (teacher.refuses) return send({ error: { message: 'the API key is not valid' } }, 401);
      asked.set(body, (asked.get(body) ?? 0) + 1);
      teacher.greatest = Math.max(teacher.greatest, ++inFlight);
      setTimeout(() => {
        inFlight--;
        const content = `heard ${body.length} letters`;
        send({
          model: 'm',
          choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }],
          usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
        });
      }, delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  teacher.url = `http://127.0.0.1:${(server.address() as { port: number }).port}/v1`;
  return teacher;
}

/** A pipeline that asks twice for each sample, and so many samples. */
export function twoQuestions(count: number): { readonly pipeline: string; readonly seeds: Sample[] } {
  const folder = mkdtempSync(join(tmpdir(), 'sdg-two-questions-'));
  writeFileSync(join(folder, 'first.yaml'), 'generation: "Write a sentence about {{ text }}."');
  writeFileSync(join(folder, 'second.yaml'), 'generation: "Say more about {{ text }}: {{ reply }}"');
  const block = (name: string, column: string): string =>
    `  - { name: ${name}, type: LLMBlock, config: { config_path: ${name}.yaml, output_cols: [${column}], model_family: telegraph } }`;
  const alike = '  - { name: alike, type: FilterByValueBlock, config: { filter_column: text, operation: ne, filter_value: none } }';
  writeFileSync(join(folder, 'p.yaml'), ['version: "1.0"', 'blocks:', block('first', 'reply'), alike, block('second', 'more')].join('\n'));
  const seeds = Array.from({ length: count }, (_, i) => seedSample({ text: `river ${i}`, leaf_node_path: `l${i % 2}` }));
  return { pipeline: join(folder, 'p.yaml'), seeds };
}
