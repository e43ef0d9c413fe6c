import type { Call } from './call.ts';
import type { Caller } from './caller.ts';
import type { Resource } from './operation.ts';
import type { ControlLevels, Membership } from './organizations.ts';

/** What organizations have to say about one access. */
export interface ControlPolicies {
  readonly scps: ControlLevels | undefined;
  readonly rcps: ControlLevels | undefined;
  /** Caller and resource are in one organization: denials may be explained across accounts. */
  readonly sameOrganization: boolean;
}

/**
 * The control policies that bound an access: SCPs of the caller's account, RCPs of the resource's.
 *
 * Neither bounds service-linked roles, nor anything of a management account; RCPs bound the resources of some services
 * only, whoever asks, and neither what AWS manages nor kms:RetireGrant.
 *
 * @param action `kms:Encrypt`
 * @see Organizations: "SCP evaluation", "RCP evaluation", "Resources and entities not restricted by RCPs"
 */
export const controlPoliciesOf = (
  { tx, caller, organizations }: Pick<Call, 'tx' | 'caller' | 'organizations'>,
  action: string,
  resource: Resource,
): ControlPolicies => {
  const ofCaller = caller.account === '' ? undefined : organizations.membershipOf(tx, caller.account);
  const ofResource = resource.account === caller.account ? ofCaller : organizations.membershipOf(tx, resource.account);
  if (ofCaller === undefined && ofResource === undefined) return uncontrolled;
  if (isServiceLinked(caller)) return { ...uncontrolled, sameOrganization: isSame(ofCaller, ofResource) };
  return {
    scps: ofCaller?.scps,
    rcps: ofResource?.rcps && isControlled(action, resource) ? ofResource.rcps : undefined,
    sameOrganization: isSame(ofCaller, ofResource),
  };
};

const uncontrolled: ControlPolicies = { scps: undefined, rcps: undefined, sameOrganization: false };

const isServiceLinked = ({ roleArn }: Caller): boolean => roleArn?.includes(':role/aws-service-role/') ?? false;

const isSame = (a: Membership | undefined, b: Membership | undefined): boolean =>
  a !== undefined && a.organizationId === b?.organizationId;

/** Services whose resources RCPs bound, by action prefix. @see Organizations: "List of AWS services that support RCPs" */
const controlledServices: ReadonlySet<string> = new Set([
  'aoss',
  'cognito-identity',
  'cognito-idp',
  'ecr',
  'kms',
  'logs',
  's3',
  'secretsmanager',
  'sqs',
  'sts',
]);

const isControlled = (action: string, { awsManaged }: Resource): boolean => {
  if (awsManaged) return false;
  const name = action.toLowerCase();
  return controlledServices.has(name.slice(0, name.indexOf(':'))) && name !== 'kms:retiregrant';
};
