import * as cloudHsm from '@aws-sdk/client-cloudhsm-v2';
import * as costExplorer from '@aws-sdk/client-cost-explorer';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as lambda from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import * as pricing from '@aws-sdk/client-pricing';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import * as serviceQuotas from '@aws-sdk/client-service-quotas';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import { type Driver, type Output, parseOperation, Refusal } from '../driver.ts';

const clients = {
  kms: kms.KMSClient,
  cloudhsmv2: cloudHsm.CloudHSMV2Client,
  lambda: lambda.LambdaClient,
  iam: iam.IAMClient,
  sts: sts.STSClient,
  organizations: organizations.OrganizationsClient,
  ssm: ssm.SSMClient,
  secretsmanager: secretsManager.SecretsManagerClient,
  'service-quotas': serviceQuotas.ServiceQuotasClient,
  pricing: pricing.PricingClient,
  ce: costExplorer.CostExplorerClient,
};
const commands: Readonly<Record<string, object>> = {
  kms,
  cloudhsmv2: cloudHsm,
  lambda,
  iam,
  sts,
  organizations,
  ssm,
  secretsmanager: secretsManager,
  'service-quotas': serviceQuotas,
  pricing,
  ce: costExplorer,
};

/** The AWS SDK for JavaScript, version 3. */
export const sdk: Driver = {
  name: 'the JavaScript SDK',
  call: async (operation, input, { url, region, credentials }) => {
    const { service, name } = parseOperation(operation);
    // biome-ignore lint/suspicious/noExplicitAny: clients and commands by name
    const client: any = new clients[service]({ endpoint: url, region, credentials, maxAttempts: 1 });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const Command = (commands[service] as any)[`${name}Command`];
    try {
      return asBuffers(await client.send(new Command(input)));
    } catch (error) {
      if (error instanceof Error && '$metadata' in error) {
        // Services with XML answers: the code that was sent, where the SDK has a class of another name.
        const code = 'Code' in error ? String(error.Code) : error.name;
        throw new Refusal(code, error.message);
      }
      throw error;
    } finally {
      client.destroy();
    }
  },
  close: () => {},
};

const asBuffers = (output: Output): Output =>
  Object.fromEntries(
    Object.entries(output).map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value) : value]),
  );
