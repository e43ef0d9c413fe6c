import { hash } from 'node:crypto';
import { signRequest } from '../crypto/sign-request.ts';
import type { AwsSettings } from './aws-settings.ts';
import { ServiceError, Unreachable } from './client-error.ts';
import { CredentialChain } from './credentials.ts';
import { sendRequest } from './http-request.ts';

/** Prefixes of `X-Amz-Target`. */
const targets = { ssm: 'AmazonSSM', secretsmanager: 'secretsmanager' } as const;

const timeoutMs = 10_000;
/** Attempts where nobody answers, or a service fails. */
const attempts = 3;
/** By AWS's quota an account may write three parameters a second, so that many take patience. */
const patientAttempts = 12;
const longestPauseMs = 2000;

/** Calls operations of Parameter Store and Secrets Manager: AWS JSON 1.1, signed with SigV4. */
export class AwsClient {
  readonly #settings: AwsSettings;
  readonly #credentials: CredentialChain;
  readonly #userAgent: string;
  readonly #throttledAttempts: number;

  /**
   * @param userAgent as the audit journal shows it
   * @param throttledAttempts at what is refused for the number of requests
   */
  constructor(settings: AwsSettings, userAgent: string, throttledAttempts = patientAttempts) {
    this.#settings = settings;
    this.#credentials = new CredentialChain(settings);
    this.#userAgent = userAgent;
    this.#throttledAttempts = throttledAttempts;
  }

  /**
   * Calls one operation, as often as it takes where the failure may pass.
   *
   * @throws {ServiceError} it is refused @throws {Unreachable}
   */
  async call<T>(service: keyof typeof targets, operation: string, input: object): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#send<T>(service, operation, JSON.stringify(input));
      } catch (error) {
        if (!this.#isWorthAnother(error, attempt)) throw error;
        const pause = Math.min(longestPauseMs, 50 * 2 ** attempt);
        await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random() / 2)));
      }
    }
  }

  /** Every page of a listing, up to its end. */
  async *pages<T extends { readonly NextToken?: string }>(
    service: keyof typeof targets,
    operation: string,
    input: object,
  ): AsyncGenerator<T> {
    let token: string | undefined;
    do {
      const page: T = await this.call<T>(service, operation, { ...input, ...(token && { NextToken: token }) });
      yield page;
      token = page.NextToken;
    } while (token);
  }

  #isWorthAnother(error: unknown, attempt: number): boolean {
    if (error instanceof Unreachable) return attempt < attempts && !error.timedOut;
    if (!(error instanceof ServiceError)) return false;
    if (error.code === 'ExpiredTokenException' && attempt === 1) {
      this.#credentials.expire();
      return true;
    }
    return attempt < (error.isThrottling ? this.#throttledAttempts : error.isTransient ? attempts : 0);
  }

  async #send<T>(service: keyof typeof targets, operation: string, body: string): Promise<T> {
    const { region, ca } = this.#settings;
    const url = this.#settings.endpointOf(service);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      host: url.host,
      'x-amz-target': `${targets[service]}.${operation}`,
    };
    const request = { method: 'POST', path: '/', headers, bodyHash: hash('sha256', body) };
    const signed = signRequest(request, await this.#credentials.get(), { region, service }, new Date());
    const { status, text } = await sendRequest({
      method: 'POST',
      url: new URL('/', url),
      headers: { ...signed, 'user-agent': this.#userAgent },
      body,
      ca,
      timeoutMs,
    });
    const answer = parsed(text);
    if (status === 200) return answer as T;
    const { __type, message, Message } = answer;
    const code = String(__type ?? `HTTP ${status}`).replace(/^.*#/, '');
    throw new ServiceError(operation, status, code, String(message ?? Message ?? ''));
  }
}

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
};
