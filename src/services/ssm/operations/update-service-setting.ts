import type { UpdateServiceSettingCommandInput, UpdateServiceSettingCommandOutput } from '@aws-sdk/client-ssm';
import type { Input, Operation, Output } from '../../../kernel/operation.ts';
import { serviceSettings } from '../service-settings.ts';

type UpdateServiceSetting = Operation<
  'UpdateServiceSetting',
  Input<UpdateServiceSettingCommandInput>,
  Output<UpdateServiceSettingCommandOutput>
>;

/**
 * Changes a setting of Parameter Store for the account in this Region.
 *
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UpdateServiceSetting.html
 */
export const updateServiceSetting: UpdateServiceSetting = {
  name: 'UpdateServiceSetting',
  access: ({ SettingId }, call) => ({ resource: serviceSettings.resource(SettingId, call) }),
  handle: ({ SettingId, SettingValue }, _resource, call) => {
    serviceSettings.update(call, serviceSettings.resource(SettingId, call).id, SettingValue);
    return {};
  },
};
