import { configDefaults, defineConfig } from 'vitest/config'

/** One file for each big feature, from the outside: what `npm test` runs of the tests that start servers, providers or processes. */
const THREADS = [
  'tests/audit/otlp.test.ts',
  'tests/grpc/calls.test.ts',
  'tests/life/loading.test.ts',
  'tests/live/data.test.ts',
  'tests/proxy/http2.test.ts',
  'tests/proxy/websocket.test.ts',
  'tests/sign-in/oidc.test.ts',
  'tests/sign-in/saml.test.ts',
]

/** What never comes ends the test, also on a machine that does ten other things. No test is about time. */
const bounds = { testTimeout: 300_000, hookTimeout: 300_000 }

const exclude = [...configDefaults.exclude, 'dist/**', '.tsbuild/**']

export default defineConfig({
  test: {
    globalSetup: ['scripts/test-setup.mjs'],
    // As many as the smallest machines of CI have cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{language,request,compiler,runtime,cli,embed,scripts}/**/*.test.ts',
            'spec/**/*.test.ts',
            'tests/{boundaries,package,docs}/**/*.test.ts',
          ],
          exclude,
          // The files of a worker share their modules: to import the compiler anew for each of 500 files takes three times as long as the tests.
          isolate: false,
          ...bounds,
        },
      },
      {
        test: { name: 'threads', include: THREADS, exclude, ...bounds },
      },
      {
        test: {
          name: 'system',
          include: ['{tests,bench,interop}/**/*.test.ts'],
          exclude: [...exclude, ...THREADS, 'tests/{boundaries,package,docs}/**'],
          ...bounds,
        },
      },
    ],
  },
})
