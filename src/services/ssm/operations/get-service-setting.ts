import type { GetServiceSettingCommandInput, GetServiceSettingCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { serviceSettings } from '../service-settings.ts';

type GetServiceSetting = Operation<
  'GetServiceSetting',
  Input<GetServiceSettingCommandInput>,
  Output<GetServiceSettingCommandOutput>
>;

/**
 * Shows a setting of Parameter Store for the account in this Region.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetServiceSetting.html
 */
export const getServiceSetting: GetServiceSetting = {
  name: 'GetServiceSetting',
  access: ({ SettingId }, call) => ({ resource: serviceSettings.resource(SettingId, call) }),
  handle: ({ SettingId }, _resource, call) => ({
    ServiceSetting: serviceSettings.describe(call, serviceSettings.resource(SettingId, call).id),
  }),
};
