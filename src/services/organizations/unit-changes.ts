import { fault } from '../../kernel/fault.ts';
import type { Transaction } from '../../store/store.ts';
import { accounts } from './accounts.ts';
import { attachments } from './attachments.ts';
import { attachDefaults } from './default-attachments.ts';
import { constraintViolation } from './faults.ts';
import { newId } from './ids.ts';
import { organizations } from './organizations.ts';
import { quotas } from './quotas.ts';
import type { ParentResource, UnitResource } from './resources.ts';
import type { Tags } from './tags.ts';
import { lineageOf } from './tree.ts';
import { type UnitRecord, units } from './units.ts';

/**
 * Creates an OU, under the policies that are everywhere.
 *
 * @throws {Fault} DuplicateOrganizationalUnitException, ConstraintViolationException
 */
export const createUnit = (tx: Transaction, parent: ParentResource, name: string, tags: Tags): UnitRecord => {
  const { organization, id: parentId } = parent;
  requireUnusedName(tx, organization.id, parentId, name);
  // The root is in the lineage, and is no level of OUs.
  if (lineageOf(tx, organization, parentId).length > quotas.unitDepth) {
    throw constraintViolation(
      'OU_DEPTH_LIMIT_EXCEEDED',
      'You attempted to create an OU tree that is too many levels deep.',
    );
  }
  if (organization.units >= quotas.units) {
    throw constraintViolation(
      'OU_NUMBER_LIMIT_EXCEEDED',
      'You attempted to exceed the number of OUs that you can have in an organization.',
    );
  }
  const unit = { organizationId: organization.id, id: newId.unit(organization.rootId), name, parentId, tags };
  units.put(tx, unit);
  attachDefaults(tx, organization, unit.id);
  organizations.update(tx, organization.id, { units: organization.units + 1 });
  return unit;
};

/** @throws {Fault} DuplicateOrganizationalUnitException */
export const renameUnit = (tx: Transaction, { record }: UnitResource, name: string): UnitRecord => {
  if (name === record.name) return record;
  requireUnusedName(tx, record.organizationId, record.parentId, name);
  const renamed = { ...record, name };
  units.put(tx, renamed);
  return renamed;
};

/** @throws {Fault} OrganizationalUnitNotEmptyException */
export const deleteUnit = (tx: Transaction, { organization, record }: UnitResource): void => {
  const { id, organizationId } = record;
  const children = [...units.childrenOf(tx, organizationId, id), ...accounts.childrenOf(tx, organizationId, id)];
  if (children.length > 0) {
    throw fault(
      'OrganizationalUnitNotEmptyException',
      'The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.',
    );
  }
  attachments.forgetTarget(tx, organizationId, id);
  units.delete(tx, record);
  organizations.update(tx, organizationId, { units: organization.units - 1 });
};

const requireUnusedName = (tx: Transaction, organizationId: string, parentId: string, name: string): void => {
  if (!units.childrenOf(tx, organizationId, parentId).some((sibling) => sibling.name === name)) return;
  throw fault('DuplicateOrganizationalUnitException', 'An OU with the same name already exists.');
};
