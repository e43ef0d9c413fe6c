import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { SealSettings } from './method.ts';
import { initializeSeal, readRootKey } from './seal.ts';
import { SealError, WrongSecret } from './seal-error.ts';

const softhsm = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
].find(existsSync);
const installed =
  softhsm !== undefined &&
  (await import('pkcs11js').then(
    () => true,
    () => false,
  ));
const skip = installed ? false : 'needs SoftHSM 2 (Debian: softhsm2) and pkcs11js';

const root = mkdtempSync(join(tmpdir(), 'bulwark-token-'));
after(() => rmSync(root, { recursive: true, force: true }));

const settings = (own: Partial<NonNullable<SealSettings['token']>> = {}): SealSettings => ({
  shares: { threshold: 2, total: 3 },
  token: { module: softhsm!, token: 'bulwark test', object: 'seal', pin: '123456', ...own },
});

describe('a PKCS#11 token', { skip }, () => {
  before(() => {
    const tokens = join(root, 'tokens');
    mkdirSync(tokens);
    writeFileSync(join(root, 'softhsm2.conf'), `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
    process.env.SOFTHSM2_CONF = join(root, 'softhsm2.conf');
    for (const label of ['bulwark test', 'another']) {
      execFileSync(
        'softhsm2-util',
        ['--init-token', '--free', '--label', label, '--so-pin', '0000', '--pin', '123456'],
        { stdio: 'ignore' },
      );
    }
  });

  test('makes a key that stays on it, and opens the seal at every start', async () => {
    const data = join(root, 'data');
    await initializeSeal(data, { method: 'pkcs11', settings: settings() });
    const first = await readRootKey(data, settings());
    assert.ok(first.equals(await readRootKey(data, settings())));
  });

  for (const [what, own, kind, says] of [
    ['a wrong PIN', { pin: '654321' }, WrongSecret, /refuses BULWARK_SEAL_PIN/],
    ['a token that is not there', { token: 'nobody' }, SealError, /no token "nobody"/],
    ['a token without the key', { token: 'another' }, WrongSecret, /has no key "seal"/],
    ['a library that is not there', { module: '/nowhere.so' }, SealError, /nowhere\.so cannot be loaded/],
  ] as const) {
    test(`says so where it meets ${what}`, async () => {
      await assert.rejects(
        readRootKey(join(root, 'data'), settings(own)),
        (error) => error instanceof kind && says.test(error.message),
      );
    });
  }

  test('with another key of the same name does not open the seal', async () => {
    await initializeSeal(join(root, 'other'), { method: 'pkcs11', settings: settings({ token: 'another' }) });
    await assert.rejects(readRootKey(join(root, 'data'), settings({ token: 'another' })), WrongSecret);
  });
});
