import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
} from '@aws-sdk/client-kms';
import { testServer } from '../../testing/server.ts';
import { awsManagedAliases } from './aws-managed-keys.ts';

const server = await testServer();
const kms = server.client(KMSClient);
const keys = await Promise.all(
  Array.from({ length: 7 }, async () => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!),
);
for (const [index, key] of keys.entries()) {
  await kms.send(
    new CreateAliasCommand({ AliasName: `alias/${index < 4 ? 'a' : 'z'}-${index}`, TargetKeyId: key.KeyId }),
  );
}

interface ListedPage {
  readonly items: readonly string[];
  readonly marker: string | undefined;
  readonly truncated: boolean | undefined;
}

const keyPage = async (Limit: number, Marker?: string): Promise<ListedPage> => {
  const { Keys, NextMarker, Truncated } = await kms.send(new ListKeysCommand({ Limit, Marker }));
  return { items: Keys!.map(({ KeyId }) => KeyId!), marker: NextMarker, truncated: Truncated };
};

const aliasPage = async (Limit: number, Marker?: string): Promise<ListedPage> => {
  const { Aliases, NextMarker, Truncated } = await kms.send(new ListAliasesCommand({ Limit, Marker }));
  return { items: Aliases!.map(({ AliasName }) => AliasName!), marker: NextMarker, truncated: Truncated };
};

const lists = [
  { name: 'ListKeys', page: keyPage, all: keys.map(({ KeyId }) => KeyId!).sort() },
  {
    name: 'ListAliases',
    page: aliasPage,
    all: [...keys.map((_, index) => `alias/${index < 4 ? 'a' : 'z'}-${index}`), ...awsManagedAliases].sort(),
  },
];

for (const { name, page, all } of lists) {
  describe(name, () => {
    for (const limit of [1, 2, 3, 7, all.length, 100]) {
      test(`lists everything once, ${limit} a page`, async () => {
        const seen: string[] = [];
        let marker: string | undefined;
        do {
          const listed = await page(limit, marker);
          assert.ok(listed.items.length <= limit);
          assert.equal(listed.truncated, listed.marker !== undefined);
          seen.push(...listed.items);
          marker = listed.marker;
        } while (marker !== undefined);
        assert.deepEqual(seen, all);
      });
    }

    test('refuses a marker that it did not make', async () => {
      await assert.rejects(page(1, 'nonsense'), { name: 'InvalidMarkerException' });
      const foreign = name === 'ListKeys' ? await aliasPage(1) : await keyPage(1);
      await assert.rejects(page(1, foreign.marker), { name: 'InvalidMarkerException' });
    });
  });
}

test('ListAliases takes at most 100 a page', () =>
  assert.rejects(aliasPage(101), {
    name: 'ValidationException',
    message:
      "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100",
  }));

test('ListAliases of one key knows the key by id and ARN, and says when it does not exist', async () => {
  for (const KeyId of [keys[0]!.KeyId, keys[0]!.Arn]) {
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId }));
    assert.deepEqual(
      Aliases!.map(({ AliasName }) => AliasName),
      ['alias/a-0'],
    );
  }
  const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
  await assert.rejects(kms.send(new ListAliasesCommand({ KeyId })), { name: 'NotFoundException' });
});

test('aliases that AWS reserves name no key', async () => {
  const { Aliases } = await kms.send(new ListAliasesCommand({}));
  const reserved = Aliases!.filter(({ AliasName }) => AliasName!.startsWith('alias/aws/'));
  assert.deepEqual(reserved.map(({ TargetKeyId }) => TargetKeyId).filter(Boolean), []);
});

test('keys and aliases of another Region are not listed', async () => {
  const elsewhere = server.client(KMSClient, undefined, 'eu-west-1');
  assert.deepEqual((await elsewhere.send(new ListKeysCommand({}))).Keys, []);
});
