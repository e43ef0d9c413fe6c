import { readFileSync } from 'node:fs';
import { isSystemError, remedyOfSystemError } from './process/system-error.ts';

/** A setting that makes no sense; the message says what to write instead. */
export class ConfigError extends Error {}

/** A whole number in a range. @throws {ConfigError} it is not */
export const integer = (name: string, text: string, min: number, max: number): number => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new ConfigError(
      min === max
        ? `${name}: "${text}" is not supported; the only value is ${min}`
        : `${name}: "${text}" is not a whole number from ${min} to ${max}`,
    );
  }
  return value;
};

/** A text of a form. @throws {ConfigError} it is not */
export const matching = (name: string, text: string, pattern: RegExp, meaning: string): string => {
  if (!pattern.test(text)) throw new ConfigError(`${name}: "${text}" is not ${meaning}`);
  return text;
};

/** One of some words. @throws {ConfigError} it is not */
export const oneOf = <T extends string>(name: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((value) => value === text);
  if (found === undefined) throw new ConfigError(`${name}: "${text}" is not one of ${allowed.join(', ')}`);
  return found;
};

/** The text of a file. @throws {ConfigError} it cannot be read, with why and what to do */
export const textIn = (name: string, path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = isSystemError(cause) ? `: ${cause.code}; ${remedyOfSystemError(cause)}` : '';
    throw new ConfigError(`${name}: cannot read ${path}${reason}`, { cause });
  }
};

/** The certificates in a file, each in PEM; at least one. @throws {ConfigError} it cannot be read, or has none */
export const certificatesIn = (name: string, path: string): readonly string[] => {
  const found = textIn(name, path).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (!found) throw new ConfigError(`${name}: ${path} has no certificate in PEM`);
  return found;
};

/** A switch; absent is off. @throws {ConfigError} it is not */
export const isOn = (name: string, text: string | undefined): boolean => {
  if (text === undefined || text === 'false' || text === '0') return false;
  if (text === 'true' || text === '1') return true;
  throw new ConfigError(`${name}: "${text}" is neither true nor false`);
};
