// What AppSync's runtime refuses, found before a deployment: AppSync's own rules, with types, over the files that it runs.
// The types come from @aws-appsync/utils. What is of no known type (`ctx.result`) escapes the typed rules.
import appsync from '@aws-appsync/eslint-plugin';

const RUNS_IN_APPSYNC = ['*.js'];

// AppSync's page of supported features names `throw` as not supported, and the plugin misses it; so does it miss a class
// that is an expression. `new` is our own: nothing that the page lists needs it here.
// https://docs.aws.amazon.com/appsync/latest/devguide/supported-features.html
const REFUSED = [
  { selector: 'ThrowStatement', message: '`throw` is not supported: use util.error().' },
  { selector: 'ClassExpression', message: 'Classes are not supported.' },
  { selector: 'NewExpression', message: 'Nothing is made with `new`.' },
];

export default [
  {
    files: RUNS_IN_APPSYNC,
    ...appsync.configs.recommended,
    languageOptions: {
      ...appsync.configs.recommended.languageOptions,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
  },
  { files: RUNS_IN_APPSYNC, rules: { 'no-restricted-syntax': ['error', ...REFUSED], 'no-unused-vars': 'error' } },
];
