import { readFileSync } from 'node:fs';
import type { ManagedPolicy, PolicySummary } from './policies.ts';
import { derivedUniqueId } from './unique-ids.ts';

/**
 * AWS's own managed policies (`arn:aws:iam::aws:policy/…`), read-only and the same in every account.
 *
 * The catalogue is a file of one JSON line per policy, in order of their names, written by `tools/managed-policies`. It is
 * read when the first policy is asked for, and only the lines that are needed are parsed: a server that uses none pays
 * nothing, one that uses a few keeps a few.
 */
export const awsManagedPolicies = {
  find: (arn: string): ManagedPolicy | undefined => {
    let policy = parsed.get(arn);
    if (!policy) {
      const line = lineOf(arn);
      if (line === undefined) return undefined;
      policy = parseLine(line);
      parsed.set(arn, policy);
    }
    return policy;
  },

  /** All of them without their documents, sorted by name. */
  list: (): readonly PolicySummary[] => {
    summaries ??= [...text().toString('utf8').matchAll(lineHead)].map(([, arn, versionId, createdAt, updatedAt]) =>
      summaryOf(arn!, versionId!, createdAt!, updatedAt!),
    );
    return summaries;
  },
} as const;

/** One line of the catalogue: ARN, default version, created, updated, document. Only the default version is known. */
export type CatalogueLine = readonly [
  arn: string,
  versionId: string,
  createdAt: string,
  updatedAt: string,
  document: unknown,
];

const parsed = new Map<string, ManagedPolicy>();
let summaries: readonly PolicySummary[] | undefined;
let catalogue: Buffer | undefined;

const lineHead = /^\["([^"]+)","([^"]+)","([^"]+)","([^"]+)",/gm;

/** The whole file after one line feed, so that every line follows one. */
const text = (): Buffer => {
  catalogue ??= Buffer.concat([
    Buffer.from('\n'),
    readFileSync(new URL('aws-managed-policies.jsonl', import.meta.url)),
  ]);
  return catalogue;
};

/** The line that begins with this ARN; elsewhere in a line it is part of a document. */
const lineOf = (arn: string): string | undefined => {
  const start = text().indexOf(`\n["${arn}",`) + 1;
  return start === 0 ? undefined : text().toString('utf8', start, text().indexOf('\n', start));
};

const parseLine = (line: string): ManagedPolicy => {
  const [arn, versionId, createdAt, updatedAt, document] = JSON.parse(line) as CatalogueLine;
  return {
    ...summaryOf(arn, versionId, createdAt, updatedAt),
    versions: [{ versionId, document: JSON.stringify(document, null, 4), createdAt: updatedAt }],
  };
};

const summaryOf = (arn: string, defaultVersionId: string, createdAt: string, updatedAt: string): PolicySummary => {
  const name = arn.slice(arn.indexOf(':policy/') + ':policy'.length);
  const nameStart = name.lastIndexOf('/') + 1;
  const path = name.slice(0, nameStart);
  return {
    arn,
    policyName: name.slice(nameStart),
    path,
    policyId: derivedUniqueId('ANPA', arn),
    tags: [],
    createdAt,
    updatedAt,
    defaultVersionId,
    isAttachable: !path.startsWith('/aws-service-role/'),
  };
};
