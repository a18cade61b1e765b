import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeBody } from './decode-body.js';
import type { Headers } from './rate-limit-headers.js';

const text = '{"a":"Flüsse, 河流"}';
const plain = Buffer.from(text);
/** `zstd` of the text, by its own command: Node has no encoder. */
const zstd = Buffer.from('28b52ffd0458b900007b2261223a22466cc3bc7373652c20e6b2b3e6b581227d4addf3a7', 'hex');
const decode = async (bytes: Buffer, headers: Headers = {}) => decodeBody(bytes, { maxBytes: 1000, server: 's', headers });

describe('decodeBody', () => {
  it.each([
    ['nothing', undefined, plain],
    ['identity', 'identity', plain],
    ['gzip', 'gzip', gzipSync(plain)],
    ['gzip under its old name', 'x-gzip', gzipSync(plain)],
    ['gzip that nothing names', undefined, gzipSync(plain)],
    ['deflate', 'deflate', deflateSync(plain)],
    ['bare deflate', 'deflate', deflateRawSync(plain)],
    ['brotli', 'BR', brotliCompressSync(plain)],
    ['zstd', 'zstd', zstd],
    ['zstd that nothing names', undefined, zstd],
    ['two', 'gzip, br', brotliCompressSync(gzipSync(plain))],
    ['gzip that a proxy has taken off', 'gzip', plain],
    ['deflate that a proxy has taken off', 'deflate', plain],
    ['a character set in the wrong place', 'utf-8', plain],
  ])('takes off %s', async (_name, contentEncoding, bytes) => {
    expect(await decode(bytes, { 'content-encoding': contentEncoding })).toBe(text);
  });

  it.each([
    ['a byte order mark', Buffer.from(`\ufeff${text}`), undefined],
    ['two of them', Buffer.from(`\ufeff\ufeff${text}`), undefined],
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le'), undefined],
    ['UTF-16 that nothing names', Buffer.from(text, 'utf16le'), undefined],
    ['the other UTF-16', Buffer.from(text, 'utf16le').swap16(), undefined],
    ['UTF-8 that says to be Latin-1', plain, 'application/json; charset=ISO-8859-1'],
  ])('reads %s', async (_name, bytes, contentType) => {
    expect(await decode(bytes, { 'content-type': contentType })).toBe(text);
  });

  it('reads UTF-16 of ASCII, which is valid UTF-8 too', async () => {
    expect(await decode(Buffer.from(' {"a":"b"}', 'utf16le'), { 'content-type': 'application/json; charset=utf-16le' })).toBe(' {"a":"b"}');
    expect(await decode(Buffer.from('{"a":"b"}'), { 'content-type': 'application/json; charset=utf-16' })).toBe('{"a":"b"}');
  });

  it('reads Latin-1 where that is said', async () => {
    expect(await decode(Buffer.from('{"a":"Fl\u00fcsse"}', 'latin1'), { 'content-type': 'application/json; charset="latin1"' })).toBe(
      '{"a":"Flüsse"}',
    );
  });

  it.each([
    ['bytes that are none', Buffer.from([0x7b, 0xff, 0x7d]), {}, 'not valid UTF-8, and names no other encoding'],
    ['an encoding that nobody knows', gzipSync(plain), { 'content-encoding': 'pack200' }, 'encoded as "pack200"'],
    ['a broken gzip', gzipSync(plain).subarray(0, 20), { 'content-encoding': 'gzip' }, 'not whole gzip'],
    ['a bomb', gzipSync(Buffer.alloc(100_000)), { 'content-encoding': 'gzip' }, 'longer than 1000 bytes'],
    [
      'a charset that nobody knows',
      Buffer.from([0x7b, 0xff, 0x7d]),
      { 'content-type': 'text/plain; charset=martian' },
      'not valid martian',
    ],
  ])('names %s', async (_name, bytes, facts, words) => {
    await expect(decode(bytes, facts)).rejects.toMatchObject({ code: 'teacher-reply', message: expect.stringContaining(words) as string });
  });
});
