import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { CreateClusterCommandInput, CreateClusterCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import { oncePerCall } from '../../../kernel/once.ts';
import { anyResource, type Input, type Operation, type Output, type Resource } from '../../../kernel/operation.ts';
import { creatingWithTags } from '../../../kernel/request-tags.ts';
import { certificateRequest } from '../certificate-request.ts';
import type { ClusterRecord } from '../cluster-record.ts';
import { type Clusters, invalidRequest, newHsmId, toCluster } from '../clusters.ts';

/** The SDK's type is older than `Mode`. */
type CreateInput = Input<CreateClusterCommandInput> & { readonly Mode?: string };

/**
 * Makes a cluster of a token that is none yet. It has a certificate signing request, and no HSM.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_CreateCluster.html
 */
export const createCluster = (
  clusters: Clusters,
): Operation<'CreateCluster', CreateInput, Output<CreateClusterCommandOutput>, readonly Resource[]> => ({
  name: 'CreateCluster',
  access: ({ TagList }, { account }) =>
    creatingWithTags(
      { action: 'cloudhsm:CreateCluster', resource: anyResource(account) },
      'cloudhsm:TagResource',
      TagList,
    ),
  handle: async (input, _resource, { tx, account, region, now }) => {
    if (input.SourceBackupId !== undefined) throw invalidRequest('There are no backups of clusters.');
    const made = oncePerCall(input, () => Promise.all([newIdentity(), clusters.tokens()]));
    const [identity, tokens] = await made;
    const record: ClusterRecord = {
      account,
      region,
      ...identity,
      createdAt: now.getTime(),
      state: 'UNINITIALIZED',
      hsmType: input.HsmType,
      mode: input.Mode ?? 'FIPS',
      retentionDays: input.BackupRetentionPolicy?.Value ?? '90',
      // Which zone a subnet is in is not known: one after the other.
      subnets: Object.fromEntries(input.SubnetIds.map((subnet, at) => [`${region}${'abcdefghij'[at]}`, subnet])),
      token: clusters.freeToken(tx, tokens),
      hsms: [],
      tags: Object.fromEntries((input.TagList ?? []).map(({ Key, Value }) => [Key!, Value!])),
    };
    clusters.put(tx, record);
    return { Cluster: { ...toCluster(record), State: 'CREATE_IN_PROGRESS' } };
  },
});

/** The private key signs the request and is gone: nobody speaks TLS to the token. */
const newIdentity = async (): Promise<Pick<ClusterRecord, 'id' | 'request' | 'publicKey'>> => {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  const id = newHsmId('cluster');
  const request = certificateRequest(id, publicKey, privateKey);
  return { id, request, publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64') };
};
