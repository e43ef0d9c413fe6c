import { X509Certificate } from 'node:crypto';
import type { InitializeClusterCommandInput, InitializeClusterCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import { oncePerCall } from '../../../kernel/once.ts';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type ClusterResource, type Clusters, invalidRequest } from '../clusters.ts';

/**
 * Takes the certificate that its owner signed for a cluster. The cluster is active if the user of its token has a PIN,
 * which is what activating a cluster is; else it waits in INITIALIZED, and the operation can be repeated.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_InitializeCluster.html
 */
export const initializeCluster = (
  clusters: Clusters,
): Operation<
  'InitializeCluster',
  Input<InitializeClusterCommandInput>,
  Output<InitializeClusterCommandOutput>,
  ClusterResource
> => ({
  name: 'InitializeCluster',
  access: (input, call) => ({
    action: 'cloudhsm:InitializeCluster',
    resource: clusters.resolve(input.ClusterId, call),
  }),
  handle: async (input, { record }, { tx }) => {
    if (record.state !== 'UNINITIALIZED' && record.state !== 'INITIALIZED')
      throw invalidRequest(`Cluster ${record.id} is ${record.state}, not UNINITIALIZED.`);
    if (record.hsms.length === 0) throw invalidRequest(`Cluster ${record.id} has no HSM.`);
    const trustAnchor = parse('TrustAnchor', input.TrustAnchor);
    const certificate = parse('SignedCert', input.SignedCert);
    const publicKey = certificate.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
    if (publicKey !== record.publicKey)
      throw invalidRequest('SignedCert is not a certificate of the request ClusterCsr.');
    if (!certificate.verify(trustAnchor.publicKey)) throw invalidRequest('SignedCert is not signed by TrustAnchor.');
    const tokens = await oncePerCall(input, () => clusters.tokens());
    const activated = tokens.some((token) => token.label === record.token && token.activated);
    clusters.put(tx, {
      ...record,
      state: activated ? 'ACTIVE' : 'INITIALIZED',
      certificate: input.SignedCert,
      trustAnchor: input.TrustAnchor,
    });
    return { State: 'INITIALIZE_IN_PROGRESS', StateMessage: 'Cluster is initializing.' };
  },
});

/** @throws {Fault} CloudHsmInvalidRequestException */
const parse = (member: string, pem: string): X509Certificate => {
  try {
    return new X509Certificate(pem);
  } catch {
    throw invalidRequest(`${member} is not a certificate in PEM.`);
  }
};
