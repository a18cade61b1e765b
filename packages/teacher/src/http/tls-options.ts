/** Variables by their names, as in `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>;

/** How the server is trusted, and how this side shows who it is. */
export interface TlsOptions {
  /** Certificate authorities to trust beside the system's, PEM. */
  readonly ca?: string;
  /** Client certificate and its key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** Do not check the server's certificate. */
  readonly insecure?: boolean;
}
