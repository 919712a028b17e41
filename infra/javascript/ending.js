// The one resolver of the mutation that ends subscriptions: it has no data source. Each subscription says at its
// start, by its invalidation filter, which order and which caller end it.
import { extensions, util } from '@aws-appsync/utils';

const SUBSCRIPTIONS = ['onMyOrderEvents', 'onOrderEvent', 'onStaffOrderEvents'];
const LONGEST = 64;

export function request(ctx) {
  const given = [ctx.args.input.orderId ?? null, ctx.args.input.actorId ?? null].filter((id) => id !== null);
  if (given.length !== 1) {
    return util.error('Name an order or a caller.', 'InvalidInput');
  }
  if (given[0].length < 1 || given[0].length > LONGEST) {
    return util.error('An id has 1 to 64 characters.', 'InvalidInput');
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
