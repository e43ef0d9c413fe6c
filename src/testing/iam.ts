import * as iamSdk from '@aws-sdk/client-iam';
import * as stsSdk from '@aws-sdk/client-sts';
import { rootCredentials, type TestServer } from './server.ts';
import type { Credentials } from './sign.ts';

/**
 * Calls an operation of IAM or STS by name, through the SDK; the answer comes without `$metadata`.
 *
 * For tables of operations: what the compiler cannot check of their rows, the server does.
 */
// biome-ignore lint/suspicious/noExplicitAny: rows of tables name operations of every output
export type Send = (operation: string, input?: object) => Promise<any>;

/** The account of test servers. */
export const account = '111122223333';

/** An ARN of IAM in that account, e.g. `iamArn('user/alice')`. */
export const iamArn = (resource: string): string => `arn:aws:iam::${account}:${resource}`;

/** Sends as the root user or with other credentials; works on after `server.restart()`. */
export const sender = (server: TestServer, credentials: Credentials = rootCredentials): Send => {
  let clients: { readonly url: string; readonly iam: iamSdk.IAMClient; readonly sts: stsSdk.STSClient } | undefined;
  return async (operation, input = {}) => {
    if (clients?.url !== server.url) {
      const iam = server.client(iamSdk.IAMClient, credentials);
      clients = { url: server.url, iam, sts: server.client(stsSdk.STSClient, credentials) };
    }
    const name = `${operation}Command`;
    const [client, sdk] = name in stsSdk ? [clients.sts, stsSdk] : [clients.iam, iamSdk];
    // biome-ignore lint/suspicious/noExplicitAny: a command by its name
    const command = new (sdk as any)[name](input);
    // biome-ignore lint/suspicious/noExplicitAny: client and command are of one SDK
    const { $metadata, ...output } = await (client as any).send(command);
    return output;
  };
};

/** Creates a user, whose one inline policy has these statements, and sends as this user. */
export const userSender = async (server: TestServer, name: string, ...statements: readonly object[]): Promise<Send> =>
  sender(server, await server.user(name, ...statements));

/** A policy document of these statements. */
export const documentOf = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

/** A statement that allows these actions on everything. */
export const allowing = (...Action: readonly string[]): object => ({ Effect: 'Allow', Action, Resource: '*' });
