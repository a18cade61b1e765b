import { describe, expect, it } from 'vitest';
import { serverLoad } from './server-load.js';

/** A server that has these pages and no others. */
function pages(bodies: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const load = serverLoad((path) => {
    asked.push(path);
    const body = bodies[path];
    return Promise.resolve(body === undefined ? { status: 404, body: 'no' } : { status: 200, body });
  });
  return { asked, load };
}

describe('serverLoad', () => {
  const metrics = {
    vLLM:
      'vllm:num_requests_running{engine="0",model_name="m"} 31.0\nvllm:num_requests_running{engine="1",model_name="m"} 1.0\n' +
      'vllm:num_requests_waiting{engine="0",model_name="m"} 5.0\nvllm:num_requests_waiting_by_reason{reason="x"} 9.0',
    SGLang: '# TYPE sglang:num_running_reqs gauge\nsglang:num_running_reqs{model_name="m"} 32.0\nsglang:num_queue_reqs{model_name="m"} 5.0',
    'llama.cpp': 'llamacpp:requests_processing 32\nllamacpp:requests_deferred 5',
    TGI: 'tgi_batch_current_size 32\ntgi_queue_size 5',
  };
  for (const [name, body] of Object.entries(metrics)) {
    it(`reads the metrics of ${name}`, async () => {
      expect(await pages({ '/metrics': body }).load()).toEqual({ running: 32, waiting: 5 });
    });
  }

  it('reads the slots of llama.cpp and the bound of TGI', async () => {
    expect(await pages({ '/props': '{"total_slots":4}' }).load()).toEqual({ slots: 4 });
    expect(await pages({ '/slots': '[{"id":0},{"id":1}]' }).load()).toEqual({ slots: 2 });
    expect(await pages({ '/info': '{"max_concurrent_requests":128}' }).load()).toEqual({ most: 128 });
  });

  it.each([
    ['calls that run alone', 'vllm:num_requests_running 3'],
    ['calls that wait alone', 'vllm:num_requests_waiting 3'],
    ['a comment', '# vllm:num_requests_running 3\n# vllm:num_requests_waiting 3'],
    ['no number', 'vllm:num_requests_running -\nvllm:num_requests_waiting 3'],
  ])('looks further where the metrics have %s', async (_what, body) => {
    expect(await pages({ '/metrics': body, '/props': '{"total_slots":4}' }).load()).toEqual({ slots: 4 });
  });

  it('reads metrics however much white space is in them', async () => {
    const body = 'vllm:num_requests_running{engine="0"}  1e1\nvllm:num_requests_waiting\t0';
    expect(await pages({ '/metrics': body }).load()).toEqual({ running: 10, waiting: 0 });
  });

  it.each([
    ['{"total_slots":1}', { slots: 1 }],
    ['{"total_slots":0}', { most: 9 }],
    ['{"total_slots":"4"}', { most: 9 }],
    ['{}', { most: 9 }],
  ])('takes a number of slots that there can be: %s', async (props, load) => {
    expect(await pages({ '/props': props, '/slots': '[]', '/info': '{"max_concurrent_requests":9}' }).load()).toEqual(load);
  });

  it('asks the page that answered from then on', async () => {
    const { asked, load } = pages({ '/metrics': 'process_cpu_seconds_total 1', '/props': '{"total_slots":4}' });
    await load();
    await load();
    expect(asked).toEqual(['/metrics', '/props', '/props']);
  });

  it('takes a page of another kind for none', async () => {
    const html = '<!doctype html><title>gateway</title>';
    expect(
      await pages({ '/metrics': html, '/props': html, '/slots': html, '/info': '{"max_concurrent_requests":null}' }).load(),
    ).toBeUndefined();
    expect(await pages({ '/props': 'null', '/info': '[]' }).load()).toBeUndefined();
  });
});
