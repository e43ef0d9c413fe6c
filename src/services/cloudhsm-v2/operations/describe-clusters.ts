import type { DescribeClustersCommandInput, DescribeClustersCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import { paged, pageOf } from '../../../kernel/paging.ts';
import type { ClusterRecord } from '../cluster-record.ts';
import { type Clusters, invalidRequest, toCluster } from '../clusters.ts';

/** What clusters can be found by. */
const filters: Readonly<Record<string, (record: ClusterRecord) => string>> = {
  clusterIds: ({ id }) => id,
  states: ({ state }) => state,
};

/**
 * Lists the clusters of the account in this Region.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_DescribeClusters.html
 */
export const describeClusters = (
  clusters: Clusters,
): Operation<'DescribeClusters', Input<DescribeClustersCommandInput>, Output<DescribeClustersCommandOutput>> => ({
  name: 'DescribeClusters',
  access: (_input, { account }) => ({ action: 'cloudhsm:DescribeClusters', resource: anyResource(account) }),
  handle: ({ Filters: given = {}, NextToken, MaxResults = 25 }, _resource, { tx, account, region }) => {
    const strange = Object.keys(given).find((name) => !filters[name]);
    if (strange !== undefined) throw invalidRequest(`Clusters cannot be filtered by ${strange}.`);
    const found = clusters
      .list(tx, account, region)
      .filter((record) => Object.entries(given).every(([name, values]) => values.includes(filters[name]!(record))));
    const { items, marker } = paged({
      query: JSON.stringify(['DescribeClusters', account, region, given]),
      marker: NextToken,
      limit: MaxResults,
      invalidMarker: () => invalidRequest('NextToken is not valid.'),
      read: pageOf(found, ({ id }) => id),
    });
    return { Clusters: items.map(toCluster), ...(marker !== undefined && { NextToken: marker }) };
  },
});
