import type { Transaction } from '../../store/store.ts';
import { invalidInput, notInAllFeatures } from './faults.ts';
import { type OrganizationRecord, organizations, type ServiceAccess } from './organizations.ts';

/** Gives trusted access; giving it again changes nothing. @throws {Fault} */
export const enableServiceAccess = (
  tx: Transaction,
  organization: OrganizationRecord,
  principal: string,
  now: Date,
): void => {
  requireServicePrincipal(principal);
  if (organization.featureSet !== 'ALL') throw notInAllFeatures();
  if (hasServiceAccess(organization, principal)) return;
  const services = [...organization.services, { principal, since: now.getTime() }];
  organizations.update(tx, organization.id, { services });
};

/** Takes trusted access; a service that has none is no error. @throws {Fault} InvalidInputException */
export const disableServiceAccess = (tx: Transaction, organization: OrganizationRecord, principal: string): void => {
  requireServicePrincipal(principal);
  if (!hasServiceAccess(organization, principal)) return;
  const services = organization.services.filter((service) => service.principal !== principal);
  organizations.update(tx, organization.id, { services });
};

/** Whether a service has trusted access. */
export const hasServiceAccess = ({ services }: OrganizationRecord, principal: string): boolean =>
  services.some((service) => service.principal === principal);

/** Any service may be given trusted access: which of AWS's there are changes every month. @throws {Fault} */
export const requireServicePrincipal = (principal: string): void => {
  if (/^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)) return;
  throw invalidInput('UNRECOGNIZED_SERVICE_PRINCIPAL', 'You specified an unrecognized service principal.');
};

/** Order of lists. */
export const byPrincipal = (a: ServiceAccess, b: ServiceAccess): number => (a.principal < b.principal ? -1 : 1);
