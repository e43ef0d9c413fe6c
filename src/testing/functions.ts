import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandOutput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { TestServer } from './server.ts';
import { zipOf } from './zip.ts';

const account = '111122223333';

/** The execution role of functions that tests make. */
const runnerArn = `arn:aws:iam::${account}:role/runner`;

/** ARN of a function that a test makes. */
export const functionArnOf = (name: string): string => `arn:aws:lambda:us-east-1:${account}:function:${name}`;

/** A module of one handler. @param body an expression */
export const node = (body: string): Record<string, string> => ({ 'index.mjs': `export const handler = ${body};` });

/** A module of one handler in Python. @param body statements, not indented */
export const python = (body: string): Record<string, string> => ({
  'app.py': `def handle(event, context):\n${body.replace(/^/gm, '  ')}\n`,
});

/** More that CreateFunction takes for a handler in Python. */
export const inPython = { Runtime: 'python3.12', Handler: 'app.handle' };

/** An answer of Invoke, with its payload read as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: whatever the function of the test answers
export type Invoked = InvokeCommandOutput & { readonly value: any };

/** Makes functions on a server, and invokes them. */
export class TestFunctions {
  readonly lambda: LambdaClient;
  readonly #iam: IAMClient;

  private constructor(server: TestServer) {
    this.lambda = server.client(LambdaClient);
    this.#iam = server.client(IAMClient);
  }

  /** With an execution role that may do nothing yet. */
  static async on(server: TestServer): Promise<TestFunctions> {
    const functions = new TestFunctions(server);
    const AssumeRolePolicyDocument = policyOf({
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    await functions.#iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument }));
    return functions;
  }

  /** Lets the execution role do something. */
  async allow(Action: string, Resource = '*'): Promise<void> {
    const PolicyDocument = policyOf({ Action, Resource });
    const PolicyName = Action.replace(/\W/g, '-');
    await this.#iam.send(new PutRolePolicyCommand({ RoleName: 'runner', PolicyName, PolicyDocument }));
  }

  /** Creates a function and waits until it can be invoked. @param more members of CreateFunction */
  async create(FunctionName: string, files: Readonly<Record<string, string>>, more: object = {}): Promise<void> {
    const common = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: runnerArn } as const;
    await this.lambda.send(
      new CreateFunctionCommand({ FunctionName, ...common, Code: { ZipFile: zipOf(files) }, ...more }),
    );
    await until(async () => {
      const { State } = await this.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      return State === 'Active';
    });
  }

  /** Invokes a function. @param more members of Invoke */
  async invoke(FunctionName: string, event: unknown = {}, more: object = {}): Promise<Invoked> {
    const answer = await this.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
    const text = Buffer.from(answer.Payload ?? []).toString();
    return { ...answer, value: text === '' ? undefined : JSON.parse(text) };
  }
}

const policyOf = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });

/** Waits until something is so; fails after a time that is long enough on a busy machine. */
export const until = async (isSo: () => boolean | Promise<boolean>, seconds = 30): Promise<void> => {
  for (const end = Date.now() + seconds * 1000; !(await isSo()); await sleep(50)) {
    assert.ok(Date.now() < end, `it is not so after ${seconds} seconds: ${isSo}`);
  }
};

/** Whether a process of this machine has a function's name in its environment. */
export const runs = (name: string): boolean =>
  readdirSync('/proc').some((entry) => {
    try {
      return readFileSync(`/proc/${entry}/environ`, 'latin1').includes(`AWS_LAMBDA_FUNCTION_NAME=${name}\0`);
    } catch {
      return false;
    }
  });
