import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { type Config, readConfig } from '../src/config.ts';
import { options } from '../src/options.ts';
import { testServer } from '../src/testing/server.ts';

const root = join(import.meta.dirname, '..');
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8');

const installed = (program: string): boolean => spawnSync('which', [program]).status === 0;

const variables = new Set([
  ...options.map(({ env }) => env),
  'BULWARK_ROOT_ACCESS_KEY_ID',
  'BULWARK_ROOT_SECRET_ACCESS_KEY',
]);

const assertKnown = (names: readonly string[]): void => {
  for (const name of names) if (name.startsWith('BULWARK_')) assert.ok(variables.has(name), `${name} is no setting`);
};

/** The configuration that `--name=value` arguments make. @throws where one is unknown or wrong */
const configOf = (args: readonly string[], environment: Readonly<Record<string, string>> = {}): Config => {
  const known = new Set(options.map(({ name }) => name));
  const flags = args.filter((arg) => arg.startsWith('--')).map((arg) => arg.slice(2).split('=') as [string, string?]);
  for (const [name] of flags) assert.ok(known.has(name), `--${name} is no setting`);
  return readConfig(Object.fromEntries(flags.map(([name, value]) => [name, value ?? 'true'])), environment);
};

describe('the image', () => {
  const dockerfile = read('Dockerfile');

  it('sets variables that exist, and serves HTTPS on every interface', () => {
    const environment = Object.fromEntries(
      [...dockerfile.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name, value]) => [name!, value!]),
    );
    assertKnown(Object.keys(environment));
    const config = configOf([], environment);
    assert.deepEqual([config.host, config.tls, config.data], ['0.0.0.0', 'generated', '/data']);
  });

  it('runs as a user of no rights and says when it is healthy', () => {
    assert.match(dockerfile, /^USER node$/m);
    assert.match(dockerfile, /^HEALTHCHECK .* CMD \["node", "[^"]+", "status"\]$/m);
    assert.match(dockerfile, /^ENTRYPOINT \[/m);
  });
});

describe('the compose file', () => {
  const { services, volumes } = parse(read('deploy', 'compose.yaml'));
  const { bulwark } = services;

  it('sets variables that exist and keeps state in a volume', () => {
    assertKnown(Object.keys(bulwark.environment));
    configOf([], bulwark.environment);
    const [volume, path] = bulwark.volumes[0].split(':');
    assert.ok(volume in volumes);
    assert.equal(path, '/data');
  });

  it('confines the container and is reached from this machine only', () => {
    assert.deepEqual(bulwark.ports, ['127.0.0.1:4566:4566']);
    assert.deepEqual([bulwark.read_only, bulwark.cap_drop], [true, ['ALL']]);
    assert.ok(bulwark.security_opt.includes('no-new-privileges:true'));
    assert.equal(bulwark.ulimits.core, 0);
  });
});

describe('the compose file with PostgreSQL', () => {
  const { services, volumes } = parse(read('deploy', 'compose.postgres.yaml'));
  const { bulwark, postgres } = services;

  it('sets variables that exist, keeps the state in the database, and the keys apart', () => {
    assertKnown(Object.keys(bulwark.environment));
    const BULWARK_DATA = bulwark.environment.BULWARK_DATA.replace(/\$\{[^}]*\}/, 'password');
    const config = configOf([], { ...bulwark.environment, BULWARK_DATA });
    assert.match(config.database ?? '', /@postgres:5432\/bulwark$/);
    assert.equal(config.data, '/data');
    assert.deepEqual(bulwark.volumes, ['keys:/data']);
    for (const volume of ['keys', 'database']) assert.ok(volume in volumes);
    assert.match(postgres.environment.POSTGRES_PASSWORD, /:\?/);
  });

  it('starts the server when the database is healthy, and shows neither to the network', () => {
    assert.equal(bulwark.depends_on.postgres.condition, 'service_healthy');
    assert.ok(postgres.healthcheck.test.includes('pg_isready'));
    assert.equal(bulwark.healthcheck.test.at(-1), 'status');
    assert.deepEqual([bulwark.ports, postgres.ports], [['127.0.0.1:4566:4566'], undefined]);
    assert.deepEqual([bulwark.read_only, bulwark.cap_drop, bulwark.ulimits.core], [true, ['ALL'], 0]);
  });
});

