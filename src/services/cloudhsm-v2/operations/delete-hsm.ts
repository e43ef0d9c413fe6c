import type { DeleteHsmCommandInput, DeleteHsmCommandOutput } from '@aws-sdk/client-cloudhsm-v2';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { HsmRecord } from '../cluster-record.ts';
import { type Clusters, invalidRequest } from '../clusters.ts';

/**
 * Takes an HSM, named by its id or its network interface, out of a cluster. The token and its keys stay.
 *
 * @see https://docs.aws.amazon.com/cloudhsm/latest/APIReference/API_DeleteHsm.html
 */
export const deleteHsm = (
  clusters: Clusters,
): Operation<'DeleteHsm', Input<DeleteHsmCommandInput>, Output<DeleteHsmCommandOutput>> => ({
  name: 'DeleteHsm',
  access: (_input, { account }) => ({ action: 'cloudhsm:DeleteHsm', resource: anyResource(account) }),
  handle: (input, _resource, call) => {
    const record = clusters.get(input.ClusterId, call);
    const { HsmId, EniId, EniIp } = input;
    if ([HsmId, EniId, EniIp].filter((name) => name !== undefined).length !== 1)
      throw invalidRequest('Name the HSM by exactly one of HsmId, EniId and EniIp.');
    const isNamed = ({ id, eniId, ip }: HsmRecord): boolean => id === HsmId || eniId === EniId || ip === EniIp;
    const hsm = record.hsms.find(isNamed);
    if (!hsm) throw fault('CloudHsmResourceNotFoundException', `Cluster ${record.id} has no such HSM.`);
    clusters.put(call.tx, { ...record, hsms: record.hsms.filter((other) => other !== hsm) });
    return { HsmId: hsm.id };
  },
});
