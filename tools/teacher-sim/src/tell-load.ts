/** Servers whose pages about themselves can be played. */
export const servers = ['vllm', 'sglang', 'llamacpp', 'tgi'] as const;
export type ServerKind = (typeof servers)[number];

interface Load {
  readonly slots: number;
  readonly running: number;
  readonly waiting: number;
}

const METRICS: Readonly<Partial<Record<ServerKind, readonly [running: string, waiting: string]>>> = {
  vllm: ['vllm:num_requests_running{engine="0",model_name="sim"}', 'vllm:num_requests_waiting{engine="0",model_name="sim"}'],
  sglang: ['sglang:num_running_reqs{model_name="sim"}', 'sglang:num_queue_reqs{model_name="sim"}'],
};

/** What a server of this kind says of itself under a path: `/metrics` (vLLM, SGLang), `/props` and `/slots` (llama.cpp), `/info` (TGI). */
export function tellLoad(kind: ServerKind, path: string, { slots, running, waiting }: Load): string | undefined {
  const names = METRICS[kind];
  if (path === '/metrics' && names) return `# TYPE ${names[0].split('{')[0]} gauge\n${names[0]} ${running}.0\n${names[1]} ${waiting}.0\n`;
  if (kind === 'llamacpp' && path === '/props') return JSON.stringify({ total_slots: slots, model_path: 'sim.gguf' });
  if (kind === 'llamacpp' && path === '/slots') {
    return JSON.stringify(Array.from({ length: slots }, (_, id) => ({ id, is_processing: id < running })));
  }
  if (kind === 'tgi' && path === '/info') return JSON.stringify({ model_id: 'sim', max_concurrent_requests: slots });
  return undefined;
}
