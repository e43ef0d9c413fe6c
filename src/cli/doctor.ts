import type { Config } from '../config.ts';
import { isSystemError, remedyOfSystemError } from '../process/system-error.ts';
import { checkCertificate } from './doctor/certificate.ts';
import { checkClientEnvironment } from './doctor/client-environment.ts';
import { checkDataDirectory, checkDisk } from './doctor/data-directory.ts';
import { checkDatabase } from './doctor/database.ts';
import { type Check, type Finding, type Patient, problem } from './doctor/finding.ts';
import { checkFunctions } from './doctor/functions.ts';
import { checkMachine } from './doctor/machine.ts';
import { checkRootKey } from './doctor/root-key.ts';
import { checkServer } from './doctor/server.ts';

/** Each with what it looks at. */
const checks: readonly (readonly [string, Check])[] = [
  ['machine', checkMachine],
  ['data', checkDataDirectory],
  ['root key', checkRootKey],
  ['disk', checkDisk],
  ['database', checkDatabase],
  ['certificate', checkCertificate],
  ['server', checkServer],
  ['functions', checkFunctions],
  ['client', checkClientEnvironment],
];

/** Runs every check, in the order in which a set-up goes wrong. */
export const examine = async (patient: Patient): Promise<readonly Finding[]> => {
  const findings: Finding[] = [];
  for (const [area, check] of checks) findings.push(...(await foundBy(area, check, patient)));
  return findings;
};

/** What a check may not look at is a finding, and the checks after it are run all the same. */
const foundBy = async (area: string, check: Check, patient: Patient): Promise<readonly Finding[]> => {
  try {
    return await check(patient);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return [problem(area, error.message, remedyOfSystemError(error))];
  }
};

/** `bulwark doctor`: finds and explains what is wrong with a set-up; exits with 1 where there is a problem. Changes nothing. */
export const doctorCommand = async (
  config: Config,
  flags: Readonly<Record<string, string | undefined>>,
  environment: Patient['environment'],
): Promise<void> => {
  const findings = await examine({ config, environment });
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  if (problems > 0) process.exitCode = 1;
  if (flags.json === 'true') {
    process.stdout.write(`${JSON.stringify({ ok: problems === 0, findings }, undefined, 2)}\n`);
    return;
  }
  const summary = `${count(problems, 'problem')}, ${count(warnings, 'warning')}\n`;
  process.stdout.write(findings.map(linesOf).join('') + summary);
};

const linesOf = ({ level, check, finding, fix }: Finding): string =>
  `${marks[level]} ${check}: ${finding}\n${fix === undefined ? '' : `          → ${fix}\n`}`;

const marks: Readonly<Record<Finding['level'], string>> = { ok: 'ok      ', warning: 'WARNING ', problem: 'PROBLEM ' };

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? '' : 's'}`;
