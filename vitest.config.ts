import { readdirSync, readFileSync } from 'node:fs'
import { configDefaults, defineConfig } from 'vitest/config'
import { LongestFirst } from './scripts/longest-first.ts'

/** One file for each big feature, from the outside: what `npm test` runs of `system`, the tests that start servers, providers or processes. */
const THREADS = [
  'tests/audit/redacted-log.test.ts',
  'tests/grpc/calls.test.ts',
  'tests/life/connections.test.ts',
  'tests/live/shadow.test.ts',
  'tests/proxy/declared-over-http2.test.ts',
  'tests/proxy/websocket.test.ts',
  'tests/reload/refused-bundles.test.ts',
  'tests/sign-in/example.test.ts',
  'tests/sign-in/mix-up.test.ts',
  'tests/sign-in/saml-example.test.ts',
]

const PACKAGES = ['language', 'language-server', 'request', 'compiler', 'analysis', 'interpreter', 'runtime', 'cli', 'sdk']

/** What never comes ends the test, also on a machine that does ten other things. No test is about time. */
const bounds = { testTimeout: 300_000, hookTimeout: 300_000 }

const UNIT = [
  '{language,language-server,request,compiler,analysis,interpreter,runtime,cli,sdk,scripts}/**/*.test.ts',
  'playground/**/*.test.ts',
  'site/source/**/*.test.ts',
  'spec/{cel,questions}/**/*.test.ts',
  'spec/conformance/{conformance,golden,lint}.test.ts',
  'spec/proofs/proofs.test.ts',
  'spec/differential/small.test.ts',
  'tests/{boundaries,docs}/**/*.test.ts',
  'tests/package/package.test.ts',
]

/**
 * Unit tests that need a process of their own: they mock a module for all who import it, measure the processor time of the process, count the steps of
 * the code that they import, which must not have run before, or list the properties of JavaScript's built-ins, to which packages of others add some.
 */
const ISOLATED = [...PACKAGES, 'editors']
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`))
  .filter(
    (path) =>
      path === 'runtime/abi/allowlist/built-ins.test.ts' ||
      (path.endsWith('.test.ts') && /\bvi\.mock\(|\/support\/(steps|processor-time)\.ts'/.test(readFileSync(path, 'utf8'))),
  )

/**
 * Young objects of a file that compiles thousands of policies live until they are collected together: a tenth less of the processor than with V8's own size.
 * Most code runs a few hundred times: optimized after as many steps as V8 waits for, it takes a fifth more than if only what is long at work is.
 * The V8 of later versions of Node has no such option.
 */
const execArgv = ['--max-semi-space-size=64', ...(process.versions.v8.startsWith('11.') ? ['--interrupt-budget=1000000'] : [])]

/** `npm run test:all`, which names the project `all`. Without its name there is none, as each file would run twice. */
const isWhole = process.argv.includes('all')

const exclude = [...configDefaults.exclude, 'dist/**', '.tsbuild/**']

export default defineConfig({
  test: {
    globalSetup: ['scripts/test-setup.mjs'],
    // The projects import the same modules: what the first has transformed is there for the others, and for the next run. A coverage run transforms its own.
    experimental: { fsModuleCache: !process.argv.some((word) => word.startsWith('--coverage')) },
    sequence: { sequencer: LongestFirst },
    coverage: {
      provider: 'custom',
      customProviderModule: 'scripts/coverage/provider.mjs',
      include: PACKAGES.map((name) => `${name}/**/*.{ts,mjs}`),
      exclude: ['**/*.test.ts', '**/*.d.ts', '**/*.generated.*', '**/{testing,fixtures,golden,templates}/**'],
      reporter: ['html', 'json'],
      reportsDirectory: 'coverage',
      reportOnFailure: true,
      thresholds: Object.fromEntries(PACKAGES.map((name) => [`${name}/**`, { lines: 80 }])),
    },
    // Twice as many as the smallest machines of CI have cores, as many tests wait: for processes, timeouts, browsers. Full sizes measure, and run alone.
    maxWorkers: process.env.IAP_FULL === '1' ? 1 : 4,
    projects: [
      {
        test: {
          name: 'unit',
          include: UNIT,
          exclude: [...exclude, ...ISOLATED],
          // The files of a worker share their modules: to import the compiler anew for each of 500 files takes three times as long as the tests.
          isolate: false,
          execArgv,
          ...bounds,
        },
      },
      {
        test: { name: 'isolated', include: ISOLATED, exclude, ...bounds },
      },
      {
        test: { name: 'threads', isolate: false, execArgv, include: THREADS, exclude, ...bounds },
      },
      {
        test: {
          name: 'system',
          // As `unit`: most files import the compiler.
          isolate: false,
          execArgv,
          include: ['**/*.test.ts'],
          exclude: [...exclude, ...UNIT, ...ISOLATED],
          ...bounds,
        },
      },
      // `unit` and `system` at once: both import the compiler and the proxy, in the same workers only half as often.
      ...(isWhole
        ? [
            {
              test: {
                name: 'all',
                isolate: false,
                execArgv,
                include: ['**/*.test.ts'],
                exclude: [...exclude, ...ISOLATED],
                ...bounds,
              },
            },
          ]
        : []),
    ],
  },
})
