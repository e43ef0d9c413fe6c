import type { Fault } from '../../kernel/fault.ts';
import { fault } from '../../kernel/fault.ts';

/** What is told of a function's URL: it has none. */
export const noFunctionUrl = (): Fault =>
  fault('ResourceNotFoundException', 'The resource you requested does not exist.', { members: { Type: 'User' } });

/** What is told who asks for one: nothing would answer under it. */
export const functionUrlsNotServed = (): Fault =>
  fault('InvalidParameterValueException', 'Function URLs are not available on this server.', {
    members: { Type: 'User' },
  });
