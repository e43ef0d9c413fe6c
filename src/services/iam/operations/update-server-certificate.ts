import type { UpdateServerCertificateCommandInput } from '@aws-sdk/client-iam';
import type { Input, Operation, Resource } from '../../../kernel/operation.ts';
import { toServerCertificate } from '../access.ts';
import { nameKey } from '../names.ts';
import {
  certificateExists,
  type IamServerCertificate,
  serverCertificateArn,
  serverCertificates,
} from '../server-certificates.ts';

type UpdateServerCertificate = Operation<
  'UpdateServerCertificate',
  Input<UpdateServerCertificateCommandInput>,
  void,
  readonly [IamServerCertificate, Resource]
>;

/**
 * Gives a server certificate another name, another path or both.
 *
 * The caller needs permission on the certificate as it is and as it will be.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
 */
export const updateServerCertificate: UpdateServerCertificate = {
  name: 'UpdateServerCertificate',
  access: ({ ServerCertificateName, NewServerCertificateName, NewPath }, call) => {
    const { account } = call;
    const certificate = toServerCertificate(call, ServerCertificateName);
    const path = NewPath ?? ('record' in certificate.resource ? certificate.resource.record.path : '/');
    const arn = serverCertificateArn({ account, path, name: NewServerCertificateName ?? ServerCertificateName });
    return [certificate, { resource: { arn, account } }];
  },
  handle: ({ NewServerCertificateName, NewPath }, [{ record }], { tx, account }) => {
    const name = NewServerCertificateName ?? record.name;
    if (nameKey(name) !== nameKey(record.name)) {
      if (serverCertificates.find(tx, account, name)) throw certificateExists(name);
      serverCertificates.delete(tx, record);
    }
    serverCertificates.put(tx, { ...record, name, path: NewPath ?? record.path });
  },
};
