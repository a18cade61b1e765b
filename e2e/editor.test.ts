import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shell } from './shell.js';

const root = fileURLToPath(new URL('..', import.meta.url));

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}
interface Diagnostic {
  readonly message: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

/** A client of the YAML language server, as an editor has one: over the protocol, and nothing else. */
class Editor {
  readonly #server: ChildProcess;
  readonly #answers = new Map<number, (result: unknown) => void>();
  readonly #diagnoses = new Map<string, (found: readonly Diagnostic[]) => void>();
  #buffer = Buffer.alloc(0);
  #id = 0;

  constructor() {
    const program = `${root}.cache/editor/node_modules/yaml-language-server/bin/yaml-language-server`;
    this.#server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#server.stdout!.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(this.#buffer.subarray(0, Math.max(0, end)).toString())?.[1]);
      if (end < 0 || this.#buffer.length < end + 4 + length) return;
      this.#answer(JSON.parse(this.#buffer.subarray(end + 4, end + 4 + length).toString()) as Message);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
    }
  }

  #answer({ id, method, params, result }: Message): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { uri: string; diagnostics: readonly Diagnostic[] };
      this.#diagnoses.get(uri)?.(diagnostics);
    } else if (method === 'workspace/configuration') {
      // No settings at all: neither the editor nor a store of schemas on the web has a say, the line in the file alone.
      const { items } = params as { items: readonly unknown[] };
      const settings = { validate: true, completion: true, hover: true, schemaStore: { enable: false } };
      this.#send({ id: id!, result: items.map((_, i) => (i === 0 ? settings : {})) });
    } else if (method !== undefined && id !== undefined) this.#send({ id, result: null });
    else if (id !== undefined) this.#answers.get(id)?.(result);
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#server.stdin!.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin!.write(body);
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  async ask<T>(method: string, params: unknown): Promise<T> {
    const id = ++this.#id;
    const answered = new Promise((resolve) => this.#answers.set(id, resolve));
    this.#send({ id, method, params });
    return (await answered) as T;
  }

  async start(): Promise<void> {
    const capabilities = { workspace: { configuration: true }, textDocument: { completion: {}, hover: {}, publishDiagnostics: {} } };
    await this.ask('initialize', { processId: process.pid, rootUri: null, capabilities });
    this.notify('initialized', {});
  }

  /** Opens a file as it would stand in the editor, and waits for what the server thinks of it. */
  async open(file: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = pathToFileURL(file).href;
    const found = new Promise<readonly Diagnostic[]>((resolve) => this.#diagnoses.set(uri, resolve));
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
    return found;
  }

  end(): void {
    this.#server.kill();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'sdg-editor-'));
const editor = new Editor();
const kinds = ['skill', 'knowledge', 'pipeline', 'recipe', 'task'] as const;
const files: Record<string, string> = {
  skill: 'compositional_skills/a/qna.yaml',
  knowledge: 'knowledge/a/qna.yaml',
  pipeline: 'p/knowledge.yaml',
  recipe: 'recipe.yaml',
  task: 'task.yaml',
};

beforeAll(async () => {
  const places = { ...files, skill: 'compositional_skills/a', knowledge: 'knowledge/a', pipeline: 'p' } as Record<string, string>;
  const script = kinds.map((kind) => `sdg init ${kind} ${places[kind]} -q`).join(' && ');
  const { code, stderr } = await shell(script, { cwd: folder });
  expect(stderr).toBe('');
  expect(code).toBe(0);
  await editor.start();
}, 60_000);

afterAll(() => {
  editor.end();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (kind: string): string => readFileSync(join(folder, files[kind]!), 'utf8');

describe('in an editor, by the line that sdg init writes', () => {
  it.each(kinds)('a %s as it is written has no faults', async (kind) => {
    expect(textOf(kind)).toMatch(/^# yaml-language-server: \$schema=\S+\n/);
    expect(await editor.open(join(folder, files[kind]!), textOf(kind))).toEqual([]);
  });

  it.each([
    ['skill', 'task_description:', 'task_descripton:'],
    ['knowledge', 'document_outline:', 'outline:'],
    ['pipeline', 'keep_from:', 'keep_form:'],
    ['recipe', 'sampling_size:', 'samplingsize:'],
    ['task', 'num_outputs_to_generate:', 'num_outputs:'],
  ])('a %s with a misspelt field is marked on its line', async (kind, field, misspelt) => {
    const text = textOf(kind).replace(field, misspelt);
    const line = text.split('\n').findIndex((one) => one.includes(misspelt));
    const name = `bad-${kind}.yaml`;
    const here = join(folder, files[kind]!, '..', name);
    writeFileSync(here, text);
    const found = await editor.open(here, text);
    expect(found.map(({ range, message }) => [range.start.line, message])).toContainEqual([line, expect.stringContaining('not allowed')]);
  });

  it('the types of blocks are completed, with what they do', async () => {
    const text = `${textOf('pipeline').split('\n')[0]}\nversion: "1.0"\nblocks:\n  - name: a\n    type: \n`;
    const file = join(folder, 'p/complete.yaml');
    writeFileSync(file, text);
    await editor.open(file, text);
    const { items } = await editor.ask<{ items: readonly { label: string; documentation?: unknown }[] }>('textDocument/completion', {
      textDocument: { uri: pathToFileURL(file).href },
      position: { line: 4, character: 10 },
    });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(['LLMBlock', 'NearDuplicatesBlock']));
  });

  it('a field says what it is for', async () => {
    const text = textOf('recipe');
    const line = text.split('\n').findIndex((one) => one.startsWith('shuffle'));
    const hover = await editor.ask<{ contents: { value: string } }>('textDocument/hover', {
      textDocument: { uri: pathToFileURL(join(folder, files['recipe']!)).href },
      position: { line, character: 2 },
    });
    expect(hover.contents.value).toMatch(/order|shuffle/i);
  });
});