describe('the systemd unit', () => {
  const unit = read('deploy', 'systemd', 'bulwark.service');
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-unit-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'bulwark.service');
  writeFileSync(
    path,
    unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`).replace(/^Documentation=.*\n/m, ''),
  );

  it('sets variables that exist, and keeps state where systemd makes it', () => {
    const environment = Object.fromEntries(
      [...unit.matchAll(/^Environment=(.*)$/gm)].flatMap(([, text]) => text!.split(' ').map((pair) => pair.split('='))),
    );
    assertKnown(Object.keys(environment));
    assert.equal(configOf([], environment).data, `/var/lib/${/^StateDirectory=(.*)$/m.exec(unit)![1]}`);
  });

  it('names nothing below /opt/bulwark that its instructions do not put there', () => {
    const copied = /cp -r (.*) \/opt\/bulwark\//.exec(unit)![1]!.split(' ');
    const named = [...unit.matchAll(/\/opt\/bulwark\/([^/\s]+)\//g)].map(([, folder]) => folder!);
    assert.deepEqual(
      named.filter((folder) => !copied.includes(folder)),
      [],
    );
    assert.ok(existsSync(join(root, /Documentation=file:\/opt\/bulwark\/(\S+)/.exec(unit)![1]!)));
    // The dependency of the server that brings it where the system's is too old.
    assert.match(unit, /^ExecStart=\/opt\/bulwark\/node_modules\/\.bin\/node /m);
  });

  it('stops the server later than it stops itself', () => {
    assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)![1]) > 10);
  });

  it('opens as many files as the server may have connections', () => {
    assert.ok(Number(/^LimitNOFILE=(\d+)$/m.exec(unit)![1]) > configOf([]).maxConnections + 100);
  });

  it('is valid and confines the service', { skip: !installed('systemd-analyze') }, () => {
    const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
    assert.deepEqual([verified.status, verified.stderr], [0, '']);
    // 0 is confined, 100 is not.
    const rated = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=15', path]);
    assert.equal(rated.status, 0);
  });
});

// biome-ignore lint/suspicious/noExplicitAny: Kubernetes objects have no types here; each test names the fields that it needs
type KubernetesObject = any;

/** The configuration that a container of the image has by its variables; those from secrets are given. */
const configOfContainer = ({ args, env }: KubernetesObject, secrets: Readonly<Record<string, string>> = {}): Config => {
  assert.deepEqual(args, ['start']);
  assertKnown(env.map(({ name }: KubernetesObject) => name));
  const written = env.filter(({ value }: KubernetesObject) => value !== undefined);
  const variables = Object.fromEntries(written.map(({ name, value }: KubernetesObject) => [name, value]));
  return readConfig(
    {},
    { BULWARK_HOST: '0.0.0.0', BULWARK_DATA: '/data', BULWARK_TLS: 'true', ...variables, ...secrets },
  );
};

describe('the Kubernetes manifests', async () => {
  const folder = ['deploy', 'kubernetes'] as const;
  const objects: readonly KubernetesObject[] = readdirSync(join(root, ...folder)).flatMap((file) =>
    parseAllDocuments(read(...folder, file)).map((document) => {
      assert.deepEqual(document.errors, [], file);
      return document.toJS();
    }),
  );
  const all = (kind: string): KubernetesObject[] => objects.filter((object) => object.kind === kind);
  const one = (kind: string): KubernetesObject => {
    const [object, ...others] = all(kind);
    assert.ok(object && others.length === 0, `one ${kind}`);
    return object;
  };
  const pod = one('StatefulSet').spec.template;
  const [server] = pod.spec.containers;

  it('are objects with an API version, a kind and a name', () => {
    for (const { apiVersion, kind, metadata } of objects) {
      assert.match(apiVersion, /^(?:[a-z0-9.]+\/)?v\d+(?:beta\d)?$/);
      if (kind !== 'Kustomization') assert.match(metadata.name, /^[a-z][a-z0-9-]*$/);
    }
  });

  it('are all in the kustomization, except the secrets', () => {
    const files = readdirSync(join(root, ...folder)).filter(
      (file) => !/^(?:kustomization|secrets\.example)\.yaml$/.test(file),
    );
    assert.deepEqual([...one('Kustomization').resources].sort(), files.sort());
  });

  it('start the server with variables that exist, which commands in the pod find, too', () => {
    const config = configOfContainer(server);
    assert.deepEqual([config.host, config.mode], ['0.0.0.0', 'enforced']);
    assert.ok(typeof config.tls === 'object');
    assert.equal(config.seal.method, 'key-file');
    // A Service called bulwark would otherwise set BULWARK_PORT to something else.
    assert.equal(pod.spec.enableServiceLinks, false);
  });

  it('name the ports that the server listens on', () => {
    const { port, metricsPort } = configOfContainer(server);
    const ports = Object.fromEntries(
      server.ports.map(({ name, containerPort }: KubernetesObject) => [name, containerPort]),
    );
    assert.deepEqual(ports, { https: port, metrics: metricsPort });
    const used = [
      ...one('Service').spec.ports.map(({ targetPort }: KubernetesObject) => targetPort),
      ...one('NetworkPolicy').spec.ingress.flatMap(({ ports: of }: KubernetesObject) =>
        of.map(({ port: name }: KubernetesObject) => name),
      ),
      server.startupProbe.tcpSocket.port,
      server.livenessProbe.tcpSocket.port,
      server.readinessProbe.httpGet.port,
    ];
    for (const name of used) assert.ok(name in ports, name);
    assert.equal(pod.metadata.annotations['prometheus.io/port'], String(metricsPort));
  });

  it('probe a path that answers when the server is ready', async () => {
    const { path, scheme } = server.readinessProbe.httpGet;
    assert.equal(scheme, 'HTTPS');
    const { url, running } = await testServer({ 'metrics-port': '0' });
    assert.equal((await fetch(`${url}${path}`)).status, 200);
    const scraped = `http://127.0.0.1:${running.metricsPort}${pod.metadata.annotations['prometheus.io/path']}`;
    assert.equal((await fetch(scraped)).status, 200);
  });

  it('select the pods that they are about', () => {
    const { labels } = pod.metadata;
    for (const selector of [
      one('StatefulSet').spec.selector.matchLabels,
      one('Service').spec.selector,
      one('PodDisruptionBudget').spec.selector.matchLabels,
      one('NetworkPolicy').spec.podSelector.matchLabels,
    ]) {
      for (const [label, value] of Object.entries(selector)) assert.equal(labels[label], value);
    }
    assert.equal(one('StatefulSet').spec.serviceName, one('Service').metadata.name);
    assert.equal(pod.spec.serviceAccountName, one('ServiceAccount').metadata.name);
  });

  it('mount volumes that exist, from secrets that are described', () => {
    const claims = one('StatefulSet').spec.volumeClaimTemplates.map(({ metadata }: KubernetesObject) => metadata.name);
    const volumes = new Set([...claims, ...pod.spec.volumes.map(({ name }: KubernetesObject) => name)]);
    for (const container of [...pod.spec.initContainers, server]) {
      for (const { name } of container.volumeMounts) assert.ok(volumes.has(name), name);
    }
    const secrets = new Map(all('Secret').map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)]));
    for (const { secret } of pod.spec.volumes) if (secret) assert.ok(secrets.has(secret.secretName), secret.secretName);
    for (const { valueFrom } of server.env.filter(({ value }: KubernetesObject) => value === undefined)) {
      assert.ok(secrets.get(valueFrom.secretKeyRef.name)?.includes(valueFrom.secretKeyRef.key));
    }
    const { data, tls, seal } = configOfContainer(server);
    const paths = server.volumeMounts.map(({ mountPath }: KubernetesObject) => mountPath);
    for (const path of [data, (tls as { certFile: string }).certFile, seal.settings.keyFile!]) {
      assert.ok(
        paths.some((mounted: string) => path.startsWith(`${mounted}/`)),
        `${path} is on no volume`,
      );
    }
  });

  it('keep the restricted pod security standard, which their namespace enforces', () => {
    assert.equal(one('Namespace').metadata.labels['pod-security.kubernetes.io/enforce'], 'restricted');
    assert.deepEqual(
      [pod.spec.securityContext.runAsNonRoot, pod.spec.securityContext.seccompProfile.type],
      [true, 'RuntimeDefault'],
    );
    for (const { securityContext, resources } of [...pod.spec.initContainers, server]) {
      assert.deepEqual(securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.ok(resources.limits.memory && resources.requests.cpu);
    }
  });

  it('let a node be drained, and one process have the data', () => {
    assert.equal(one('PodDisruptionBudget').spec.maxUnavailable, 1);
    assert.equal(one('StatefulSet').spec.replicas, 1);
    assert.ok(pod.spec.terminationGracePeriodSeconds > 10);
  });

  it('are what kubectl makes objects of', { skip: !installed('kubectl') }, () => {
    const built = execFileSync('kubectl', ['kustomize', join(root, ...folder)], { encoding: 'utf8' });
    const kinds = parseAllDocuments(built).map((document) => document.toJS().kind);
    assert.deepEqual(kinds.sort(), [
      'Namespace',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'Service',
      'ServiceAccount',
      'StatefulSet',
    ]);
    assert.match(built, /image: registry\.example\.com\/bulwark:/);
  });
});

