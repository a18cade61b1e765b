import { nkeys } from '@nats-io/transport-node';

type Keys = ReturnType<typeof nkeys.createUser>;

const base64url = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** A claim of NATS, signed: https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
function signed(signer: Keys, subject: Keys, name: string, nats: object, seconds?: number): string {
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    ...{ jti: name, iat: now, iss: signer.getPublicKey(), sub: subject.getPublicKey(), name, nats },
    ...(seconds !== undefined && { exp: now + seconds }),
  };
  const body = [{ typ: 'JWT', alg: 'ed25519-nkey' }, payload].map((part) => base64url(JSON.stringify(part))).join('.');
  return `${body}.${base64url(signer.sign(new TextEncoder().encode(body)))}`;
}

interface Credentials {
  /** Configuration of a server that only lets users of its operator in. */
  readonly config: string;
  /** A credentials file of one. */
  readonly creds: string;
  /** The same for some seconds. */
  readonly credsFor: (seconds: number) => string;
}

export function credentials(): Credentials {
  const [operator, system, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount(), nkeys.createUser()];
  const limits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const jetstream = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const ofOperator = signed(operator, operator, 'operator', { type: 'operator', version: 2, system_account: system.getPublicKey() });
  const ofSystem = signed(operator, system, 'system', { type: 'account', version: 2, limits });
  const ofAccount = signed(operator, account, 'models', { type: 'account', version: 2, limits: { ...limits, ...jetstream } });
  const everything = { type: 'user', version: 2, subs: -1, data: -1, payload: -1, pub: {}, sub: {} };
  const preload = `resolver_preload: { ${system.getPublicKey()}: "${ofSystem}", ${account.getPublicKey()}: "${ofAccount}" }`;
  const block = (title: string, text: string): string => `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n`;
  const credsFor = (seconds?: number): string =>
    block('NATS USER JWT', signed(account, user, 'ann', everything, seconds)) +
    block('USER NKEY SEED', new TextDecoder().decode(user.getSeed()));
  return {
    config: `operator: "${ofOperator}"\nsystem_account: ${system.getPublicKey()}\nresolver: MEMORY\n${preload}`,
    creds: credsFor(),
    credsFor,
  };
}
