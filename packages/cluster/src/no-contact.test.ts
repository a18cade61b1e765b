import { expect, it } from 'vitest';
import { noContact } from './no-contact.js';

it('noContact: says which part of a certificate does not serve', () => {
  const told = (code: string): string => noContact(Object.assign(new Error('why'), { code }), 'tls://ann:secret@queue:4222', {}).message;
  const certificate = 'the certificate of the server at tls://queue:4222 does not serve: why; ';
  expect(told('ERR_TLS_CERT_ALTNAME_INVALID')).toBe(`${certificate}name the server as the certificate does`);
  expect(told('CERT_HAS_EXPIRED')).toBe(`${certificate}have it renewed, or set the clock`);
  expect(told('DEPTH_ZERO_SELF_SIGNED_CERT')).toBe(
    `${certificate}pass the certificate of the authority that has signed it: --nats-ca FILE`,
  );
});

it('noContact: tells of certificates where a server that speaks TLS says nothing', () => {
  const silence = Object.assign(new Error('timeout'), { name: 'TimeoutError' });
  const told = (cert?: string): string => noContact(silence, 'tls://queue:4222', { cert }).message;
  expect(told()).toBe(
    'no NATS answers at tls://queue:4222: timeout; if the server asks for a certificate of ours, pass --nats-cert and --nats-key',
  );
  expect(told('own.pem')).toMatch(/; start one with nats-server -js/);
});
