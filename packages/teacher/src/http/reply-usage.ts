import { type Choice, estimateTokens, isRecord, sumOf, type TeacherRequest, type Usage } from '@sdg/core';

type Json = Readonly<Record<string, unknown>>;

export const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** What servers call the tokens of a prompt and of what was written: OpenAI, Anthropic, Gemini, Bedrock. */
const PROMPT_TOKENS = ['prompt_tokens', 'input_tokens', 'promptTokenCount', 'inputTokens'];
const COMPLETION_TOKENS = ['completion_tokens', 'output_tokens', 'candidatesTokenCount', 'outputTokens'];
/** Of both together; for Gemini, in either of its APIs, and xAI thoughts, which are paid for as output, are in this alone. */
const TOTAL_TOKENS = ['total_tokens', 'totalTokenCount', 'totalTokens'];

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
  const prompt = countIn(given, PROMPT_TOKENS);
  const answered = countIn(given, COMPLETION_TOKENS);
  const beside = (countIn(given, TOTAL_TOKENS) ?? 0) - (prompt || Infinity);
  const completion = beside > (answered ?? 0) ? beside : answered;
  if (prompt && completion) return { promptTokens: prompt, completionTokens: completion };
  const asked = estimateTokens(request);
  const written = sumOf(choices, ({ text, reasoning = '' }) => estimateTokens(text) + estimateTokens(reasoning));
  // LM Studio and others say 0 where they have not counted.
  const isCounted = (count: number | undefined, estimate: number): boolean => count !== undefined && (count > 0 || estimate === 0);
  return {
    promptTokens: prompt || asked,
    completionTokens: completion || written,
    ...(!(isCounted(prompt, asked) && isCounted(completion, written)) && { estimated: true }),
  };
}
