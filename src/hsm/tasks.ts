import type { HsmProblem } from './hsm-error.ts';

/** A token of the device, and the PIN of its user. */
export interface Login {
  /** Label. */
  readonly token: string;
  readonly pin: string;
}

/** A key of a token. */
export interface KeyOfToken extends Login {
  /** 64 hexadecimal digits: CKA_ID. */
  readonly id: string;
}

/** What the device can be asked. */
export type DeviceTask =
  | { readonly kind: 'tokens' }
  | ({ readonly kind: 'log-in' } & Login)
  | { readonly kind: 'log-out'; readonly token: string }
  | ({ readonly kind: 'generate'; readonly label: string } & KeyOfToken)
  | ({ readonly kind: 'destroy' } & KeyOfToken)
  | ({ readonly kind: 'random'; readonly bytes: number } & Login)
  | ({ readonly kind: 'encrypt'; readonly plaintext: Uint8Array; readonly aad: Uint8Array } & KeyOfToken)
  | ({ readonly kind: 'decrypt'; readonly sealed: Uint8Array; readonly aad: Uint8Array } & KeyOfToken);

/** A token as the device lists it. */
export interface TokenState {
  readonly label: string;
  /** Whether its user has a PIN. */
  readonly activated: boolean;
}

/** What a task results in. */
export type ResultOf<Task extends DeviceTask> = Task extends { kind: 'tokens' }
  ? readonly TokenState[]
  : Task extends { kind: 'random' | 'encrypt' | 'decrypt' }
    ? Uint8Array
    : undefined;

/** A task on its way to the thread. */
export interface DeviceJob {
  readonly id: number;
  readonly task: DeviceTask;
}

/** What the thread answers. */
export type DeviceAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly problem: HsmProblem; readonly message: string };
