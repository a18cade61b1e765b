import { describe, expect, it } from 'vitest';
import { serverWords } from './server-words.js';
import { statusError } from './status-error.js';

const errorOf = (status: number, body: unknown) =>
  statusError({ status, body: typeof body === 'string' ? body : JSON.stringify(body), server: 's', path: '/p' });

describe('serverWords', () => {
  it.each([
    ['OpenAI', { error: { message: 'words', type: 't' } }, 'words'],
    ['text alone', { error: 'words' }, 'words'],
    ['TGI', { error: 'words', error_type: 'overloaded' }, 'words'],
    ['SageMaker', { ErrorCode: 'X', message: 'words' }, 'words'],
    ['FastAPI', { detail: 'words' }, 'words'],
    ['Pydantic', { detail: [{ loc: ['body', 'n'], msg: 'words', type: 't' }] }, 'body.n: words'],
    ['Google', [{ error: { code: 400, message: 'words', status: 'INVALID_ARGUMENT' } }], 'words'],
    [
      'OpenRouter',
      { error: { message: 'Provider returned error', code: 400, metadata: { raw: 'their words' } } },
      'Provider returned error: their words',
    ],
    ['Mistral', { object: 'error', message: { detail: [{ loc: ['body', 'seed'], msg: 'words' }] } }, 'body.seed: words'],
    ['OAuth', { error: 'invalid_request', error_description: 'words' }, 'words'],
    ['RFC 9457', { type: 'about:blank', title: 'Bad Request', detail: 'words' }, 'words'],
    ['a title alone', { title: 'words' }, 'words'],
    ['AWS', { Message: 'words' }, 'words'],
    ['Apigee', { fault: { faultstring: 'words' } }, 'words'],
    ['Cloudflare', { success: false, errors: [{ code: 7, message: 'words' }] }, 'words'],
    ['JSON within words', { error: { message: '{"error":{"message":"words"}}' } }, 'words'],
    ['something else', { code: 7, reason: 'x' }, '{"code":7,"reason":"x"}'],
  ])('%s', (_server, body, words) => {
    expect(serverWords(JSON.stringify(body))).toBe(words);
  });

  it('takes the title of a page, and text as it is', () => {
    expect(serverWords('<html>\r\n<head><title>502 Bad Gateway</title></head>')).toBe('502 Bad Gateway');
    expect(serverWords('<!DOCTYPE html><p>hi')).toBe('an HTML page');
    expect(serverWords('upstream  connect\nerror')).toBe('upstream connect error');
  });
});

