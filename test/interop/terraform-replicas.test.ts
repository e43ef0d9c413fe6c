import assert from 'node:assert/strict';
import { it } from 'node:test';
import { sdk } from './drivers/sdk.ts';
import { appliedExample, skip } from './terraform.ts';

/** What stands before `enabled` in the primary external key. */
const external = 'in two Regions"\n  multi_region            = true\n';

it('Terraform makes external keys with material, replicas of both kinds, changes them, and takes them away', {
  skip,
}, async (t) => {
  const terraform = await appliedExample(t, 'terraform-kms-replicas');
  const { target } = terraform;
  const away = { ...target, region: 'eu-west-1' };
  const { imported, primary, external_primary } = await terraform.outputs();
  const Plaintext = Buffer.from('made by Terraform');
  for (const KeyId of [primary, external_primary]) {
    const { CiphertextBlob } = await sdk.call('Encrypt', { KeyId, Plaintext }, target);
    assert.deepEqual((await sdk.call('Decrypt', { CiphertextBlob }, away)).Plaintext, Plaintext);
  }
  await sdk.call('Encrypt', { KeyId: 'alias/imported', Plaintext }, target);

  await terraform.change(
    ['"material of our own"', '"material of our own, changed"'],
    ['"its replica"', '"its replica, changed"'],
    ['team = "security"', 'team = "platform"'],
    [`${external}  enabled                 = true`, `${external}  enabled                 = false`],
    ['  enable_key_rotation     = true\n', ''],
  );
  const stateOf = async (KeyId: string | undefined, where = target) =>
    (await sdk.call('DescribeKey', { KeyId }, where)).KeyMetadata.KeyState;
  assert.deepEqual([await stateOf(external_primary), await stateOf(external_primary, away)], ['Disabled', 'Enabled']);
  const { KeyMetadata } = await sdk.call('DescribeKey', { KeyId: imported }, target);
  assert.equal(KeyMetadata.Description, 'material of our own, changed');
  assert.equal((await sdk.call('GetKeyRotationStatus', { KeyId: primary }, away)).KeyRotationEnabled, false);

  await terraform.run('destroy', '-no-color', '-auto-approve');
  assert.equal(await stateOf(imported), 'PendingDeletion');
  assert.equal(await stateOf(primary, away), 'PendingDeletion');
  assert.equal(await stateOf(primary), 'PendingReplicaDeletion');
});
