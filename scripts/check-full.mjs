// `npm run check:full`: the sizes that are too large for every push. Each part runs with IAP_FULL=1; what it prints are the figures.

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))
/** Folders whose tests grow under IAP_FULL=1, or that are too slow for every push. */
const PARTS = [
  'request/',
  'analysis/symbolic',
  'runtime/abi/decode',
  'runtime/abi/values',
  'runtime/identity',
  'runtime/tls',
  'runtime/policy/bundle',
  'runtime/proxy/proxy-protocol',
  'runtime/proxy/rate-limits',
  'language/project',
  'language/schema',
  'language/syntax',
  'language/format',
  'language/checker/expressions',
  'cli/inventory',
  'compiler/codegen/code',
  'compiler/codegen/routes',
  'compiler/passes',
  'compiler/bundle',
  'compiler/testing/junit',
  'bench',
  'spec/conformance',
  'spec/differential/differential',
  'spec/differential/links',
  'spec/differential/replayed',
  'spec/differential/small',
  'spec/differential/matrix',
  'spec/differential/proofs',
  'spec/differential/solver',
  'tests/allocation',
  'tests/carrying',
  'tests/fronts/alike',
  'tests/fronts/hostile',
  'tests/threats',
  'tests/reload',
  'tests/rotation',
  'tests/schemas',
  'tests/hostile',
  'tests/allowlist',
  'tests/bundles',
  'tests/module-attack',
  'tests/package',
  'tests/proxy/broken-off',
  'tests/site',
  'tests/reproducible',
  'tests/language-server',
  'tests/watch',
  'tests/demo',
  'tests/audit',
  'tests/life',
  'tests/limits',
  'tests/live',
  'tests/review',
  'tests/plan',
  'tests/redis',
  'tests/sign-in',
]

/** `threads` has files of `system`, which would run twice. */
const PROJECTS = ['unit', 'isolated', 'system'].flatMap((name) => ['--project', name])

const run = (name, command, args) => {
  const begun = performance.now()
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, IAP_FULL: '1' } })
  return { name, ok: status === 0, seconds: (performance.now() - begun) / 1000 }
}

const results = [run('build', process.execPath, ['scripts/build.mjs'])]
for (const part of PARTS) {
  console.log(`\n== ${part}`)
  // One after the other: they measure, and would disturb each other.
  results.push(
    run(part, process.execPath, [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...PROJECTS,
      part,
      '--reporter=verbose',
      '--no-file-parallelism',
    ]),
  )
}

console.log('\n== fuzz')
results.push(run('fuzz', process.execPath, ['scripts/run.mjs', 'spec/differential/main.ts', '--seconds', '120']))

console.log('\n== check:full')
for (const { name, ok, seconds } of results)
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${seconds.toFixed(1).padStart(8)} s  ${name}`)
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1
