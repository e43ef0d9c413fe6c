import { fault } from '../../kernel/fault.ts';
import type { Quota } from '../../kernel/quota.ts';

/** Names that AWS shows for services, by service code. */
const serviceNames: Readonly<Record<string, string>> = {
  iam: 'AWS Identity and Access Management (IAM)',
  kms: 'AWS Key Management Service (AWS KMS)',
  lambda: 'AWS Lambda',
  organizations: 'AWS Organizations',
  secretsmanager: 'AWS Secrets Manager',
  ssm: 'AWS Systems Manager',
};

/** One service as ListServices shows it. */
export interface CataloguedService {
  readonly code: string;
  readonly name: string;
}

/** Every quota that the services of this server enforce. */
export class Catalogue {
  readonly #byService = new Map<string, readonly Quota[]>();

  constructor(quotas: readonly Quota[]) {
    for (const [code, those] of Map.groupBy(quotas, ({ service }) => service)) {
      this.#byService.set(
        code,
        those.toSorted((a, b) => (a.code < b.code ? -1 : 1)),
      );
    }
  }

  /** By code. */
  get services(): readonly CataloguedService[] {
    return [...this.#byService.keys()].sort().map((code) => ({ code, name: nameOf(code) }));
  }

  /** The quotas of a service, by code. @throws {Fault} NoSuchResourceException */
  quotasOf(service: string): readonly Quota[] {
    const quotas = this.#byService.get(service);
    if (!quotas)
      throw fault('NoSuchResourceException', 'The request failed because the specified service does not exist.');
    return quotas;
  }

  /** @throws {Fault} NoSuchResourceException */
  get(service: string, code: string): Quota {
    const quota = this.quotasOf(service).find((candidate) => candidate.code === code);
    if (!quota)
      throw fault('NoSuchResourceException', 'The request failed because the specified quota does not exist.');
    return quota;
  }
}

/** Name of a service as AWS shows it; its code where AWS's name is not known here. */
export const nameOf = (code: string): string => serviceNames[code] ?? code;
