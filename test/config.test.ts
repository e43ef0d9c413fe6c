import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readConfig } from '../src/config.ts';
import { ConfigError } from '../src/setting-values.ts';

const fileWith = (text: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'bulwark-config-')), 'settings.yaml');
  writeFileSync(path, text);
  return path;
};

describe('configuration', () => {
  it('is secure and local by default', () => {
    const config = readConfig({}, {});
    assert.deepEqual(
      [config.mode, config.host, config.port, config.testEndpoints, config.tls],
      ['enforced', '127.0.0.1', 4566, false, 'off'],
    );
  });

  for (const [cores, workers, settings] of [
    [1, 1, {}],
    [2, 1, {}],
    [4, 4, {}],
    [64, 8, {}],
    [64, 1, { data: ':memory:' }],
    [64, 1, { mode: 'open' }],
    [64, 1, { 'test-endpoints': 'true' }],
    [2, 2, { workers: '2' }],
    [64, 16, { workers: '16' }],
  ] as const) {
    it(`has ${workers} worker${workers === 1 ? '' : 's'} on ${cores} cores ${JSON.stringify(settings)}`, () => {
      assert.equal(readConfig(settings, {}, cores).workers, workers);
    });
  }

  it('takes a flag before the environment, the environment before the file, the file before the default', () => {
    const config = fileWith('port: 1\nregion: eu-west-3\ndata: from-file\n');
    const read = readConfig({ port: '3', config }, { BULWARK_PORT: '2', BULWARK_REGION: 'eu-west-2' });
    assert.deepEqual([read.port, read.region, read.data, read.account], [3, 'eu-west-2', 'from-file', '000000000000']);
  });

  it('takes the root access key from the environment', () => {
    const { rootAccessKey } = readConfig(
      {},
      {
        BULWARK_ROOT_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
        BULWARK_ROOT_SECRET_ACCESS_KEY: 'sixteen-or-more-characters',
      },
    );
    assert.equal(rootAccessKey?.id, 'AKIAIOSFODNN7EXAMPLE');
  });

  for (const [what, flags, environment, says] of [
    ['a port that is no number', { port: 'x' }, {}, /port: "x" is not a whole number from 0 to 65535/],
    ['an unknown mode', { mode: 'strict' }, {}, /mode: "strict" is not one of enforced, open/],
    ['an account that is not 12 digits', { account: '123' }, {}, /account: "123" is not 12 digits/],
    ['a certificate without its key', { 'tls-cert': 'a.pem' }, {}, /--tls-cert and --tls-key go together/],
    ['several workers in memory', { workers: '2', data: ':memory:' }, {}, /belongs to one process; name a directory/],
    ['several workers whose clock moves', { workers: '2', mode: 'open' }, {}, /use --workers 1 with them/],
    ['a database without a name', { data: 'postgres://me:secret@db' }, {}, /^data: expected postgres:.*\/database$/],
    ['a database without slashes', { data: 'postgres:me' }, {}, /^data: expected postgres:.*\/database$/],
    [
      'a bucket for state',
      { data: 's3://me:secret@b' },
      {},
      /^data: nothing can be kept at s3:\/\/…; name a directory, or/,
    ],
    [
      'a database for keys',
      { 'key-directory': 'postgres://db/x' },
      {},
      /^key-directory: nothing .*; name a directory$/,
    ],
    [
      'a collector with a password',
      { 'trace-endpoint': 'http://me:secret@127.0.0.1:4318' },
      {},
      /^trace-endpoint: a user, password, (?!.*secret)/,
    ],
    [
      'a collector with a password, and a port that there is not',
      { 'trace-endpoint': 'http://me:secret@127.0.0.1:99999' },
      {},
      /^trace-endpoint: a user, password, (?!.*secret)/,
    ],
    ['a CA of XKS proxies that is none', { 'xks-ca': fileWith('x') }, {}, /^xks-ca: .* has no certificate in PEM$/],
    ['a CA of buckets that is none', { 'blob-ca': fileWith('x') }, {}, /^blob-ca: .* has no certificate in PEM$/],
    ['a CA of a bucket that is not there', { 'blob-ca': '/nonexistent/ca' }, {}, /^blob-ca: cannot read/],
    ['open mode on a network address', { mode: 'open', host: '0.0.0.0' }, {}, /add --open-on-network/],
    ['half a root access key', {}, { BULWARK_ROOT_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE' }, /set both/],
    ['a switch that is neither on nor off', {}, { BULWARK_TLS: 'yes' }, /tls: "yes" is neither true nor false/],
    ['a file with an unknown setting', { config: fileWith('prot: 1') }, {}, /unknown setting "prot"; known: port/],
    ['a file that is not there', { config: '/nonexistent/settings.yaml' }, {}, /cannot read/],
  ] as const) {
    it(`refuses ${what} and says what to write`, () => {
      assert.throws(
        () => readConfig(flags, environment),
        (error) => error instanceof ConfigError && says.test(error.message),
      );
    });
  }
});
