import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** What IAM knows about one service prefix: its actions, resource types and condition keys. Generated from iam-data. */
export interface IamTable {
  /** By action name: access level, resource types (`key*` where one is required), condition keys. */
  readonly actions: Readonly<
    Record<string, readonly [level: AccessLevel, resources: readonly string[], conditions: readonly string[]]>
  >;
  /** By resource type: ARN template (`arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}`) and its condition keys. */
  readonly resources: Readonly<Record<string, readonly [arn: string, conditions: readonly string[]]>>;
  /** By condition key (`kms:EncryptionContext:${EncryptionContextKey}`): its type, `String`, `ArrayOfString`, `Bool`… */
  readonly conditions: Readonly<Record<string, string>>;
}

/** Access levels: Read, List, Write, Tagging, Permissions management. @see IAM: "Access levels in policy summaries" */
export type AccessLevel = 'R' | 'L' | 'W' | 'T' | 'P';

const tables = new Map<string, IamTable | undefined>();

/**
 * Loads what IAM knows about a service.
 *
 * @param prefix of its actions: `kms`, `elasticloadbalancing`
 * @returns undefined where no table was generated; otherwise read once, then kept
 */
export const findIamTable = (prefix: string): IamTable | undefined => {
  if (!tables.has(prefix)) {
    const url = new URL(`./iam-data/${prefix}.json`, import.meta.url);
    tables.set(
      prefix,
      /^[a-z0-9-]+$/.test(prefix) && existsSync(url) ? JSON.parse(readFileSync(url, 'utf8')) : undefined,
    );
  }
  return tables.get(prefix);
};

/** The service prefixes that IAM's reference data is here for. */
export const iamPrefixes = (): readonly string[] =>
  readdirSync(new URL('./iam-data/', import.meta.url)).map((file) => file.replace(/\.json$/, ''));
