import { type Choice, estimateTokens, isRecord, sumOf, type TeacherRequest, type Usage } from '@sdg/core';

type Json = Readonly<Record<string, unknown>>;

export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** What servers call the tokens of a prompt and of what was written: OpenAI, Anthropic, Gemini, Bedrock. */
const PROMPT_TOKENS = ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'inputTokens'];
const COMPLETION_TOKENS = ['completion_tokens', 'output_tokens', 'candidatesTokenCount', 'outputTokens'];

/** The first of these members that holds a number; some write it as text. */
function countIn(given: Json, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = given[name];
    const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (isCount(count)) return count;
  }
  return undefined;
}

export function usageOf(raw: unknown, request: TeacherRequest, choices: readonly Choice[]): Usage {
  const given = isRecord(raw) ? raw : {};
  const [prompt, completion] = [countIn(given, PROMPT_TOKENS), countIn(given, COMPLETION_TOKENS)];
  const thoughts = countIn(given, ['thoughtsTokenCount']) ?? 0;
  if (prompt !== undefined && completion !== undefined) return { promptTokens: prompt, completionTokens: completion + thoughts };
  return {
    promptTokens: prompt ?? estimateTokens(request),
    completionTokens: completion ?? sumOf(choices, ({ text, reasoning = '' }) => estimateTokens(text) + estimateTokens(reasoning)),
    estimated: true,
  };
}
