import type { Architecture, Runtime } from '@aws-sdk/client-lambda';
import { collection } from '../../store/collection.ts';

/** Where a function is. */
export interface FunctionPlace {
  readonly account: string;
  readonly region: string;
  readonly name: string;
}

/** What a version of a function consists of; `$LATEST` changes, numbers never do. */
export interface VersionRecord extends FunctionPlace {
  /** `$LATEST` or a number. */
  readonly version: string;
  readonly runtime: Runtime;
  readonly handler: string;
  /** ARN of the execution role. */
  readonly role: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly ephemeralStorageMb: number;
  readonly architectures: readonly Architecture[];
  /** Names the code package among {@link codeChunks}. */
  readonly codeId: string;
  /** Base64 of the package's SHA-256. */
  readonly codeSha256: string;
  readonly codeBytes: number;
  /** As the client named it; absent: the key that AWS manages. */
  readonly kmsKeyArn?: string;
  /** ARN of the queue or topic that gets events which could not be processed. */
  readonly deadLetterArn?: string;
  /** Environment variables: ciphertext in base64. */
  readonly environment?: string;
  /** ISO 8601, as LastModified shows it. */
  readonly modifiedAt: string;
  readonly revisionId: string;
  readonly state: 'Pending' | 'Active';
  readonly updateStatus: 'InProgress' | 'Successful';
}

/** One statement of a function's resource policy. */
export interface PermissionStatement {
  readonly sid: string;
  /** Its JSON text, as AddPermission answers it. */
  readonly text: string;
  /** Stored form of principals that are not stored as they were written. */
  readonly principals: Readonly<Record<string, string>>;
}

/** A function: `$LATEST`, and what concerns all of its versions. */
export interface FunctionRecord extends VersionRecord {
  /** Number of the version that is published next. */
  readonly nextVersion: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Statements by qualifier; the empty one is the function itself. */
  readonly permissions: Readonly<Record<string, readonly PermissionStatement[]>>;
  /** Executions that are kept for it, and its most; absent: it shares those of the account. */
  readonly reservedConcurrency?: number;
}

/** A name for a version, or for two with a share of the invocations each. */
export interface AliasRecord extends FunctionPlace {
  readonly alias: string;
  readonly version: string;
  readonly description: string;
  /** A second version, and its share from 0 to 1. */
  readonly additional?: { readonly version: string; readonly weight: number };
  readonly revisionId: string;
}

/** Functions by name. */
export const functionRecords = collection<FunctionRecord>('lambda.functions', { key: ['account', 'region', 'name'] });

/** Published versions, by number. */
export const versionRecords = collection<VersionRecord>('lambda.versions', {
  key: ['account', 'region', 'name', 'version'],
});

/** Aliases by name. */
export const aliasRecords = collection<AliasRecord>('lambda.aliases', { key: ['account', 'region', 'name', 'alias'] });

/** Code packages in pieces, so that no record is large. */
export const codeChunks = collection<{ readonly base64: string }>('lambda.code', { key: ['codeId', 'chunk'] });
