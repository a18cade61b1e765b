// Runs a command with an OpenAI-compatible server on loopback whose URL is in TEACHER, and ends with it. The server says
// what stands between SAY: and :END in the request. Behind CUT it says so as if cut off at max_tokens; MUTE gives no log
// probabilities; FILTER and REFUSE say it as a refusal; THINK and THINKCUT think it and say nothing; with nothing to say it
// says nothing.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const send = (value) => response.end(JSON.stringify(value));
    if (!request.url.endsWith('/chat/completions')) return send({ object: 'list', data: [{ id: 'say', object: 'model' }] });
    const { messages, logprobs } = JSON.parse(Buffer.concat(chunks).toString());
    // Which API there is, is asked with a request that says nothing.
    if (!messages?.length) {
      response.statusCode = 400;
      return send({ error: { message: 'messages is required' } });
    }
    const asked = messages.map(({ content }) => content).join('\n');
    const [, mark, said] = /SAY:(CUT |MUTE |FILTER |REFUSE |THINKCUT |THINK )?([^]*?):END/.exec(asked);
    const ends = { 'CUT ': 'length', 'THINKCUT ': 'length', 'FILTER ': 'content_filter' };
    const thinks = mark?.startsWith('THINK');
    const declines = mark === 'FILTER ' || mark === 'REFUSE ';
    const message = {
      role: 'assistant',
      content: thinks || declines ? '' : said,
      ...(thinks && { reasoning_content: said }),
      ...(declines && { refusal: said }),
    };
    const choice = { index: 0, message, finish_reason: ends[mark] ?? 'stop' };
    const tokens = { content: [{ token: said, logprob: -1, top_logprobs: [] }] };
    return send({
      choices: [{ ...choice, ...(logprobs && mark !== 'MUTE ' && { logprobs: tokens }) }],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    });
  });
});
server.listen(0, '127.0.0.1', () => {
  const [, , command, ...args] = process.argv;
  const TEACHER = `http://127.0.0.1:${server.address().port}/v1`;
  const child = spawn(
    command,
    args.map((arg) => arg.replace('TEACHER', TEACHER)),
    { stdio: 'inherit' },
  );
  child.on('exit', (code) => process.exit(code ?? 1));
});
