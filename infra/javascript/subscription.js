// The one resolver of every subscription. Our function says which events this caller may get; without a complete
// answer nothing is registered: AppSync would then filter by arguments, which a stranger chooses.
import { extensions, util } from '@aws-appsync/utils';

const NOT_FOUND = 'There is nothing to follow here.';

// Everything a function gets when AppSync calls it directly. The two selection keys vanish if `ctx.info` is copied whole.
export function request(ctx) {
  const info = {
    fieldName: ctx.info.fieldName,
    parentTypeName: ctx.info.parentTypeName,
    variables: ctx.info.variables,
    selectionSetList: ctx.info.selectionSetList,
    selectionSetGraphQL: ctx.info.selectionSetGraphQL,
  };
  return {
    operation: 'Invoke',
    payload: {
      arguments: ctx.arguments,
      identity: ctx.identity ?? null,
      source: ctx.source ?? null,
      request: ctx.request,
      prev: ctx.prev ?? null,
      info,
      stash: ctx.stash,
    },
  };
}

export function response(ctx) {
  if (ctx.error) {
    return isRefusal(ctx.error)
      ? util.error(ctx.error.message, ctx.error.unhandledErrorType)
      : util.error(NOT_FOUND, 'NotFound');
  }
  if (!isComplete(ctx.result) || !isComplete(ctx.result.invalidation)) {
    return util.error(NOT_FOUND, 'NotFound');
  }
  extensions.setSubscriptionFilter({ filterGroup: ctx.result.filterGroup });
  extensions.setSubscriptionInvalidationFilter({ filterGroup: ctx.result.invalidation.filterGroup });
  return null;
}

// Whether our function raised it: its class keeps its name. Lambda's own failures have a dot in theirs (Sandbox.Timedout)
// and tell a client nothing; `Unauthorized...` would make Amplify close the socket that all its subscriptions share.
function isRefusal(error) {
  const raised = error.unhandledErrorType ?? '';
  const ours = error.type === 'Lambda:Unhandled' && raised !== '' && !raised.includes('.');
  return ours && !raised.startsWith('Unauthorized');
}

function isComplete(answer) {
  const groups = answer?.filterGroup;
  return isFilled(groups) && groups.every((group) => isFilled(group?.filters) && group.filters.every(isRule));
}

function isRule(rule) {
  return isText(rule?.fieldName) && isText(rule?.operator) && isValue(rule?.value);
}

// A value, or a list of some; null would match whatever lacks the field.
function isValue(value) {
  if (typeof value === 'object') {
    return isFilled(value) && value.every((each) => (each ?? null) !== null);
  }
  return (value ?? null) !== null;
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

function isFilled(list) {
  return typeof list === 'object' && (list?.length ?? 0) > 0;
}
