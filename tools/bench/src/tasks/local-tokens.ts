import { pathToFileURL } from 'node:url';
import { llamaTeacher, type LlamaLibrary } from '@sdg/local';

interface LocalTokensInput {
  /** Entry of node-llama-cpp. */
  readonly library: string;
  readonly model: string;
  readonly threads: number;
  readonly prompts: readonly string[];
  readonly maxTokens: number;
}

/** Lets the model in the process go on with prompts at temperature 0, one after the other, the first of them before time counts. */
export default async function localTokens({ library, model, threads, prompts, maxTokens }: LocalTokensInput) {
  const teacher = await llamaTeacher(`llama:${model}?threads=${threads}`, {
    concurrency: 1,
    library: (await import(pathToFileURL(library).href)) as LlamaLibrary,
    compileTemplate: () => () => '',
  });
  const parameters = { temperature: 0, max_tokens: maxTokens };
  await teacher.complete({ prompt: prompts[0]!, parameters });
  const texts: string[] = [];
  let tokens = 0;
  const startedAt = performance.now();
  for (const prompt of prompts) {
    const { choices, usage } = await teacher.complete({ prompt, parameters });
    texts.push(choices[0]!.text);
    tokens += usage!.completionTokens!;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await teacher.close!();
  return { texts, tokens, seconds };
}
