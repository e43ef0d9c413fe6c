import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { SealSettings } from './method.ts';
import type { SealMethodName } from './methods.ts';
import { initializeSeal, readPlainRootKey, readRootKey, rewrapSeal, sealStatus, Unsealing } from './seal.ts';
import { AlteredSeal, SealError, WrongSecret } from './seal-error.ts';
import { findSealFile, type SealFile, sealRootKey, writeSealFile } from './seal-file.ts';
import { parseShare } from './share-text.ts';

const root = mkdtempSync(join(tmpdir(), 'bulwark-seal-'));
after(() => rmSync(root, { recursive: true, force: true }));

const newDirectory = (): string => mkdtempSync(join(root, 'data-'));
const settings = (own: Partial<SealSettings> = {}): SealSettings => ({ shares: { threshold: 2, total: 3 }, ...own });
const sealed = async (method: SealMethodName, own: Partial<SealSettings> = {}, given?: string) => {
  const data = newDirectory();
  const keep = await initializeSeal(data, { method, settings: settings(own), ...(given !== undefined && { given }) });
  return { data, keep };
};
const secret = 'correct horse battery staple';
const key = Buffer.alloc(32, 7).toString('base64');
const sentence = (kind: new (message: string) => SealError, pattern: RegExp) => (error: unknown) =>
  error instanceof kind && pattern.test(error.message);

describe('a seal that opens by itself', () => {
  test('by a key file, which it makes with mode 0600 where there is none', async () => {
    const keyFile = join(root, 'elsewhere.key');
    const { data } = await sealed('key-file', { keyFile });
    assert.equal(statSync(keyFile).mode & 0o777, 0o600);
    const first = await readRootKey(data, settings({ keyFile }));
    assert.ok(first.equals(await readRootKey(data, settings({ keyFile }))));
    const other = join(root, 'other.key');
    await sealed('key-file', { keyFile: other });
    await assert.rejects(
      readRootKey(data, settings({ keyFile: other })),
      sentence(WrongSecret, /key file is not the one/),
    );
    await assert.rejects(readRootKey(data, settings({ keyFile: `${other}x` })), sentence(SealError, /is missing/));
    await assert.rejects(readRootKey(data, settings()), sentence(SealError, /--seal-key-file/));
  });

  test('by a variable', async () => {
    const { data } = await sealed('environment', { key });
    const first = await readRootKey(data, settings({ key }));
    assert.ok(first.equals(await readRootKey(data, settings({ key }))));
    const wrong = Buffer.alloc(32, 8).toString('base64');
    await assert.rejects(
      readRootKey(data, settings({ key: wrong })),
      sentence(WrongSecret, /BULWARK_SEAL_KEY is not the one/),
    );
    await assert.rejects(readRootKey(data, settings({ key: 'short' })), sentence(SealError, /malformed/));
    await assert.rejects(readRootKey(data, settings()), sentence(SealError, /not set/));
  });
});

describe('a passphrase', () => {
  test('opens its seal, however its accents are typed', async () => {
    const { data } = await sealed('passphrase', {}, 'caf\u00e9 au lait, sucr\u00e9');
    const one = await new Unsealing(data, settings()).give('caf\u00e9 au lait, sucr\u00e9');
    const other = await new Unsealing(data, settings()).give('cafe\u0301 au lait, sucre\u0301');
    assert.ok(one?.equals(other!));
  });

  test('that is wrong is refused, and may be tried again', async () => {
    const { data } = await sealed('passphrase', {}, secret);
    const unsealing = new Unsealing(data, settings());
    await assert.rejects(unsealing.give(`${secret}!`), sentence(WrongSecret, /^wrong passphrase$/));
    assert.ok(await unsealing.give(secret));
  });

  test('has at least 12 characters', () =>
    assert.rejects(sealed('passphrase', {}, 'elevenchars'), sentence(SealError, /at least 12/)));

  test('is asked for: a start does not open by itself', async () => {
    const { data } = await sealed('passphrase', {}, secret);
    await assert.rejects(readRootKey(data, settings()), sentence(SealError, /bulwark unseal/));
    assert.throws(() => readPlainRootKey(data, true), SealError);
  });
});

