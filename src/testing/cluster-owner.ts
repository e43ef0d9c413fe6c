import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** Who claims clusters of HSMs, with a certificate authority of their own. @see CloudHSM user guide: "Initialize the cluster" */
export interface ClusterOwner {
  /** The authority's certificate, PEM: `customerCA.crt`. */
  readonly anchor: string;
  /** @param request of a cluster, PEM @returns its certificate, PEM */
  sign(request: string): string;
}

/** Makes an owner with openssl, as the guide does; what it keeps is removed when the test file ends. */
export const clusterOwner = (): ClusterOwner => {
  const directory = mkdtempSync(join(tmpdir(), 'bulwark-ca-'));
  after(() => rmSync(directory, { recursive: true, force: true }));
  const openssl = (...args: string[]): string =>
    execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: directory }).toString();
  const files = ['-keyout', 'owner.key', '-out', 'owner.crt'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, '-subj', '/CN=owner', '-days', '30');
  return {
    anchor: openssl('x509', '-in', 'owner.crt'),
    sign: (request) => {
      writeFileSync(join(directory, 'cluster.csr'), request);
      const by = ['-CA', 'owner.crt', '-CAkey', 'owner.key', '-CAcreateserial'];
      return openssl('x509', '-req', '-in', 'cluster.csr', ...by, '-days', '30');
    },
  };
};
