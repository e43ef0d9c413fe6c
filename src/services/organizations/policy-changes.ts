import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { attachments } from './attachments.ts';
import { constraintViolation, invalidInput } from './faults.ts';
import { newId } from './ids.ts';
import { type OrganizationRecord, organizations } from './organizations.ts';
import { type PolicyRecord, policies } from './policies.ts';
import { requireDocument } from './policy-documents.ts';
import { policyTypeRow } from './policy-types.ts';
import { quotas } from './quotas.ts';
import type { PolicyResource, TargetResource } from './resources.ts';

/** @throws {Fault} for a bad document, a name in use, and organizations that have no policies */
export const createPolicy = (
  tx: Transaction,
  organization: OrganizationRecord,
  given: Pick<PolicyRecord, 'type' | 'name' | 'description' | 'content' | 'tags'>,
  now: Date,
): PolicyRecord => {
  requirePolicies(organization);
  requireDocument(given.type, given.content);
  const others = policies.ofType(tx, organization.id, given.type);
  requireUnusedName(others, given.name);
  if (others.filter(({ awsManaged }) => !awsManaged).length >= quotas.policiesPerType) {
    throw constraintViolation(
      'POLICY_NUMBER_LIMIT_EXCEEDED',
      'You attempted to exceed the number of policies that you can have in an organization.',
    );
  }
  const policy = { id: newId.policy(), ...given, changedAt: now.getTime(), awsManaged: false };
  policies.put(tx, organization.id, policy);
  return policy;
};

/** @param change undefined members stay as they are @throws {Fault} */
export const updatePolicy = (
  tx: Transaction,
  { organization, record }: PolicyResource,
  change: { readonly [M in 'name' | 'description' | 'content']: string | undefined },
  now: Date,
): PolicyRecord => {
  requireOwn(record);
  const { name = record.name, description = record.description, content = record.content } = change;
  if (content !== record.content) requireDocument(record.type, content);
  if (name !== record.name) requireUnusedName(policies.ofType(tx, organization.id, record.type), name);
  const updated = { ...record, name, description, content, changedAt: now.getTime() };
  policies.put(tx, organization.id, updated);
  organizations.update(tx, organization.id);
  return updated;
};

/** @throws {Fault} PolicyInUseException */
export const deletePolicy = (tx: Transaction, { organization, record }: PolicyResource): void => {
  requireOwn(record);
  if (attachments.ofPolicy(tx, organization.id, record.id).length > 0) {
    throw fault(
      'PolicyInUseException',
      'This operation can be performed only for policies that are not attached to any target.',
    );
  }
  policies.delete(tx, organization.id, record.id);
};

/** @throws {Fault} PolicyTypeNotEnabledException, DuplicatePolicyAttachmentException, ConstraintViolationException */
export const attachPolicy = (
  tx: Transaction,
  { organization, record }: PolicyResource,
  target: TargetResource,
): void => {
  const { type, id: policyId } = record;
  requireEnabled(organization, record);
  if (attachments.find(tx, organization.id, target.id, policyId)) {
    throw fault(
      'DuplicatePolicyAttachmentException',
      'A policy with the same name and type is already attached to the specified target.',
    );
  }
  if (attachedCount(tx, organization, target, record) >= policyTypeRow(type).maxAttached) {
    throw constraintViolation(
      'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You have attached the maximum number of policies of this type to the specified target.',
    );
  }
  attachments.put(tx, { organizationId: organization.id, targetId: target.id, policyId, type });
  organizations.update(tx, organization.id);
};

/** @throws {Fault} PolicyNotAttachedException; ConstraintViolationException for the last control policy of a target */
export const detachPolicy = (
  tx: Transaction,
  { organization, record }: PolicyResource,
  target: TargetResource,
): void => {
  const attachment = attachments.find(tx, organization.id, target.id, record.id);
  if (!attachment) {
    throw fault(
      'PolicyNotAttachedException',
      "The policy isn't attached to the specified target in the specified root.",
    );
  }
  if (record.type === 'RESOURCE_CONTROL_POLICY' && record.awsManaged) {
    throw invalidInput('NON_DETACHABLE_POLICY', "You can't detach this AWS managed policy.");
  }
  const { everywhere } = policyTypeRow(record.type);
  if (everywhere !== undefined && attachedCount(tx, organization, target, record) === 1) {
    throw constraintViolation(
      'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      'You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.',
    );
  }
  attachments.delete(tx, attachment);
  organizations.update(tx, organization.id);
};

const attachedCount = (
  tx: Transaction,
  { id }: OrganizationRecord,
  target: TargetResource,
  { type }: PolicyRecord,
): number => attachments.ofTarget(tx, id, target.id).filter((attachment) => attachment.type === type).length;

/** @throws {Fault} for consolidated billing, which has no policies */
export const requirePolicies = ({ featureSet }: OrganizationRecord): void => {
  if (featureSet === 'ALL') return;
  throw fault(
    'PolicyTypeNotAvailableForOrganizationException',
    "You can't use the specified policy type with the feature set currently enabled for this organization.",
  );
};

const requireEnabled = ({ policyTypes }: OrganizationRecord, { type }: PolicyRecord): void => {
  if (policyTypes.includes(type)) return;
  throw fault('PolicyTypeNotEnabledException', 'This operation can be performed only for enabled policy types.');
};

const requireOwn = ({ awsManaged }: PolicyRecord): void => {
  if (!awsManaged) return;
  throw invalidInput('IMMUTABLE_POLICY', "You specified a policy that is managed by AWS and can't be modified.");
};

const requireUnusedName = (others: readonly PolicyRecord[], name: string): void => {
  if (others.some((other) => other.name === name)) {
    throw fault('DuplicatePolicyException', 'A policy with the same name already exists.');
  }
};
