// What this project uses of undici, in its place in a bundle: whoever asks for the whole of it, which is CommonJS, also gets fetch,
// WebSocket, caches and mocks, 240 kB that every command would read and run before its first call.
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as errors } from 'undici/lib/core/errors.js';