describe('shares', () => {
  const sharesOf = (keep: readonly string[]) => keep.filter((line) => line.startsWith('bulwark-share-'));

  test('open the seal, any two of three, and tell how far it is', async () => {
    const { data, keep } = await sealed('shares');
    const [a, b, c] = sharesOf(keep);
    const unsealing = new Unsealing(data, settings());
    assert.equal(await unsealing.give(a!), undefined);
    assert.deepEqual(unsealing.progress, { method: 'shares', asks: 'share', given: 1, needed: 2 });
    await assert.rejects(
      unsealing.give(a!.toUpperCase().replaceAll('-', ' ')),
      sentence(WrongSecret, /this share was given already/),
    );
    assert.equal(unsealing.progress.given, 1);
    const rootKey = await unsealing.give(c!);
    const again = new Unsealing(data, settings());
    await again.give(c!);
    assert.ok(rootKey?.equals((await again.give(b!))!));
    assert.doesNotMatch(readFileSync(join(data, 'seal.json'), 'utf8'), /bulwark-share/);
  });

  test('that are wrong are refused one by one, and right ones are kept', async () => {
    const { data, keep } = await sealed('shares');
    const stranger = sharesOf((await sealed('shares')).keep)[0]!;
    const [a, b] = sharesOf(keep);
    const unsealing = new Unsealing(data, settings());
    await unsealing.give(a!);
    const last = b!.at(-3) === 'z' ? 'y' : 'z';
    await assert.rejects(
      unsealing.give(`${b!.slice(0, -3)}${last}${b!.slice(-2)}`),
      sentence(WrongSecret, /typing error/),
    );
    await assert.rejects(unsealing.give(stranger), sentence(WrongSecret, /another seal/));
    await assert.rejects(unsealing.give('open sesame'), sentence(WrongSecret, /not a share/));
    assert.equal(unsealing.progress.given, 1);
    assert.ok(await unsealing.give(b!));
  });

  test('are of the same seal id and none is the secret', async () => {
    const { data, keep } = await sealed('shares');
    const ids = new Set(sharesOf(keep).map((text) => parseShare(text).sealId));
    assert.deepEqual([...ids], [sealStatus(data).id]);
  });

  for (const [threshold, total] of [
    [1, 3],
    [4, 3],
    [2, 256],
  ] as const) {
    test(`${threshold} of ${total} are refused`, () =>
      assert.rejects(sealed('shares', { shares: { threshold, total } }), SealError));
  }
});

describe('seal.json', () => {
  const altered = (data: string, change: (file: Record<string, unknown>) => void): void => {
    const path = join(data, 'seal.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    change(file);
    writeFileSync(path, JSON.stringify(file));
  };
  /** As somebody forges it who knows the format. */
  const rechecked = ({ checksum: _old, ...content }: SealFile): SealFile => ({
    ...content,
    checksum: hash('sha256', JSON.stringify(sortedMembers(content))),
  });
  const sortedMembers = (value: unknown): unknown =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, member]) => [name, sortedMembers(member)]),
        )
      : value;
  const flipped = (base64: unknown): string => {
    const bytes = Buffer.from(String(base64), 'base64');
    bytes[20]! ^= 1;
    return bytes.toString('base64');
  };

  for (const member of ['format', 'id', 'method', 'parameters', 'created', 'check', 'sealed', 'checksum']) {
    test(`with an altered ${member} is refused as damaged`, async () => {
      const { data } = await sealed('environment', { key });
      altered(data, (file) => {
        file[member] = member === 'format' ? 0 : 'x';
      });
      await assert.rejects(readRootKey(data, settings({ key })), sentence(AlteredSeal, /checksum does not fit/));
    });
  }

  test('altered with its checksum recomputed is told from a wrong secret', async () => {
    const { data } = await sealed('environment', { key });
    const rootKey = await readRootKey(data, settings({ key }));
    const file = findSealFile(data)!;
    const forged = sealRootKey(rootKey, rootKey, { ...file, parameters: {} }, new Date());
    writeSealFile(data, rechecked({ ...file, sealed: flipped(file.sealed) }));
    await assert.rejects(readRootKey(data, settings({ key })), sentence(AlteredSeal, /the secret is right/));
    writeSealFile(data, forged);
    await assert.rejects(readRootKey(data, settings({ key })), WrongSecret);
  });

  test('of a newer format is refused with a clear sentence', async () => {
    const { data } = await sealed('environment', { key });
    altered(data, (file) => {
      file.format = 2;
    });
    await assert.rejects(readRootKey(data, settings({ key })), sentence(SealError, /newer Bulwark: its format is 2/));
  });

  test('that asks for boundless memory is refused before it gets it', async () => {
    const { data } = await sealed('passphrase', {}, secret);
    const file = findSealFile(data)!;
    writeSealFile(data, rechecked({ ...file, parameters: { ...file.parameters, memoryKiB: 2 ** 31 } }));
    await assert.rejects(new Unsealing(data, settings()).give(secret), sentence(AlteredSeal, /memoryKiB/));
  });

  test('is readable by its owner only', async () => {
    const { data } = await sealed('environment', { key });
    assert.equal(statSync(join(data, 'seal.json')).mode & 0o777, 0o600);
  });
});

