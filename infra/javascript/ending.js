// The one resolver of the mutation that ends subscriptions: it has no data source. Each subscription says at its
// start, by its invalidation filter, which order and which caller end it.
import { extensions, util } from '@aws-appsync/utils';

const SUBSCRIPTIONS = ['onMyOrderEvents', 'onOrderEvent', 'onStaffOrderEvents'];

export function request(ctx) {
  const { orderId, actorId } = ctx.args.input;
  if ((orderId ?? '') === '' && (actorId ?? '') === '') {
    return util.error('Name an order or a caller.', 'InvalidInput');
  }
  if ((orderId ?? '') !== '' && (actorId ?? '') !== '') {
    return util.error('Name an order or a caller, not both.', 'InvalidInput');
  }
  return { payload: ctx.args.input };
}

export function response(ctx) {
  if (ctx.error) {
    return util.error(ctx.error.message, ctx.error.type);
  }
  SUBSCRIPTIONS.forEach((subscriptionField) => {
    extensions.invalidateSubscriptions({ subscriptionField, payload: ctx.args.input });
  });
  return ctx.result;
}
