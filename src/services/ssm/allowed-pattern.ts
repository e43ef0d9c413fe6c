import { runInNewContext } from 'node:vm';
import { fault } from '../../kernel/fault.ts';
import { compileJavaPattern } from '../../kernel/java-pattern.ts';

/** Longest that matching may take, in milliseconds: patterns are the callers', and some never end. */
const timeoutMs = 50;

/**
 * Matches a value, whole, against the pattern that its parameter allows.
 *
 * @throws {Fault} InvalidAllowedPatternException: it is no regular expression, or takes too long;
 *   ParameterPatternMismatchException
 */
export const requirePattern = (value: string, pattern: string): void => {
  if (!matches(value, pattern)) {
    throw fault(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
};

const matches = (value: string, pattern: string): boolean => {
  try {
    const test = compileJavaPattern(pattern);
    // Only this way does matching end at a time: the watchdog reaches code that the script calls.
    return runInNewContext('test(value)', { test, value }, { timeout: timeoutMs }) as boolean;
  } catch (cause) {
    throw fault(
      'InvalidAllowedPatternException',
      `The request does not meet the regular expression requirement: ${pattern}`,
      {
        cause,
      },
    );
  }
};
