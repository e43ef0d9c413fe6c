import type {
  DecodeAuthorizationMessageCommandInput,
  DecodeAuthorizationMessageCommandOutput,
} from '@aws-sdk/client-sts';
import { fault } from '../../../kernel/fault.ts';
import { anyResource, type Input, type Operation, type Output } from '../../../kernel/operation.ts';
import type { Sts } from '../sts.ts';

type DecodeAuthorizationMessage = Operation<
  'DecodeAuthorizationMessage',
  Input<DecodeAuthorizationMessageCommandInput>,
  Output<DecodeAuthorizationMessageCommandOutput>
>;

/**
 * Tells why a request was refused, from the encoded message that came with the refusal.
 *
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
export const decodeAuthorizationMessage = ({ authorizationMessages }: Sts): DecodeAuthorizationMessage => ({
  name: 'DecodeAuthorizationMessage',
  access: (_input, { account }) => ({ resource: anyResource(account) }),
  handle: ({ EncodedMessage }, _resource, { account }) => {
    const DecodedMessage = authorizationMessages.decode(EncodedMessage, account);
    if (DecodedMessage === undefined) throw fault('InvalidAuthorizationMessageException', 'Message is not valid');
    return { DecodedMessage };
  },
});
