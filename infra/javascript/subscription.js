// The one resolver of every subscription. Our function says which events this caller may get; without a complete
// answer nothing is registered: AppSync would then filter by arguments, which a stranger chooses.
import { extensions, util } from '@aws-appsync/utils';

const NOT_FOUND = 'There is nothing to follow here.';

// AppSync's limits of a filter: https://docs.aws.amazon.com/appsync/latest/devguide/aws-appsync-real-time-enhanced-filtering.html.
// Checked here, so that beyond them nothing is registered whatever AppSync does then.
const MAX_FILTERS = 10;
const MAX_FIELDS = 5;
const MAX_TEXT = 256;
const MOST_VALUES = { in: 5, notIn: 5, containsAny: 20, between: 2 };
const WITH_ONE_VALUE = ['eq', 'ne', 'le', 'lt', 'ge', 'gt', 'contains', 'notContains', 'beginsWith'];

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

// Whether our function raised it: its class keeps its name. Lambda's own failures have a dot in theirs (Sandbox.Timedout),
// Python's and the SDK's end in Error or Exception, and tell a client nothing; InternalError is ours, and tells an id.
// `Unauthorized`, as any ...Exception that Amplify knows, would make it close the socket that all its subscriptions share.
function isRefusal(error) {
  const raised = error.unhandledErrorType ?? '';
  const ours = error.type === 'Lambda:Unhandled' && raised !== '' && raised.indexOf('.') < 0;
  const hidden = raised.endsWith('Error') || raised.endsWith('Exception') || raised.startsWith('Unauthorized');
  return ours && (raised === 'InternalError' || !hidden);
}

function isComplete(answer) {
  const groups = answer?.filterGroup;
  return isFilled(groups) && groups.every(isSet) && expanded(groups) <= MAX_FILTERS;
}

function isSet(set) {
  return isFilled(set?.filters) && set.filters.every(isRule) && fields(set.filters).length <= MAX_FIELDS;
}

function fields(rules) {
  const names = rules.map((rule) => rule.fieldName);
  return names.filter((name, index) => names.indexOf(name) === index);
}

// AppSync counts an `in` of n values as n filters, and two of them in a set multiply.
function expanded(groups) {
  return groups.reduce((sum, { filters }) => sum + filters.reduce((product, rule) => product * width(rule), 1), 0);
}

function width(rule) {
  return rule.operator === 'in' ? rule.value.length : 1;
}

function isRule(rule) {
  if (!isText(rule?.fieldName) || !isText(rule.operator)) {
    return false;
  }
  return Object.hasOwn(MOST_VALUES, rule.operator)
    ? isList(rule.operator, rule.value)
    : WITH_ONE_VALUE.indexOf(rule.operator) >= 0 && isValue(rule.value);
}

function isList(operator, values) {
  const most = MOST_VALUES[operator];
  const fits = isFilled(values) && values.length <= most && (operator !== 'between' || values.length === most);
  return fits && values.every(isValue);
}

// Never null: it would match whatever lacks the field.
function isValue(value) {
  return typeof value === 'string' ? value.length <= MAX_TEXT : typeof value === 'number' || typeof value === 'boolean';
}

function isText(value) {
  return typeof value === 'string' && value !== '';
}

// There is no Array.isArray here (https://github.com/aws/aws-appsync-community/issues/295).
function isFilled(list) {
  return typeof list === 'object' && (list?.length ?? 0) > 0;
}
