import * as sdk from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { rootCredentials, type TestServer } from './server.ts';
import type { Credentials } from './sign.ts';

/**
 * Calls an operation of Organizations by name, through the SDK; the answer comes without `$metadata`.
 *
 * For tables of operations: what the compiler cannot check of their rows, the server does.
 */
// biome-ignore lint/suspicious/noExplicitAny: rows of tables name operations of every output
export type SendToOrganizations = (operation: string, input?: object, as?: Credentials) => Promise<any>;

/** Sends as the root user of the server's own account, or with other credentials; works on after `server.restart()`. */
export const organizationsSender =
  (server: TestServer): SendToOrganizations =>
  async (operation, input = {}, as = rootCredentials) => {
    // biome-ignore lint/suspicious/noExplicitAny: a command by its name
    const command = new (sdk as any)[`${operation}Command`](input);
    // biome-ignore lint/suspicious/noExplicitAny: client and command are of one SDK
    const { $metadata, ...output } = await (server.client(sdk.OrganizationsClient, as) as any).send(command);
    return output;
  };

/** A member account that CreateAccount made. */
export interface TestAccount {
  readonly account: string;
  /** A session of OrganizationAccountAccessRole. */
  readonly admin: Credentials;
}

/** An organization with control policies enabled, whose management account is the server's own. */
export class TestOrganization {
  readonly server: TestServer;
  readonly send: SendToOrganizations;
  readonly id: string;
  readonly rootId: string;
  readonly #operator: Credentials;

  private constructor(server: TestServer, id: string, rootId: string, operator: Credentials) {
    this.server = server;
    this.send = organizationsSender(server);
    this.id = id;
    this.rootId = rootId;
    this.#operator = operator;
  }

  static async create(server: TestServer): Promise<TestOrganization> {
    const send = organizationsSender(server);
    const { Organization } = await send('CreateOrganization');
    const RootId = (await send('ListRoots')).Roots[0].Id;
    for (const PolicyType of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
      await send('EnablePolicyType', { RootId, PolicyType });
    }
    const operator = await server.user('operator', { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' });
    return new TestOrganization(server, Organization.Id, RootId, operator);
  }

  /** @returns a new account, in the root */
  async account(AccountName: string): Promise<TestAccount> {
    const Email = `${AccountName}@example.com`;
    const { CreateAccountStatus } = await this.send('CreateAccount', { AccountName, Email });
    await this.server.advance('1s');
    const request = { CreateAccountRequestId: CreateAccountStatus.Id };
    const account = (await this.send('DescribeCreateAccountStatus', request)).CreateAccountStatus.AccountId;
    return { account, admin: await this.assume(account) };
  }

  /** A session of a role in an account, as a user of the management account gets it. */
  async assume(account: string, role = 'OrganizationAccountAccessRole'): Promise<Credentials> {
    const RoleArn = `arn:aws:iam::${account}:role/${role}`;
    const sts = this.server.client(STSClient, this.#operator);
    const { Credentials: session } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'test' }));
    return {
      accessKeyId: session!.AccessKeyId!,
      secretAccessKey: session!.SecretAccessKey!,
      sessionToken: session!.SessionToken!,
    };
  }

  /** @returns id of a new OU */
  async unit(Name: string, ParentId: string = this.rootId): Promise<string> {
    return (await this.send('CreateOrganizationalUnit', { Name, ParentId })).OrganizationalUnit.Id;
  }

  /** Attaches a new control policy with these statements. @returns its id */
  async attach(
    TargetId: string,
    Type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
    ...statements: readonly object[]
  ): Promise<string> {
    const Content = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const Name = `${Type}-${TargetId}-${JSON.stringify(statements)}`.slice(0, 128);
    const { Policy } = await this.send('CreatePolicy', { Type, Name, Description: '', Content });
    await this.send('AttachPolicy', { PolicyId: Policy.PolicySummary.Id, TargetId });
    return Policy.PolicySummary.Id;
  }
}
