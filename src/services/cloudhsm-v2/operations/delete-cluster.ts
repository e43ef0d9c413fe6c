import type { DeleteClusterCommandInput, DeleteClusterCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type ClusterResource, type Clusters, invalidRequest, toCluster } from '../clusters.ts';

/**
 * Deletes a cluster without HSMs. Its token is free for another one, with the objects that are on it.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_DeleteCluster.html
 */
export const deleteCluster = (
  clusters: Clusters,
): Operation<
  'DeleteCluster',
  Input<DeleteClusterCommandInput>,
  Output<DeleteClusterCommandOutput>,
  ClusterResource
> => ({
  name: 'DeleteCluster',
  access: (input, call) => ({ action: 'cloudhsm:DeleteCluster', resource: clusters.resolve(input.ClusterId, call) }),
  handle: (_input, { record }, { tx }) => {
    if (record.hsms.length > 0) throw invalidRequest(`Cluster ${record.id} has HSMs: delete them first.`);
    clusters.delete(tx, record);
    return { Cluster: { ...toCluster(record), State: 'DELETE_IN_PROGRESS' } };
  },
});
