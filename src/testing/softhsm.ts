import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** Where distributions put SoftHSM 2; undefined: it is not installed. */
const library = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/local/lib/softhsm/libsofthsm2.so',
  '/opt/homebrew/lib/softhsm/libsofthsm2.so',
].find(existsSync);

const bound = await import('pkcs11js').then(
  () => true,
  () => false,
);

/** Why tests of a device are skipped; false: they are not. */
export const withoutSoftHsm: string | false =
  library !== undefined && bound ? false : 'needs SoftHSM 2 (Debian: softhsm2) and pkcs11js';

/** A device of tokens in a directory of its own, removed when the test file ends. */
export interface SoftHsm {
  /** Path of the PKCS#11 library. */
  readonly module: string;
  /** Where the tokens are, a directory each. */
  readonly tokens: string;
  /** Its settings: what `SOFTHSM2_CONF` has to be before the library is first used. */
  readonly settings: string;
}

/**
 * Makes a device. One for each process: the library reads its settings once.
 *
 * @param labels of its tokens @param pin of their users
 */
export const softHsm = (labels: readonly string[], pin: string): SoftHsm => {
  const root = mkdtempSync(join(tmpdir(), 'bulwark-hsm-'));
  after(() => rmSync(root, { recursive: true, force: true }));
  const tokens = join(root, 'tokens');
  mkdirSync(tokens);
  const settings = join(root, 'softhsm2.conf');
  writeFileSync(settings, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  const env = { PATH: '/usr/bin:/usr/local/bin:/opt/homebrew/bin', SOFTHSM2_CONF: settings };
  for (const label of labels) {
    const init = ['--init-token', '--free', '--label', label, '--so-pin', '00000000', '--pin', pin];
    execFileSync('softhsm2-util', init, { stdio: 'ignore', env });
  }
  return { module: library!, tokens, settings };
};
