import type { Job } from './events/scheduler.ts';
import { StoredUsage } from './events/stored-usage.ts';
import type { HsmDevice } from './hsm/device.ts';
import type { Functions } from './kernel/functions.ts';
import type { Service } from './kernel/operation.ts';
import type { SecretOwners } from './kernel/secret-owners.ts';
import { meters } from './meters.ts';
import { type FunctionsWithRotators, withRotators } from './rotators/index.ts';
import { cloudHsm } from './services/cloudhsm-v2/index.ts';
import { costExplorer } from './services/cost-explorer/index.ts';
import { type IamService, iam } from './services/iam/index.ts';
import { type KmsService, kms } from './services/kms/index.ts';
import { type LambdaService, lambda } from './services/lambda/index.ts';
import { type OrganizationsService, organizations } from './services/organizations/index.ts';
import { pricing } from './services/pricing/index.ts';
import { type SecretsManagerService, secretsManager } from './services/secrets-manager/index.ts';
import { AppliedQuotas, type ServiceQuotasService, serviceQuotas } from './services/service-quotas/index.ts';
import { ssm } from './services/ssm/index.ts';
import { sts } from './services/sts/index.ts';
import type { Store } from './store/store.ts';
import { isPublicRegion, partitions } from './wire/regions.ts';
import type { XksClient } from './xks/xks-client.ts';

/** Every service, set up on a store. */
export const servicesOn = (
  store: Store,
  {
    region: own,
    open = false,
    approving = false,
    attestationRoots,
    functions: chosen,
    owners = new Map(),
    device,
    reservedTokens,
    proxies,
  }: ServiceOptions = {},
): Services => {
  const applied = new AppliedQuotas();
  const hasRegion = (region: string): boolean => open || region === own || isPublicRegion(region);
  const identity = iam({ store, open });
  const hsm = cloudHsm(device, reservedTokens);
  const { clusters } = hsm;
  const keys = kms({
    store,
    principals: identity.principals,
    applied,
    ...(attestationRoots && { attestationRoots }),
    clusters,
    device,
    ...(proxies && { proxies }),
    hasRegion,
  });
  const accounts = organizations(identity);
  const { principals, identities } = identity;
  const runtime = lambda({ store, principals, applied, roles: { find: identity.assumableRole, identities } });
  const rotators = withRotators(runtime.functions, {
    store,
    identities,
    hasRole: (tx, arn) => identity.assumableRole(tx, arn).absent === undefined,
    makeRole: (tx, { account, roleName, trustPolicy, policy }, now) => {
      const inlinePolicies = { [roleName]: policy };
      identity.seedRole(tx, { account, roleName, trustPolicy, inlinePolicies, attachedPolicies: [], tags: {} }, now);
    },
  });
  const functions = chosen ?? rotators;
  const parameters = ssm({ principals: identity.principals, applied });
  const secrets = secretsManager({ principals, applied, functions, owners, hasRegion });
  const limited: Service[] = [keys, identity, sts(identity), accounts, runtime, parameters, secrets];
  const quotas = serviceQuotas({ applied, quotas: limited.flatMap((service) => service.quotas ?? []), approving });
  const costs = costExplorer({ usage: new StoredUsage(store, meters), meters });
  const prices = pricing(meters, partitions[0]!.regions);
  const jobs = {
    ...identity.jobs,
    ...keys.jobs,
    ...accounts.jobs,
    ...runtime.jobs,
    ...parameters.jobs,
    ...secrets.jobs,
  };
  return {
    identity,
    keys,
    accounts,
    runtime,
    secrets,
    quotas,
    applied,
    jobs,
    functions,
    rotators,
    all: [...limited, quotas, costs, prices, hsm],
  };
};

/** How services are set up. */
export interface ServiceOptions {
  /** A Region that is served beside the public ones: the server's own. */
  readonly region?: string;
  /** Whether unknown access keys act as administrators. */
  readonly open?: boolean;
  /** Whether requests for higher quotas are approved at once. */
  readonly approving?: boolean;
  /** PEM certificates that vouch for enclaves; absent: AWS's. */
  readonly attestationRoots?: readonly string[] | undefined;
  /** Whose tokens can be clusters of HSMs, all but the reserved ones; absent: there are none. */
  readonly device?: HsmDevice | undefined;
  readonly reservedTokens?: readonly string[];
  /** How proxies of external key stores are reached; absent: by their names. */
  readonly proxies?: XksClient;
  /** Functions that rotate secrets; absent: Lambda's. */
  readonly functions?: Functions;
  /** Services that own secrets; absent: none of those here does. */
  readonly owners?: SecretOwners;
}

/** What {@link servicesOn} sets up. */
export interface Services {
  readonly identity: IamService;
  readonly keys: KmsService;
  readonly accounts: OrganizationsService;
  readonly runtime: LambdaService;
  readonly secrets: SecretsManagerService;
  readonly quotas: ServiceQuotasService;
  readonly applied: AppliedQuotas;
  readonly functions: Functions;
  readonly rotators: FunctionsWithRotators;
  /** What services do by themselves, by kind of timer. */
  readonly jobs: Readonly<Record<string, Job>>;
  readonly all: readonly Service[];
}