describe('the Kubernetes manifests of a cluster', () => {
  const folder = ['deploy', 'kubernetes-cluster'] as const;
  const documents = (file: string): KubernetesObject[] =>
    parseAllDocuments(read(...folder, file)).map((document) => {
      assert.deepEqual(document.errors, [], file);
      return document.toJS();
    });
  const [deployment] = documents('deployment.yaml');
  const [kustomization] = documents('kustomization.yaml');
  const pod = deployment.spec.template;
  const [server] = pod.spec.containers;
  const [budget] = parseAllDocuments(read('deploy', 'kubernetes', 'pod-disruption-budget.yaml'));
  const [service] = parseAllDocuments(read('deploy', 'kubernetes', 'service.yaml'));

  it('replace the one replica and its volume by several on a database, and let the database be reached', () => {
    assert.deepEqual(kustomization.resources, ['../kubernetes', 'deployment.yaml']);
    const patches = kustomization.patches.map(({ patch }: KubernetesObject) => parse(patch));
    assert.deepEqual([patches[0].kind, patches[0].$patch], ['StatefulSet', 'delete']);
    const egress = patches[1].spec.egress.flatMap(({ ports }: KubernetesObject) => ports);
    assert.ok(egress.some(({ port }: KubernetesObject) => port === 5432));
    assert.ok(deployment.spec.replicas >= 2);
    assert.equal(deployment.kind, 'Deployment');
  });

  it('let nodes be drained one after the other, and send requests to every pod', () => {
    assert.equal(budget!.toJS().spec.maxUnavailable, 1);
    for (const selector of [
      deployment.spec.selector.matchLabels,
      budget!.toJS().spec.selector.matchLabels,
      service!.toJS().spec.selector,
    ])
      for (const [label, value] of Object.entries(selector)) assert.equal(pod.metadata.labels[label], value);
    assert.equal(server.readinessProbe.httpGet.path, '/_bulwark/health');
    assert.ok(server.livenessProbe.tcpSocket && server.startupProbe.tcpSocket);
    const beforeSeconds = Number(server.lifecycle.preStop.exec.command.at(-1));
    assert.ok(beforeSeconds > 0 && pod.spec.terminationGracePeriodSeconds > beforeSeconds + 11);
  });

  it('take the database and the seal from secrets that are described', () => {
    const described = [
      ...documents('secrets.example.yaml'),
      ...parseAllDocuments(read('deploy', 'kubernetes', 'secrets.example.yaml')).map((document) => document.toJS()),
    ];
    const secrets = new Map(described.map(({ metadata, stringData }) => [metadata.name, Object.keys(stringData)]));
    const hosts = server.env.find(({ name }: KubernetesObject) => name === 'BULWARK_HOSTS');
    assert.equal(hosts.value, String(deployment.spec.replicas), 'each replica serves its part of the quotas');
    for (const { valueFrom } of server.env)
      if (valueFrom) assert.ok(secrets.get(valueFrom.secretKeyRef.name)?.includes(valueFrom.secretKeyRef.key));
    for (const { secret } of pod.spec.volumes) if (secret) assert.ok(secrets.has(secret.secretName), secret.secretName);
    const volumes = new Set(pod.spec.volumes.map(({ name }: KubernetesObject) => name));
    for (const { volumeMounts } of [...pod.spec.initContainers, server])
      for (const { name } of volumeMounts) assert.ok(volumes.has(name), name);
    const config = configOfContainer(server, { BULWARK_DATA: 'postgres://bulwark@db.example.com/bulwark' });
    assert.equal(config.data, '/run/bulwark/keys');
    assert.match(pod.spec.initContainers[0].command.at(-1), / \/run\/bulwark\/keys\/seal\.json$/);
    assert.ok(config.seal.settings.keyFile?.startsWith('/run/bulwark/'));
  });
});
