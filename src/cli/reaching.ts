import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type ClientRequest, type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { join } from 'node:path';
import { type ConnectionOptions, checkServerIdentity, type SecureContextOptions } from 'node:tls';
import type { Config } from '../config.ts';

/** Begins a request to the configured server, as a program on the same machine does. @throws {Error} its CA cannot be read */
export const requestTo = (config: Config, options: RequestOptions): ClientRequest => {
  const whole = { ...options, host: hostOf(config), port: config.port, agent: false } as const;
  if (config.tls === 'off') return requestPlain(whole);
  return requestSecure({ ...whole, servername: 'localhost', ...trustOf(config) });
};

/** Why the configured server cannot be asked. */
export interface Obstacle {
  /** Nothing is there; what is, is not asked in its own language, or is something else. */
  readonly kind: 'nothing' | 'something';
  /** A clause without full stop, as what to do about it. */
  readonly finding: string;
  readonly fix: string;
}

/** What keeps a request from its answer. @param error of the request */
export const obstacleOf = (config: Config, { code = '', message }: NodeJS.ErrnoException): Obstacle => {
  const [, finding, fix] = obstacles(addressOf(config), config.tls !== 'off', message).find(([codes]) =>
    codes.test(code),
  )!;
  return { kind: code === 'ECONNREFUSED' ? 'nothing' : 'something', finding, fix };
};

/** What answers is not Bulwark. */
export const stranger = (config: Config): Obstacle => ({
  kind: 'something',
  finding: `something that is not Bulwark answers on ${addressOf(config)}`,
  fix: 'stop it, or choose another port with --port or BULWARK_PORT',
});

/** An obstacle as one sentence. */
export const obstacleText = ({ finding, fix }: Obstacle): string => `${finding}; ${fix}`;

/** As it is configured, for people. */
export const addressOf = ({ host, port }: Config): string => `${host}:${port}`;

/** Codes of errors, what is found, and what to do; the first that fits. */
const obstacles = (at: string, secure: boolean, message: string): readonly (readonly [RegExp, string, string])[] => [
  [
    /^ECONNREFUSED$/,
    `nothing listens on ${at}`,
    'start it with "bulwark start"; if it runs, --port, --host, BULWARK_PORT or BULWARK_HOST differ from what it was started with',
  ],
  [
    /^(EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
    `what listens on ${at} does not speak TLS`,
    'it was started without --tls: say so here too, or restart it with --tls',
  ],
  [
    /^(ECONNRESET|HPE_.*)$/,
    `what listens on ${at} does not speak ${secure ? 'HTTPS' : 'plain HTTP'}`,
    secure
      ? 'is it Bulwark?'
      : 'if it was started with --tls, say --tls here too; if it is not Bulwark, choose another --port',
  ],
  [
    /CERT|SIGNATURE/,
    `what listens on ${at} has a certificate that is not trusted here: ${message}`,
    'name with --data the directory of that server, whose tls/ca.pem is trusted then, or its certificate with --tls-cert',
  ],
  [/^/, `${at} cannot be asked: ${message}`, 'check address, firewall and certificate'],
];

/** Where the configured server is asked from this machine. */
export const hostOf = ({ host }: Config): string => (host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host);

/**
 * The CA that was generated, for `localhost`; or the very certificate that is configured, whoever issued it and whatever it
 * names. Where there is none, the server may still say that it does not speak TLS.
 */
const trustOf = ({
  tls,
  data,
}: Config): Pick<ConnectionOptions, 'ca' | 'checkServerIdentity'> & SecureContextOptions => {
  const own = join(data, 'tls', 'ca.pem');
  if (typeof tls !== 'object') return tls === 'generated' && existsSync(own) ? { ca: readFileSync(own) } : {};
  const chain = readFileSync(tls.certFile);
  const { raw } = new X509Certificate(chain);
  return {
    ca: chain,
    allowPartialTrustChain: true,
    checkServerIdentity: (name, shown) => (shown.raw.equals(raw) ? undefined : checkServerIdentity(name, shown)),
  };
};
