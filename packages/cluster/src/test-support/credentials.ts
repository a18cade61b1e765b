import { nkeys } from '@nats-io/transport-node';

type Keys = ReturnType<typeof nkeys.createUser>;

const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** A claim of NATS, signed: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
function signed(signer: Keys, subject: Keys, name: string, nats: object): string {
  const payload = { jti: name, iat: Math.floor(Date.now() / 1000), iss: signer.getPublicKey(), sub: subject.getPublicKey(), name, nats };
  const body = [{ typ: 'JWT', alg: 'ed25519-nkey' }, payload].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${body}.${base64url(signer.sign(new TextEncoder().encode(body)))}`;
}

/** Configuration of a server that only lets users of its operator in, and a credentials file of one. */
export function credentials(): { readonly config: string; readonly creds: string } {
  const [operator, system, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount(), nkeys.createUser()];
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const ofOperator = signed(operator, operator, 'operator', { type: 'operator', version: 2, system_account: system.getPublicKey() });
  const ofSystem = signed(operator, system, 'system', { type: 'account', version: 2, limits });
  const ofAccount = signed(operator, account, 'models', { type: 'account', version: 2, limits: { ...limits, ...jetstream } });
  const ofUser = signed(account, user, 'ann', { type: 'user', version: 2, subs: -1, data: -1, payload: -1, pub: {}, sub: {} });
  const preload = `resolver_preload: { ${system.getPublicKey()}: "${ofSystem}", ${account.getPublicKey()}: "${ofAccount}" }`;
  const block = (title: string, text: string): string => `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n`;
  return {
    config: `operator: "${ofOperator}"\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\n${preload}`,
    creds: block('NATS USER JWT', ofUser) + block('USER NKEY SEED', new TextDecoder().decode(user.getSeed())),
  };
}
