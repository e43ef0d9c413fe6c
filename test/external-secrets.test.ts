import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParametersByPathCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parse, parseAllDocuments } from 'yaml';
import { installed } from '../bench/processes.ts';
import { rootCredentials, testServer } from '../src/testing/server.ts';
import type { Credentials } from '../src/testing/sign.ts';
import { run } from './bulwark.ts';

const root = join(import.meta.dirname, '..');
const read = (...path: readonly string[]): string => readFileSync(join(root, 'deploy', ...path), 'utf8');

// biome-ignore lint/suspicious/noExplicitAny: Kubernetes objects have no types here; each test names the fields that it needs
type KubernetesObject = any;

const documents = (file: string): KubernetesObject[] =>
  parseAllDocuments(read('external-secrets', file)).map((document) => {
    assert.deepEqual(document.errors, [], file);
    return document.toJS();
  });

const stores = documents('stores.yaml');
const examples = documents('external-secrets.example.yaml');
const [credentials] = documents('credentials.example.yaml');
const values = parse(read('external-secrets', 'values.yaml'));
const byKind = (kind: string): KubernetesObject[] => [...stores, ...examples].filter((object) => object.kind === kind);

/** What the objects may have in them, as far as ours go: the `v1` schemas of the operator's custom resources. */
const secretKey = { name: '', namespace: '', key: '' };
const fields: Readonly<Record<string, object>> = {
  store: {
    provider: {
      aws: {
        service: '',
        region: '',
        role: '',
        auth: { secretRef: { accessKeyIDSecretRef: secretKey, secretAccessKeySecretRef: secretKey } },
      },
    },
  },
  secret: {
    refreshInterval: '',
    secretStoreRef: { kind: '', name: '' },
    target: { name: '' },
    data: [{ secretKey: '', remoteRef: { key: '', property: '', version: '' } }],
    dataFrom: [
      {
        find: { path: '', name: { regexp: '' } },
        extract: { key: '' },
        rewrite: [{ regexp: { source: '', target: '' } }],
      },
    ],
  },
};

const assertFits = (value: unknown, shape: unknown, at: string): void => {
  if (Array.isArray(shape)) {
    assert.ok(Array.isArray(value), at);
    for (const [n, item] of value.entries()) assertFits(item, shape[0], `${at}[${n}]`);
  } else if (typeof shape === 'object' && shape !== null) {
    for (const [name, member] of Object.entries(value as object)) {
      assert.ok(name in shape, `${at}.${name} is no field`);
      assertFits(member, (shape as Record<string, unknown>)[name], `${at}.${name}`);
    }
  } else assert.equal(typeof value, typeof shape, at);
};

describe('the External Secrets configuration', () => {
  it('has objects with no fields but those of the v1 custom resources', () => {
    for (const { apiVersion, kind, metadata, spec } of [...stores, ...examples]) {
      assert.equal(apiVersion, 'external-secrets.io/v1');
      assert.match(metadata.name, /^[a-z][a-z0-9-]*$/);
      assert.equal(metadata.namespace === undefined, kind === 'ClusterSecretStore');
      assertFits(spec, fields[kind === 'ExternalSecret' ? 'secret' : 'store'], metadata.name);
    }
    for (const { spec } of [...byKind('ClusterSecretStore'), ...byKind('SecretStore')]) {
      assert.ok(['ParameterStore', 'SecretsManager'].includes(spec.provider.aws.service));
      assert.match(spec.provider.aws.region, /^[a-z]+-[a-z]+-\d$/);
    }
  });

  it('names stores that are there, and in them keys of a secret that is described', () => {
    for (const { metadata, spec } of byKind('ExternalSecret')) {
      const { kind, name } = spec.secretStoreRef;
      const store = byKind(kind).find((object) => object.metadata.name === name);
      assert.ok(store, `${kind} ${name}`);
      if (kind === 'SecretStore') assert.equal(store.metadata.namespace, metadata.namespace);
      assert.match(spec.refreshInterval, /^\d+[smh]$/);
    }
    for (const { kind, metadata, spec } of [...byKind('ClusterSecretStore'), ...byKind('SecretStore')]) {
      const { accessKeyIDSecretRef: id, secretAccessKeySecretRef: secret } = spec.provider.aws.auth.secretRef;
      for (const { name, namespace, key } of [id, secret]) {
        assert.equal(name, credentials.metadata.name);
        assert.ok(key in credentials.stringData, key);
        // Only a store of a cluster may read the secrets of another namespace, and has to say of which.
        assert.equal(
          namespace,
          kind === 'ClusterSecretStore' ? credentials.metadata.namespace : undefined,
          metadata.name,
        );
      }
    }
  });

  it('points the operator at the service of the server, which lets it in and whose certificate it trusts', () => {
    const [service] = parseAllDocuments(read('kubernetes', 'service.yaml')).map((document) => document.toJS());
    const [namespace] = parseAllDocuments(read('kubernetes', 'namespace.yaml')).map((document) => document.toJS());
    const { port } = service.spec.ports.find(({ name }: KubernetesObject) => name === 'https');
    const url = `https://${service.metadata.name}.${namespace.metadata.name}.svc:${port}`;
    const variables = Object.fromEntries(values.extraEnv.map(({ name, value }: KubernetesObject) => [name, value]));
    const { SSL_CERT_DIR, ...endpoints } = variables;
    assert.deepEqual(endpoints, { AWS_SSM_ENDPOINT: url, AWS_SECRETSMANAGER_ENDPOINT: url, AWS_STS_ENDPOINT: url });
    const [mount] = values.extraVolumeMounts;
    assert.equal(mount.mountPath, SSL_CERT_DIR);
    assert.ok(values.extraVolumes.some(({ name }: KubernetesObject) => name === mount.name));
    const [policy] = parseAllDocuments(read('kubernetes', 'network-policy.yaml')).map((document) => document.toJS());
    assert.deepEqual(policy.spec.ingress[0].from[0].podSelector.matchLabels, values.podLabels);
  });

  it('is what kubectl reads', { skip: !installed('kubectl') && 'kubectl is not installed' }, async () => {
    for (const file of ['stores.yaml', 'external-secrets.example.yaml', 'credentials.example.yaml']) {
      const path = join(root, 'deploy', 'external-secrets', file);
      const { exitCode, stderr } = await run('kubectl', ['label', '--local', '-f', path, '-o', 'name', 'tried=yes']);
      assert.deepEqual([exitCode, stderr], [0, ''], file);
    }
  });
});

