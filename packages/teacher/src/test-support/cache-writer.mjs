// Writes into a cache folder as fast as it can, a line for every output that is safe, until it is killed.
import { open } from 'lmdb';
import { randomBytes } from 'node:crypto';

const db = open({ path: process.argv[2], maxDbs: 4, overlappingSync: true }).openDB({
  name: 'outputs',
  keyEncoding: 'binary',
  encoding: 'msgpack',
});
const choice = { text: 'x'.repeat(500), finishReason: 'stop' };
for (let i = 0; i < 100_000; i += 8) {
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      await db.put(randomBytes(16), { choice, model: 'm', promptTokens: 1, completionTokens: 1, at: 0, api: 'chat', prompt: '' });
      await db.flushed;
      process.stdout.write('ok\n');
    }),
  );
}
