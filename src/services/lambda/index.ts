import type { Job } from '../../events/scheduler.ts';
import type { Functions } from '../../kernel/functions.ts';
import type { Service } from '../../kernel/operation.ts';
import type { Connection } from './connection.ts';
import { EventQueue } from './event-queue.ts';
import { LambdaFunctions } from './functions.ts';
import { Invoker } from './invoker.ts';
import type { Lambda, LambdaParts } from './lambda.ts';
import { addPermission } from './operations/add-permission.ts';
import { createAlias } from './operations/create-alias.ts';
import { createFunction } from './operations/create-function.ts';
import { createFunctionUrlConfig } from './operations/create-function-url-config.ts';
import { deleteAlias } from './operations/delete-alias.ts';
import { deleteFunction } from './operations/delete-function.ts';
import { deleteFunctionConcurrency } from './operations/delete-function-concurrency.ts';
import { deleteFunctionEventInvokeConfig } from './operations/delete-function-event-invoke-config.ts';
import { deleteFunctionUrlConfig } from './operations/delete-function-url-config.ts';
import { getAlias } from './operations/get-alias.ts';
import { getFunction } from './operations/get-function.ts';
import { getFunctionCodeSigningConfig } from './operations/get-function-code-signing-config.ts';
import { getFunctionConcurrency } from './operations/get-function-concurrency.ts';
import { getFunctionConfiguration } from './operations/get-function-configuration.ts';
import { getFunctionEventInvokeConfig } from './operations/get-function-event-invoke-config.ts';
import { getFunctionUrlConfig } from './operations/get-function-url-config.ts';
import { getPolicy } from './operations/get-policy.ts';
import { invoke } from './operations/invoke.ts';
import { listAliases } from './operations/list-aliases.ts';
import { listFunctionEventInvokeConfigs } from './operations/list-function-event-invoke-configs.ts';
import { listFunctionUrlConfigs } from './operations/list-function-url-configs.ts';
import { listFunctions } from './operations/list-functions.ts';
import { listTags } from './operations/list-tags.ts';
import { listVersionsByFunction } from './operations/list-versions-by-function.ts';
import { publishVersion } from './operations/publish-version.ts';
import { putFunctionConcurrency } from './operations/put-function-concurrency.ts';
import { putFunctionEventInvokeConfig } from './operations/put-function-event-invoke-config.ts';
import { removePermission } from './operations/remove-permission.ts';
import { tagResource } from './operations/tag-resource.ts';
import { untagResource } from './operations/untag-resource.ts';
import { updateAlias } from './operations/update-alias.ts';
import { updateFunctionCode } from './operations/update-function-code.ts';
import { updateFunctionConfiguration } from './operations/update-function-configuration.ts';
import { updateFunctionEventInvokeConfig } from './operations/update-function-event-invoke-config.ts';
import { updateFunctionUrlConfig } from './operations/update-function-url-config.ts';
import { allQuotas } from './quotas.ts';
import { readinessJobs } from './readiness.ts';
import { functionsFor } from './service-invocations.ts';

export type { Connection, Delivery } from './connection.ts';
export { describeIsolation } from './runtime/isolation.ts';

/** Lambda: the service, what it does by itself, and functions for other services. */
export interface LambdaService extends Service {
  readonly jobs: Readonly<Record<string, Job>>;
  readonly functions: Functions;
  /** Begins to run functions: from now on it is known how they reach this server. */
  connect(connection: Connection, report: (error: unknown) => void): void;
  /** Ends functions that run; events that wait stay in the queue. */
  close(): Promise<void>;
}

/** Sets Lambda up: functions in processes of their own, with the permissions of their roles and nothing more. */
export const lambda = ({ store, principals, roles, applied }: LambdaParts): LambdaService => {
  const functions = new LambdaFunctions();
  const invoker = new Invoker(store, roles.identities);
  let events: EventQueue | undefined;
  return {
    name: 'lambda',
    sharesEvents: true,
    operations: operationsOf({ functions, principals, invoker, roles, applied, kick: () => events?.kick() }),
    jobs: readinessJobs,
    quotas: allQuotas,
    functions: functionsFor(functions, invoker),
    connect: (connection, report) => {
      invoker.connect(connection);
      events = new EventQueue({ store, functions, invoker, applied, report });
      events.start();
    },
    close: async () => {
      const stopped = events?.stop();
      await invoker.close();
      await stopped;
    },
  };
};

const operationsOf = (lambda: Lambda): Service['operations'] => [
  addPermission(lambda),
  createAlias(lambda),
  createFunction(lambda),
  createFunctionUrlConfig(lambda),
  deleteAlias(lambda),
  deleteFunction(lambda),
  deleteFunctionConcurrency(lambda),
  deleteFunctionEventInvokeConfig(lambda),
  deleteFunctionUrlConfig(lambda),
  getAlias(lambda),
  getFunction(lambda),
  getFunctionCodeSigningConfig(lambda),
  getFunctionConcurrency(lambda),
  getFunctionConfiguration(lambda),
  getFunctionEventInvokeConfig(lambda),
  getFunctionUrlConfig(lambda),
  getPolicy(lambda),
  invoke(lambda),
  listAliases(lambda),
  listFunctionEventInvokeConfigs(lambda),
  listFunctionUrlConfigs(lambda),
  listFunctions(lambda),
  listTags(lambda),
  listVersionsByFunction(lambda),
  publishVersion(lambda),
  putFunctionConcurrency(lambda),
  putFunctionEventInvokeConfig(lambda),
  removePermission(lambda),
  tagResource(lambda),
  untagResource(lambda),
  updateAlias(lambda),
  updateFunctionCode(lambda),
  updateFunctionConfiguration(lambda),
  updateFunctionEventInvokeConfig(lambda),
  updateFunctionUrlConfig(lambda),
];