/** The commands of the remarks in a file, each with the lines that continue it. */
const commandsOf = (file: string): string =>
  read('external-secrets', file)
    .split('\n')
    .flatMap((line) => /^# {3}(.*)$/.exec(line)?.[1] ?? [])
    .join('\n');

describe('the External Secrets Operator', { skip: !installed('aws') && 'the aws CLI is not installed' }, async () => {
  const server = await testServer({ account: '000000000000' });
  let store: Credentials;

  before(async () => {
    const env = {
      AWS_ENDPOINT_URL: server.url,
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: rootCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: rootCredentials.secretAccessKey,
    };
    const commands = `set -e\n${commandsOf('credentials.example.yaml')}`;
    const { exitCode, stdout, stderr } = await run('sh', ['-c', commands], { env, cwd: root });
    assert.deepEqual([exitCode, stderr], [0, '']);
    const { AccessKeyId, SecretAccessKey } = JSON.parse(
      stdout.slice(stdout.lastIndexOf('{\n    "AccessKey"')),
    ).AccessKey;
    const user = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
    const RoleArn = stores[0].spec.provider.aws.role;
    const assumed = await server
      .client(STSClient, user)
      .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'external-secrets-provider-aws' }));
    const { AccessKeyId: id, SecretAccessKey: secret, SessionToken } = assumed.Credentials!;
    store = { accessKeyId: id!, secretAccessKey: secret!, sessionToken: SessionToken! };
    const ssm = server.client(SSMClient);
    for (const name of ['db/url', 'db/password', 'license'])
      await ssm.send(new PutParameterCommand({ Name: `/my-app/prod/${name}`, Value: name, Type: 'SecureString' }));
    await ssm.send(new PutParameterCommand({ Name: '/other/name', Value: 'x', Type: 'String' }));
    const secrets = server.client(SecretsManagerClient);
    for (const Name of ['my-app/prod/db', 'other/db'])
      await secrets.send(new CreateSecretCommand({ Name, SecretString: '{"user":"app","password":"secret"}' }));
  });

  it('may, in the role of the stores, ask for what the examples name, as it asks', async () => {
    const ssm = server.client(SSMClient, store);
    const secrets = server.client(SecretsManagerClient, store);
    const results: Record<string, unknown> = {};
    for (const { metadata, spec } of byKind('ExternalSecret')) {
      const { service } = byKind(spec.secretStoreRef.kind).find(
        (object) => object.metadata.name === spec.secretStoreRef.name,
      ).spec.provider.aws;
      const target: Record<string, string> = {};
      for (const { find, extract, rewrite = [] } of spec.dataFrom ?? []) {
        if (find) {
          const input = { Path: find.path, Recursive: true, WithDecryption: true };
          const { Parameters } = await ssm.send(new GetParametersByPathCommand(input));
          for (const { Name, Value } of Parameters!) {
            const name = rewrite.reduce(
              (text: string, { regexp }: KubernetesObject) => text.replace(new RegExp(regexp.source), regexp.target),
              Name!,
            );
            // The operator makes a key of the rest that a Secret may have.
            target[name.replace(/[^-._a-zA-Z0-9]/g, '_')] = Value!;
          }
        } else {
          const input = { SecretId: extract.key, VersionStage: 'AWSCURRENT' };
          Object.assign(target, JSON.parse((await secrets.send(new GetSecretValueCommand(input))).SecretString!));
        }
      }
      for (const { secretKey: key, remoteRef } of spec.data ?? []) {
        if (service === 'ParameterStore') {
          const Name = remoteRef.version ? `${remoteRef.key}:${remoteRef.version}` : remoteRef.key;
          const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
          target[key] = Parameter!.Value!;
        } else {
          const input = { SecretId: remoteRef.key, VersionStage: 'AWSCURRENT' };
          const { SecretString } = await secrets.send(new GetSecretValueCommand(input));
          target[key] = JSON.parse(SecretString!)[remoteRef.property];
        }
      }
      results[metadata.name] = target;
    }
    assert.deepEqual(results, {
      'my-app-config': { db_url: 'db/url', db_password: 'db/password', license: 'license' },
      'my-app-db': { user: 'app', password: 'secret', PGPASSWORD: 'secret' },
      'my-app-license': { license: 'license' },
    });
  });

  it('may ask for nothing else', async () => {
    const ssm = server.client(SSMClient, store);
    const secrets = server.client(SecretsManagerClient, store);
    const denied = { name: /^AccessDenied/ };
    await assert.rejects(ssm.send(new GetParameterCommand({ Name: '/other/name' })), denied);
    await assert.rejects(ssm.send(new GetParametersByPathCommand({ Path: '/', Recursive: true })), denied);
    await assert.rejects(secrets.send(new GetSecretValueCommand({ SecretId: 'other/db' })), denied);
    await assert.rejects(secrets.send(new BatchGetSecretValueCommand({ SecretIdList: ['my-app/prod/db'] })), denied);
  });
});