describe('statusError', () => {
  it('reads a list of faults that stands in a text', () => {
    const faults = [{ type: 'extra_forbidden', loc: ['body', 'seed'], msg: 'Extra inputs are not permitted' }];
    expect(errorOf(400, { error: { message: JSON.stringify(faults) } }).what).toContain('body.seed: Extra inputs are not permitted');
  });

  it.each([
    [424, { message: 'Failed Dependency' }, 'teacher-overloaded'],
    [499, '', 'teacher-overloaded'],
    [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'teacher-overloaded'],
    [524, '<html><title>example.com | 524: A timeout occurred</title></html>', 'teacher-overloaded'],
    [500, { error: { message: 'CUDA out of memory' } }, 'teacher-overloaded'],
    [400, { error: { message: 'slow', code: 'rate_limit_exceeded' } }, 'teacher-overloaded'],
    [400, { __type: 'ThrottlingException', message: 'slow' }, 'teacher-overloaded'],
    [501, '', 'teacher-not-found'],
    [405, '', 'teacher-not-found'],
    [403, { error: { message: 'Your input was flagged', metadata: { reasons: ['violence'] } } }, 'teacher-refused'],
    [403, { message: 'Forbidden' }, 'teacher-auth'],
    [407, '', 'teacher-auth'],
    [402, { error: { message: 'Insufficient Balance' } }, 'teacher-auth'],
    [402, { error: { message: 'This request requires more credits, or fewer max_tokens.' } }, 'teacher-auth'],
    [429, { error: { code: '1113', message: '余额不足或无可用资源包,请充值。' } }, 'teacher-auth'],
    [429, { error: { message: 'Your account is suspended', type: 'exceeded_current_quota_error' } }, 'teacher-auth'],
    [403, { code: 30001, message: 'Sorry, your account balance is insufficient' }, 'teacher-auth'],
    [403, { error: { message: '用户额度不足', code: 'insufficient_user_quota' } }, 'teacher-auth'],
    [400, { error: { code: 'Arrearage', message: 'Access denied, please make sure your account is in good standing.' } }, 'teacher-auth'],
    [400, '<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head>', 'config'],
    [400, 'Client sent an HTTP request to an HTTPS server.', 'config'],
    [403, '<!doctype html><title>Attention Required! | Cloudflare</title>Sorry, you have been blocked', 'teacher-refused'],
    [403, '<!doctype html><title>Just a moment...</title>', 'teacher-auth'],
    [406, '<html><title>Not Acceptable!</title>Mod_Security', 'teacher-refused'],
    [429, { error: { message: 'You exceeded your current quota', code: 'insufficient_quota' } }, 'teacher-auth'],
    [
      429,
      [{ error: { code: 429, message: 'You exceeded your current quota, please check your plan', status: 'RESOURCE_EXHAUSTED' } }],
      'teacher-overloaded',
    ],
    [400, [{ error: { message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' } }], 'teacher-auth'],
    [400, { error: 'Incorrect API key provided: ab***.' }, 'teacher-auth'],
    [400, { error: { type: 'invalid_request_error', message: 'Your credit balance is too low' } }, 'teacher-auth'],
    [
      400,
      { error: { message: 'The model `m` does not exist or you do not have access to it.', code: 'model_not_found' } },
      'teacher-not-found',
    ],
    [400, { error: { message: 'm is not a valid model ID', code: 400 } }, 'teacher-not-found'],
    [400, { error: { message: "{'error': 'Invalid model name passed in model=m'}" } }, 'teacher-not-found'],
    [400, { error: { message: 'The model `m` has been decommissioned and is no longer supported.' } }, 'teacher-not-found'],
    [400, { message: 'The security token included in the request is expired' }, 'teacher-auth'],
    [400, { error: { message: '`temperature` is deprecated for this model.' } }, 'teacher-refused'],
    [500, { error: { message: 'The prompt is too long: 5000 tokens, maximum is 4096' } }, 'teacher-refused'],
    [500, { error: { message: 'Context size has been exceeded.' } }, 'teacher-overloaded'],
    [400, { error: { message: 'Failed to generate JSON.', code: 'json_validate_failed' } }, 'teacher-reply'],
    [500, { error: { code: 500, message: 'System role not supported at row 1, column 12', type: 'server_error' } }, 'teacher-refused'],
    [400, { error: { message: 'a tool named x does not exist' } }, 'teacher-refused'],
    [
      400,
      { error: { message: 'Budget has been exceeded! Current cost: 12.3, Max budget: 10.0', type: 'budget_exceeded' } },
      'teacher-auth',
    ],
    [429, { error: { message: 'LiteLLM User: u, exceeded budget for model=m', type: 'budget_exceeded', code: '429' } }, 'teacher-auth'],
    [429, { error: 'Your team x has either used all available credits or reached its monthly spending limit.' }, 'teacher-auth'],
    [412, { error: { message: 'Account x is suspended, possibly due to reaching the monthly spending limit', code: 'X' } }, 'teacher-auth'],
    [400, { error: { message: 'You have reached your specified API usage limits. You will regain access on 2026-12-01' } }, 'teacher-auth'],
    [400, { error: { message: 'Authentication Error - Expired Key. Key Expiry time 2024', type: 'expired_key' } }, 'teacher-auth'],
    [400, { error: 'The model has crashed without additional information. (Exit code: null)' }, 'teacher-overloaded'],
    [400, { error: 'Model unloaded.' }, 'teacher-overloaded'],
    [400, { error: { message: 'No models loaded. Please load a model in the developer page.', param: 'model' } }, 'teacher-overloaded'],
    [404, { error: { message: 'No models loaded. Please load a model', code: 'model_not_found' } }, 'teacher-overloaded'],
    [400, { error: 'Channel Error' }, 'teacher-overloaded'],
    [400, { error: { message: 'Failed to load model "m". Error: Operation canceled.' } }, 'teacher-overloaded'],
    [500, { error: { code: 500, message: 'the request exceeds the available context size. try increasing it' } }, 'teacher-refused'],
    [498, { error: { message: 'Flex tier capacity exceeded', code: 'capacity_exceeded' } }, 'teacher-overloaded'],
    [498, 'invalid token', 'teacher-refused'],
    [451, '', 'teacher-refused'],
    [
      400,
      {
        error: { code: 'content_filter', message: 'The response was filtered due to the prompt triggering the content management policy' },
      },
      'teacher-refused',
    ],
  ])('%d %j is %s', (status, body, code) => {
    expect(errorOf(status, body).code).toBe(code);
  });

  it.each([
    [
      'vLLM',
      { object: 'error', message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens", code: 400 },
    ],
    ['OpenAI', { error: { message: 'x: context_length_exceeded', code: 'context_length_exceeded' } }],
    ['Moonshot', { error: { message: 'Invalid request: Your request exceeded model token limit: 131072 (requested: 150000)' } }],
    ['Bedrock', { message: 'Malformed input request: expected maxLength: 4000, actual: 9000, please reformat your input and try again.' }],
    ['DashScope', { error: { message: '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]' } }],
    [
      'TensorRT-LLM',
      { message: 'The sum of prompt length (5000), query length (0) and max_tokens (64) should not exceed max_seq_len (4096)' },
    ],
    ['Zhipu', { error: { message: 'Prompt 超长', code: '1261' } }],
    ['Cerebras', { message: 'Please reduce the length of the messages or completion. Current length is 42328 while limit is 40000' }],
    ['vLLM, without a limit of the output', { error: { message: 'max_tokens must be at least 1, got -186.', type: 'BadRequestError' } }],
    ['SGLang', { message: "The input (5000 tokens) is longer than the model's context length (4096 tokens)." }],
    ['TGI', { error: 'Input validation error: `inputs` must have less than 4096 tokens. Given: 5000', error_type: 'validation' }],
    ['TGI, with new tokens', { error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096' }],
    [
      'llama.cpp',
      {
        error: {
          code: 400,
          message: 'the request exceeds the available context size, try increasing it',
          type: 'exceed_context_size_error',
        },
      },
    ],
    ['Anthropic', { error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' } }],
    [
      'Google',
      [{ error: { code: 400, message: 'The input token count (2000000) exceeds the maximum number of tokens allowed (1048576).' } }],
    ],
    ['Mistral', { message: 'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length' }],
  ])('tells a prompt that is too long, and what to do: %s', (_server, body) => {
    const error = errorOf(400, body);
    expect(error).toMatchObject({ code: 'teacher-refused', endsRun: false, remedy: expect.stringContaining('--chunk-tokens') as string });
    expect(error.message).toContain(serverWords(JSON.stringify(body)));
    expect(errorOf(413, 'Request Entity Too Large').remedy).toContain('--chunk-tokens');
    expect(errorOf(400, { error: { message: 'temperature must be at most 1' } }).remedy).toBeUndefined();
  });

  it.each([
    [402, { error: { message: 'Credit limit exceeded, please navigate to billing', type: 'credit_limit' } }],
    [403, { error: { message: 'Key limit exceeded (total limit).', code: 403 } }],
    [403, { code: 'AllocationQuota.FreeTierOnly', message: 'The free tier of the model has been exhausted.' }],
  ])('says that nothing is left to pay with: %d %j', (status, body) => {
    expect(errorOf(status, body).what).toContain('the quota of the API key is used up');
  });

  it('gives up a prompt that no minute has room for, and takes it for no refusal of the rate', () => {
    const message = 'Request too large for m in organization o on tokens per min (TPM): Limit 30000, Requested 45000.';
    const error = errorOf(429, { error: { message, type: 'tokens', code: 'rate_limit_exceeded' } });
    expect(error).toMatchObject({ code: 'teacher-refused', isRetryable: false, status: 413 });
    expect(error.what).toContain(message);
    const long = { type: 'error', error: { type: 'rate_limit_error', message: 'Extra usage is required for long context requests.' } };
    expect(errorOf(429, long)).toMatchObject({ code: 'teacher-refused', status: 413 });
    expect(errorOf(429, { error: { message: 'Too many requests' } })).toMatchObject({ code: 'teacher-overloaded', status: 429 });
  });

  it.each([
    [503, { error: 'Model x is currently loading', estimated_time: 20.5 }, 20_500],
    [429, [{ error: { details: [{ '@type': 'RetryInfo', retryDelay: '34s' }] } }], 34_000],
    [429, { error: { message: 'Rate limit reached. Please try again in 7m12.5s.' } }, 432_500],
    [429, { error: { message: 'Please try again in 120ms.' } }, 120],
    [429, { error: { message: 'Please retry after 26 seconds.' } }, 26_000],
    [429, { error: { message: 'Try again in 2 minutes' } }, 120_000],
    [429, { error: { message: 'request reached max RPM: 3, please try again after 1 seconds' } }, 1000],
    [429, { error: { message: 'Please retry in 42.5s.' } }, 42_500],
    [429, { error: { message: 'Please wait before you try again: wait for 90 seconds.' } }, 90_000],
    [429, { error: { message: 'Slow down.' } }, undefined],
    [429, { error: { message: 'Slow.', metadata: { headers: { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '90' } } } }, 90_000],
    [429, { error: { message: 'Slow.', metadata: { headers: { 'X-RateLimit-Remaining': '5', 'X-RateLimit-Reset': '90' } } } }, undefined],
  ])('%d %j asks for a pause of %s ms', (status, body, ms) => {
    expect(errorOf(status, body).retryAfterMs).toBe(ms);
  });

  it('goes by Retry-After, else by the words, else by what is used up', () => {
    const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '24h' };
    const pause = (headers: Record<string, string>, body = '') =>
      statusError({ status: 429, body, server: 's', path: '/p', headers }).retryAfterMs;
    expect(pause({ ...used, 'retry-after': '3' }, 'Please try again in 8.64s.')).toBe(3000);
    expect(pause(used, 'Please try again in 8.64s.')).toBe(8640);
    expect(pause(used)).toBe(86_400_000);
    expect(pause({ ...used, 'x-ratelimit-remaining-requests': '5' })).toBeUndefined();
  });
});
