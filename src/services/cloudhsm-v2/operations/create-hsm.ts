import type { CreateHsmCommandInput, CreateHsmCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { type ClusterResource, type Clusters, invalidRequest, newHsmId, toHsm } from '../clusters.ts';

/** @see CloudHSM user guide: "Quotas" */
const maxHsms = 28;

/**
 * Adds an HSM to a cluster: one more way to its token.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_CreateHsm.html
 */
export const createHsm = (
  clusters: Clusters,
): Operation<'CreateHsm', Input<CreateHsmCommandInput>, Output<CreateHsmCommandOutput>, ClusterResource> => ({
  name: 'CreateHsm',
  access: (input, call) => ({ action: 'cloudhsm:CreateHsm', resource: clusters.resolve(input.ClusterId, call) }),
  handle: (input, { record }, { tx }) => {
    if (record.hsms.length >= maxHsms) throw invalidRequest(`Cluster ${record.id} already has ${maxHsms} HSMs.`);
    const zone = input.AvailabilityZone;
    if (record.subnets[zone] === undefined) throw invalidRequest(`Cluster ${record.id} has no subnet in ${zone}.`);
    const ip = input.IpAddress ?? `10.0.${Object.keys(record.subnets).indexOf(zone)}.${4 + record.hsms.length}`;
    const id = newHsmId('hsm');
    const hsm = { id, zone, ip, eniId: `eni-${Buffer.from(id.slice(-8)).toString('hex')}0` };
    clusters.put(tx, { ...record, hsms: [...record.hsms, hsm] });
    return { Hsm: { ...toHsm(record, hsm), State: 'CREATE_IN_PROGRESS' } };
  },
});
