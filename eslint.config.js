import svelte from 'eslint-plugin-svelte'
import { defineConfig, globalIgnores } from 'eslint/config'
import typescript from 'typescript-eslint'

const projects = ['tsconfig.json', 'client/tsconfig.sw.json']

/**
 * To TypeScript each component is a program of its own, made anew with all that it imports: rules that ask for types
 * take half a second each there, and those of the tests take as long as all others together. svelte-check knows the
 * types of both in each run of the tests; `npm run lint` and `npm run test:long` ask these rules too.
 */
const isAllTyped = process.env.LINT === 'typed'
const untyped = {
  ...typescript.configs.disableTypeChecked,
  files: ['**/*.svelte', 'tests/**'],
  languageOptions: { parserOptions: { project: null } },
}

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'test-results/', 'playwright-report/', 'tests/previous/*.js']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: projects, tsconfigRootDir: import.meta.dirname, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      eqeqeq: 'error',
      'no-control-regex': 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Numbers and booleans read well in a sentence; an object there is still an error.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `return send(…)` is how an early end reads here, and `delete` how an entry leaves a record.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Objects here are made of closures; no method reads `this`.
      '@typescript-eslint/unbound-method': 'off',
      // No enum is here, and a class is assigned to nothing but itself: looking for it takes a quarter of all the time.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // An async function without `await` is how a value meets an interface that promises.
      '@typescript-eslint/require-await': 'off',
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], extends: [svelte.configs.recommended] },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser } },
    // Neither knows that markup and a rune's assignments change a value between two looks at it.
    rules: { 'prefer-const': 'off', '@typescript-eslint/no-unnecessary-condition': 'off' },
  },
  {
    files: ['**/*.svelte'],
    // To the linter another component is `any`; svelte-check knows its type and checks these, and
    // tells the compiler's warnings.
    rules: {
      'svelte/no-unused-svelte-ignore': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-redundant-type-constituents': 'off',
    },
  },
  ...(isAllTyped ? [] : [untyped]),
  { files: ['server/start.ts', 'server/dev.ts', 'server/ops/**', 'tests/**'], rules: { 'no-console': 'off' } },
)
