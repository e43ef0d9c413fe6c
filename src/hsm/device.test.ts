import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { softHsm, withoutSoftHsm } from '../testing/softhsm.ts';
import { HsmDevice } from './device.ts';
import type { HsmProblem } from './hsm-error.ts';

const pin = 'kmsPswd1';
const id = '0a'.repeat(32);
const aad = Buffer.from('aad');
const plaintext = Buffer.from('attack at dawn');
const failing = (problem: HsmProblem) => (error: Error & { problem?: HsmProblem }) => error.problem === problem;

describe('a PKCS#11 device', { skip: withoutSoftHsm }, () => {
  const hsm = withoutSoftHsm ? undefined : softHsm(['one', 'two'], pin);
  if (hsm) process.env.SOFTHSM2_CONF = hsm.settings;
  const device = new HsmDevice(hsm?.module ?? '');
  after(() => device.close());
  const key = { token: 'one', pin, id };
  const seal = () => device.run({ kind: 'encrypt', ...key, plaintext, aad });

  test('lists its tokens', async () => {
    const tokens = await device.run({ kind: 'tokens' });
    assert.deepEqual(tokens.map(({ label }) => label).sort(), ['one', 'two']);
    assert.ok(tokens.every(({ activated }) => activated));
  });

  test('checks the PIN', async () => {
    await device.run({ kind: 'log-in', token: 'one', pin });
    await assert.rejects(device.run({ kind: 'log-in', token: 'one', pin: 'wrong-pin' }), failing('credentials'));
    await assert.rejects(device.run({ kind: 'log-in', token: 'none', pin }), failing('no-token'));
  });

  test('encrypts the same plaintext to something else each time, and decrypts it', async () => {
    await device.run({ kind: 'generate', ...key, label: 'test' });
    const [first, second] = [await seal(), await seal()];
    assert.notDeepEqual(first, second);
    for (const sealed of [first, second]) {
      const opened = await device.run({ kind: 'decrypt', ...key, sealed, aad });
      assert.deepEqual(Buffer.from(opened), plaintext);
    }
  });

  test('makes keys that never were outside of the token, and that it gives to nobody', () => {
    const script = `
      const library = require('pkcs11js');
      const device = new library.PKCS11();
      device.load(process.argv[1]);
      device.C_Initialize();
      const slots = device.C_GetSlotList(true);
      const slot = slots.find((each) => device.C_GetTokenInfo(each).label.trim() === 'one');
      const session = device.C_OpenSession(slot, library.CKF_SERIAL_SESSION);
      device.C_Login(session, library.CKU_USER, process.argv[2]);
      device.C_FindObjectsInit(session, [{ type: library.CKA_ID, value: Buffer.from(process.argv[3], 'hex') }]);
      const key = device.C_FindObjects(session);
      const flags = ['CKA_LOCAL', 'CKA_ALWAYS_SENSITIVE', 'CKA_NEVER_EXTRACTABLE'];
      const told = device.C_GetAttributeValue(session, key, flags.map((name) => ({ type: library[name] })));
      let value = 'readable';
      try { device.C_GetAttributeValue(session, key, [{ type: library.CKA_VALUE }]); } catch (error) { value = error.message; }
      console.log(JSON.stringify({ flags: told.map((each) => each.value[0]), value }));
    `;
    const env = { PATH: process.env.PATH, SOFTHSM2_CONF: hsm!.settings };
    const output = execFileSync(process.execPath, ['-e', script, hsm!.module, pin, id], { env, encoding: 'utf8' });
    assert.deepEqual(JSON.parse(output), { flags: [1, 1, 1], value: 'CKR_ATTRIBUTE_SENSITIVE' });
  });

  test('refuses a ciphertext with any bit flipped, and another AAD', async () => {
    const sealed = Buffer.from(await seal());
    for (let at = 0; at < sealed.length; at++) {
      const altered = Buffer.from(sealed);
      altered[at]! ^= 1 << (at % 8);
      await assert.rejects(device.run({ kind: 'decrypt', ...key, sealed: altered, aad }), failing('altered'));
    }
    const other = Buffer.from('other');
    await assert.rejects(device.run({ kind: 'decrypt', ...key, sealed, aad: other }), failing('altered'));
  });

  test('has no key where none was made, or where it was destroyed', async () => {
    const other = { token: 'two', pin, id: '0b'.repeat(32) };
    await assert.rejects(device.run({ kind: 'encrypt', ...other, plaintext, aad }), failing('no-key'));
    await device.run({ kind: 'generate', ...other, label: 'test' });
    await device.run({ kind: 'destroy', ...other });
    await assert.rejects(device.run({ kind: 'encrypt', ...other, plaintext, aad }), failing('no-key'));
  });

  test('makes random bytes', async () => {
    const bytes = await device.run({ kind: 'random', token: 'one', pin, bytes: 32 });
    assert.equal(bytes.length, 32);
    assert.notDeepEqual(Buffer.from(bytes), Buffer.alloc(32));
  });

  test('that is lost fails, and goes on by itself when it is back', async () => {
    const sealed = await seal();
    renameSync(hsm!.tokens, `${hsm!.tokens}.gone`);
    await assert.rejects(seal());
    await assert.rejects(device.run({ kind: 'decrypt', ...key, sealed, aad }));
    renameSync(`${hsm!.tokens}.gone`, hsm!.tokens);
    assert.deepEqual(Buffer.from(await device.run({ kind: 'decrypt', ...key, sealed, aad })), plaintext);
  });
});
