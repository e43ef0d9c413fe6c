import type { HsmDevice } from '../../hsm/device.ts';
import type { HsmClusters } from '../../kernel/hsm-clusters.ts';
import type { Service } from '../../kernel/operation.ts';
import { Clusters } from './clusters.ts';
import { createCluster } from './operations/create-cluster.ts';
import { createHsm } from './operations/create-hsm.ts';
import { deleteCluster } from './operations/delete-cluster.ts';
import { deleteHsm } from './operations/delete-hsm.ts';
import { describeClusters } from './operations/describe-clusters.ts';
import { initializeCluster } from './operations/initialize-cluster.ts';

/** CloudHSM: the service, and its clusters for the key stores of KMS. */
export interface CloudHsmService extends Service {
  readonly clusters: HsmClusters;
}

/**
 * Sets up CloudHSM: clusters that are tokens of a PKCS#11 device.
 *
 * @param device absent: none is configured
 * @param reserved labels of tokens that are for something else
 */
export const cloudHsm = (device: HsmDevice | undefined, reserved: readonly string[] = []): CloudHsmService => {
  const clusters = new Clusters(device, reserved);
  return {
    name: 'cloudhsmv2',
    clusters,
    operations: [
      createCluster(clusters),
      createHsm(clusters),
      deleteCluster(clusters),
      deleteHsm(clusters),
      describeClusters(clusters),
      initializeCluster(clusters),
    ],
  };
};
