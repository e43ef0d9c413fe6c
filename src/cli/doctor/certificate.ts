import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Days before its end that a certificate is reported. */
const soonDays = 30;
const dayMs = 86_400_000;

/** The certificate: readable, current, of its key, its key private, and trusted by clients of this shell. */
export const checkCertificate: Check = ({ config: { tls, data }, environment }) => {
  if (tls === 'off') return [];
  const folder = join(data, 'tls');
  const [certFile, keyFile] =
    tls === 'generated' ? [join(folder, 'server.pem'), join(folder, 'server.key')] : [tls.certFile, tls.keyFile];
  if (tls === 'generated' && !existsSync(certFile)) return [ok('certificate', 'made at the first start with --tls')];
  try {
    const certificate = new X509Certificate(readFileSync(certFile));
    return [
      validity(certificate, certFile, tls === 'generated'),
      ...key(certificate, certFile, keyFile),
      ...(tls === 'generated' ? trust(join(folder, 'ca.pem'), environment) : []),
    ];
  } catch (error) {
    const reason = (error as Error).message;
    return [problem('certificate', `${certFile} or ${keyFile} cannot be read: ${reason}`, 'both are to be PEM files')];
  }
};

const validity = (certificate: X509Certificate, file: string, generated: boolean): Finding => {
  const days = Math.floor((certificate.validToDate.getTime() - Date.now()) / dayMs);
  const renew = generated ? 'restart the server: it renews its certificate' : 'renew it and restart the server';
  if (certificate.validFromDate.getTime() > Date.now())
    return problem('certificate', `${file} is not valid before ${certificate.validFrom}`, 'set the clock, or wait');
  if (days < 0) return problem('certificate', `${file} ended ${-days} days ago: clients refuse it`, renew);
  if (days < soonDays) return warning('certificate', `${file} ends in ${days} days`, renew);
  return ok('certificate', `${file} is valid for ${days} days`);
};

const key = (certificate: X509Certificate, certFile: string, keyFile: string): Finding[] => {
  const findings: Finding[] = [];
  if (process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0)
    findings.push(problem('certificate', `${keyFile} can be read by other users`, `run: chmod 600 ${keyFile}`));
  if (!certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile))))
    findings.push(
      problem('certificate', `${keyFile} is not the key of ${certFile}`, 'configure the pair that belongs together'),
    );
  return findings;
};

const trust = (caFile: string, environment: Readonly<Record<string, string | undefined>>): Finding[] =>
  (['AWS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'] as const).flatMap((name) => {
    const file = environment[name];
    const who = name === 'AWS_CA_BUNDLE' ? 'the AWS CLI and boto3' : 'JavaScript';
    if (
      file !== undefined &&
      existsSync(file) &&
      readFileSync(file, 'utf8').includes(readFileSync(caFile, 'utf8').trim())
    )
      return [ok('trust', `${name} holds the CA of this server`)];
    return [
      warning(
        'trust',
        file === undefined
          ? `${name} is not set: ${who} will not trust this server`
          : `${name} names ${file}, which does not hold the CA of this server`,
        `for clients on this machine: export ${name}=${caFile}`,
      ),
    ];
  });
