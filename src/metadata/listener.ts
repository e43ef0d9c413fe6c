import { type Config, isLoopback } from '../config.ts';
import type { CallSource } from '../kernel/caller.ts';
import type { Acceptor } from '../wire/acceptor.ts';
import type { HttpRequest, HttpResponse } from '../wire/http-message.ts';
import { HttpServer } from '../wire/http-server.ts';
import { defaultLimits } from '../wire/limits.ts';
import { authorizationToken } from './authorization-token.ts';
import { containerCredentials, containerPath } from './container-credentials.ts';
import { instanceIdOf, instanceMetadata } from './instance-metadata.ts';
import { plain } from './responses.ts';
import { RoleSession, type RoleSessionParts } from './role-credentials.ts';

/** Connections to the metadata listener. */
const maxConnections = 256;

/**
 * Serves the credentials of one role to programs on this machine, where a port is configured: as EC2's metadata service
 * and, with an authorization token, as the credentials endpoint of containers.
 *
 * @returns undefined where no port is configured
 * @throws {Error} the address is in use
 */
export const serveMetadata = async (
  { metadata, region }: Config,
  parts: Pick<RoleSessionParts, 'pipeline' | 'now'>,
  report: (error: unknown, requestId: string) => void,
  accept: Acceptor,
): Promise<{ readonly port: number; close(): Promise<void> } | undefined> => {
  if (!metadata) return undefined;
  const { roleArn, host, tokenFile } = metadata;
  const instanceId = instanceIdOf(roleArn);
  const session = (service: string, source?: CallSource): RoleSession =>
    new RoleSession({ ...parts, roleArn, region, service, sessionName: instanceId, ...(source && { source }) });
  const instance = instanceMetadata({ instanceId, roleArn, region }, session('ec2.amazonaws.com'));
  const container =
    tokenFile &&
    containerCredentials(
      roleArn,
      authorizationToken(tokenFile),
      session('ecs-tasks.amazonaws.com', taskOf(roleArn, region, instanceId)),
    );
  const handler = (request: HttpRequest): HttpResponse | Promise<HttpResponse> => {
    // A web page that found a name for this address gets nothing.
    if (isLoopback(host) && !isLoopback(hostOf(request))) return plain(403, 'Forbidden');
    return container && request.path === containerPath ? container(request) : instance(request);
  };
  const limits = { ...defaultLimits, maxConnections, maxConnectionsPerClient: maxConnections };
  const server = new HttpServer({ handler, limits, report });
  const port = await accept('metadata', server, metadata.port, host);
  return { port, close: () => server.close() };
};

/**
 * The task that containers on this machine count as. EC2 names no resource when it assumes a role, ECS does.
 *
 * @see ECS: "Amazon ECS task IAM role", aws:SourceArn and aws:SourceAccount in trust policies
 */
const taskOf = (roleArn: string, region: string, instanceId: string): CallSource => {
  const account = roleArn.split(':')[4]!;
  return { arn: `arn:aws:ecs:${region}:${account}:task/default/${instanceId}`, account };
};

const hostOf = ({ headers }: HttpRequest): string =>
  (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