/** Takes what it is told. */
const nobody = async (): Promise<void> => {};

describe('a rewrap', () => {
  test('keeps the root key, changes the seal, and removes root.key', async () => {
    const data = newDirectory();
    const rootKey = readPlainRootKey(data, true);
    assert.equal(sealStatus(data).method, 'plain');
    await rewrapSeal(data, rootKey, { method: 'passphrase', settings: settings(), given: secret }, nobody);
    assert.equal(existsSync(join(data, 'root.key')), false);
    assert.ok((await new Unsealing(data, settings()).give(secret))?.equals(rootKey));
    await rewrapSeal(data, rootKey, { method: 'environment', settings: settings({ key }) }, nobody);
    assert.ok((await readRootKey(data, settings({ key }))).equals(rootKey));
    assert.equal(sealStatus(data).method, 'environment');
  });

  test('changes nothing where what is to be kept does not arrive', async () => {
    const data = newDirectory();
    const rootKey = readPlainRootKey(data, true);
    const lost = rewrapSeal(data, rootKey, { method: 'passphrase', settings: settings(), given: secret }, async () => {
      throw new Error('nobody reads it');
    });
    await assert.rejects(lost, /nobody reads it/);
    assert.equal(sealStatus(data).method, 'plain');
    assert.ok(readPlainRootKey(data, false).equals(rootKey));
  });

  test('is not an init: a directory with a root key refuses one', async () => {
    const { data } = await sealed('environment', { key });
    await assert.rejects(
      initializeSeal(data, { method: 'environment', settings: settings({ key }) }),
      sentence(SealError, /rewrap/),
    );
  });
});

/** Does something as a user who may not look into a directory. */
const asStranger = <T>(data: string, work: () => T): T => {
  if (process.getuid?.() !== 0) chmodSync(data, 0);
  else process.seteuid!(strangerId);
  try {
    return work();
  } finally {
    if (process.getuid?.() !== 0) chmodSync(data, 0o700);
    else process.seteuid!(0);
  }
};
const strangerId = 65_534;

describe('to another user', { skip: process.platform === 'win32' }, () => {
  for (const [what, ask] of [
    ['the status', sealStatus],
    ['the plain root key', (data: string) => readPlainRootKey(data, false)],
    ['a root key to be made', (data: string) => readPlainRootKey(data, true)],
  ] as const) {
    test(`${what} is denied, not missing`, () => {
      const data = mkdtempSync(join(root, 'private-'));
      readPlainRootKey(data, true);
      chmodSync(root, 0o711);
      assert.throws(
        () => asStranger(data, () => ask(data)),
        sentence(SealError, /permission denied. Run this as the user that owns it/),
      );
      assert.equal(sealStatus(data).method, 'plain');
    });
  }
});
