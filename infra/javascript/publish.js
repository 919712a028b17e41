// The one resolver of every publishing mutation: it has no data source, and answers its input to the subscribers.
import { util } from '@aws-appsync/utils';

export function request(ctx) {
  return { payload: ctx.args.input };
}

export function response(ctx) {
  return ctx.error ? util.error(ctx.error.message, ctx.error.type) : ctx.result;
}
