import { parseBody } from './parse-body.js';

/** The first of many names. */
export const listed = (names: readonly string[]): string =>
  `${names.slice(0, 20).join(', ')}${names.length > 20 ? `, … (${names.length} in all)` : ''}`;

/** A model as a server lists it. */
export interface ServedModel {
  readonly id: string;
  /** What runs it: `vllm`, `llamacpp`, `library` for Ollama, … */
  readonly ownedBy?: string;
  /** What it is under another name; the same for all names of one model. */
  readonly root?: string;
  /** Tokens of prompt and reply together that it can take, where the server says so. */
  readonly contextLength?: number;
}

/** How servers call it: vLLM, OpenRouter, Groq, LM Studio; llama.cpp has it below `meta`. */
const CONTEXT = [
  'max_model_len',
  'context_length',
  'context_window',
  'loaded_context_length',
  'max_context_length',
  'n_ctx',
  'n_ctx_train',
];

function contextOf(given: Readonly<Record<string, unknown>>): { readonly contextLength?: number } {
  const meta = given['meta'];
  const all = { ...(typeof meta === 'object' && meta), ...given } as Readonly<Record<string, unknown>>;
  const found = CONTEXT.map((name) => all[name]).find((value) => typeof value === 'number' && value > 0);
  return found === undefined ? {} : { contextLength: found as number };
}

function modelIn(one: unknown): ServedModel[] {
  const given = (typeof one === 'string' ? { id: one } : (one ?? {})) as Readonly<Record<string, unknown>>;
  const { owned_by: ownedBy, root } = given;
  const id = [given['id'], given['name'], given['model']].find((name) => typeof name === 'string');
  if (id === undefined) return [];
  return [{ id, ...(typeof ownedBy === 'string' && { ownedBy }), ...(typeof root === 'string' && { root }), ...contextOf(given) }];
}

/** The models in the page where a server lists them; none where it does not say. */
export function servedModels(body: string): readonly ServedModel[] {
  try {
    // Together sends the bare list; Ollama's own and Gemini's are called otherwise.
    const page = parseBody(body) as { data?: unknown; models?: unknown } | null;
    const all: unknown = [page, page?.data, page?.models].find(Array.isArray) ?? [];
    return (all as readonly unknown[]).flatMap(modelIn);
  } catch {
    return [];
  }
}
