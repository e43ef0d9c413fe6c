import { answerWithinMs, type DatabaseSecret, type Engine, LoginRefused } from './engine.ts';

/**
 * An endpoint that knows users by HTTP Basic authentication: `host` is its URL. GET tells whether the credentials are good
 * (2xx, or 401 and 403); POST of `{"username", "password"}` sets a password, and of `{…, "like"}` makes a user like another.
 */
export const http: Engine = {
  names: ['http', 'https'],
  maxUsernameLength: 128,
  login: async (secret) => {
    await ask(secret, 'GET');
    return {
      changeOwnPassword: (username, password) => ask(secret, 'POST', { username, password }),
      makeAlike: (username, password, like) => ask(secret, 'POST', { username, password, like }),
      close: async () => undefined,
    };
  },
};

const ask = async ({ host, username, password }: DatabaseSecret, method: string, body?: object): Promise<void> => {
  const url = new URL(host);
  if (!/^https?:$/.test(url.protocol)) throw new Error('The host of the secret is no HTTP URL.');
  const answer = await fetch(url, {
    method,
    redirect: 'error',
    signal: AbortSignal.timeout(answerWithinMs),
    headers: {
      Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      ...(body && { 'Content-Type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  await answer.body?.cancel();
  if (answer.status === 401 || answer.status === 403) throw new LoginRefused('The endpoint refused the credentials.');
  if (!answer.ok) throw new Error(`The endpoint answered ${answer.status}.`);
};
