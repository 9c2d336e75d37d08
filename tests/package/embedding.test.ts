// What people who embed decisions do, with what is shipped: the packed tarball in an empty folder.

import { spawn } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPages } from '../docs/pages.ts'
import { WAIT } from '../support/until.ts'
import { root, sh, unpackPackage } from './install-package.ts'

let folder: string
let tarball: string
const page = readPages('docs').find(({ name }) => name === 'docs/guides/policies/embedding.md')
const policy = page?.policies[0] ?? ''
const tool = (name: string) => join(root, 'node_modules', '.bin', name)

beforeAll(() => {
  ;({ folder, tarball } = unpackPackage())
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A project in a folder of its own, below the package. */
function project(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name)
  mkdirSync(path)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(path, file), text)
  return path
}

const program = (from: string) => `${from}
const { privateKey, publicKey } = compiler.generateKeys()
const sources = [{ name: 'orders.iap', text: require('node:fs').readFileSync('orders.iap', 'utf8') }]
async function main() {
  const result = await compiler.compile({ sources, sign: [privateKey], sequence: 7 })
  const policy = await runtime.load(result.bundle, { keys: [publicKey] })
  const { facts } = policy.facts('staff', { sub: 'ann', groups: ['support'] })
  const request = { method: 'GET', url: 'https://orders.shop.example/orders/7' }
  const decision = policy.decide(request, facts)
  const refused = await runtime.load(result.bundle, { keys: [compiler.generateKeys().publicKey] }).catch((error) => error)
  console.log(decision.effect, decision.rule, policy.decide(request, policy.anonymous).effect, refused instanceof runtime.LoadError, refused.code)
}
main()
`
const SAID = 'permit support_reads unauthenticated true unknown-key\n'

describe('compile and load, from the packed tarball', () => {
  it('work in an ES module', () => {
    const from = `import { createRequire } from 'node:module'
import * as compiler from 'iap-proxy/compiler'
import * as runtime from 'iap-proxy/runtime'
const require = createRequire(import.meta.url)`
    const path = project('esm', { 'orders.iap': policy, 'main.mjs': program(from) })
    expect(sh(process.execPath, ['main.mjs'], path)).toBe(SAID)
  })

  it('work by require, without a word on standard error that is not Node’s own', () => {
    const path = project('cjs', {
      'orders.iap': policy,
      'main.cjs': program(`const compiler = require('iap-proxy/compiler'), runtime = require('iap-proxy/runtime')`),
    })
    expect(sh(process.execPath, ['--disable-warning=ExperimentalWarning', 'main.cjs'], path)).toBe(SAID)
  })

  it('decides where code from strings is forbidden', () => {
    const path = project('hardened', {
      'orders.iap': policy,
      'build.mjs': page?.files['build.mjs'] ?? '',
      'main.mjs': `import { readFileSync } from 'node:fs'
import { load } from 'iap-proxy/runtime'
const policy = await load(readFileSync('orders.iapb'), { keys: [readFileSync('release.public.json', 'utf8')] })
console.log(policy.decide({ method: 'GET', url: 'https://orders.shop.example/orders/7' }, policy.anonymous).effect)
`,
    })
    sh(process.execPath, ['build.mjs'], path)
    expect(sh(process.execPath, ['--disallow-code-generation-from-strings', 'main.mjs'], path)).toBe('unauthenticated\n')
  })

  it('has nothing to import but its three entries', () => {
    const path = project('inside', { 'main.mjs': `await import('iap-proxy/dist/iap.js')` })
    expect(() => sh(process.execPath, ['main.mjs'], path)).toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})

describe('types', () => {
  const main = `import { readFileSync } from 'node:fs'
import { CompileError, compile, type CompileResult, type Diagnostic, generateKeys, type KeyPair } from 'iap-proxy/compiler'
import { type Decision, type Facts, load, LoadError, type LoadProblem, type Policy } from 'iap-proxy/runtime'

const keys: KeyPair = generateKeys()
const text: string = readFileSync('orders.iap', 'utf8')
const result: CompileResult = await compile({ sources: [{ name: 'orders.iap', text }], sign: [keys.privateKey] })
const told: readonly Diagnostic[] = result.diagnostics
// @ts-expect-error: there is a bundle where it is ok, and not before that was asked
result.bundle
if (!result.ok) throw new Error(told.map(({ message, start }) => \`\${start.line}: \${message}\`).join())
const policy: Policy = await load(result.bundle, { keys: [keys.publicKey] })
const known = policy.facts('staff', { sub: 'ann', groups: ['support'] }, { time: new Date(), amr: ['mfa'] })
if (!known.ok) throw new Error(known.message)
const facts: Facts = known.facts
const decision: Decision = policy.decide({ method: 'GET', url: 'https://orders.shop.example/orders/7' }, facts)
// @ts-expect-error: nobody is asked about by being left out
;() => policy.decide({ method: 'GET', url: 'https://orders.shop.example/' })
// @ts-expect-error: who may sign has to be said
;() => load(result.bundle, {})
// @ts-expect-error: texts or files
;() => compile({ sources: [], files: [] as string[], sequence: 'x' })
const code: LoadProblem | null = await load(new Uint8Array(), { keys: [] }).then(() => null, (error: unknown) => error instanceof LoadError ? error.code : null)
const limits: number = decision.obligations.limits.length
console.log(decision.effect, decision.rule, limits, code, typeof CompileError)
`
  const tsconfig = {
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    files: ['main.ts'],
  }

  it('check in a strict nodenext project, which then runs', () => {
    const path = project('typed', {
      'orders.iap': policy,
      'package.json': '{"type":"module"}',
      'main.ts': main,
      'tsconfig.json': JSON.stringify(tsconfig),
    })
    expect(told(() => sh(tool('tsc'), ['-p', '.'], path))).toBe('')
    expect(sh(process.execPath, ['main.js'], path)).toBe('permit support_reads 0 not-gzip function\n')
  })

  it('need none of Node’s: a project without them checks too', () => {
    const only = { ...tsconfig, compilerOptions: { ...tsconfig.compilerOptions, types: [], lib: ['es2023'], noEmit: true } }
    const path = project('bare', {
      'package.json': '{"type":"module"}',
      'main.ts': `import { compile } from 'iap-proxy/compiler'\nimport { load } from 'iap-proxy/runtime'\nimport { createVerifier } from 'iap-proxy/verify'\nexport const all = { compile, load, createVerifier }\n`,
      'tsconfig.json': JSON.stringify(only),
    })
    expect(told(() => sh(tool('tsc'), ['-p', '.'], path))).toBe('')
  })

  it('are found wrong by neither publint nor attw', () => {
    expect(sh(tool('publint'), ['run', tarball, '--strict'], folder)).toContain('All good!')
    // ES modules alone, on purpose: `require` of them is Node's since 20.19, which the profile takes for an error.
    const attw = [
      ...['--no-definitely-typed', '--profile', 'esm-only', '--no-emoji', '--no-color', '--format', 'ascii'],
      // A script that a page starts by its URL has no types.
      ...['--exclude-entrypoints', 'language-server.worker.js'],
    ]
    const said = sh(tool('attw'), [tarball, ...attw], folder)
    for (const entry of ['compiler', 'runtime', 'verify'])
      expect(said).toMatch(new RegExp(`"iap-proxy/${entry}"\\s+node16 \\(from ESM\\): OK`))
  })
})

it('the example of docs/guides/policies/embedding.md runs', async () => {
  const files = { 'build.mjs': page?.files['build.mjs'] ?? '', 'server.mjs': page?.files['server.mjs'] ?? '' }
  const path = project('example', { 'orders.iap': policy, ...files })
  sh(process.execPath, ['build.mjs'], path)
  const server = spawn(process.execPath, ['server.mjs'], { cwd: path, env: { ...process.env, PORT: '0' } })
  const ended = new Promise((resolve) => server.once('close', resolve))
  try {
    let said = ''
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    await expect.poll(() => said, WAIT).toMatch(/listening on \d+\n/)
    const port = /\d+/.exec(said)?.[0]
    const ask = (path: string, ...more: readonly string[]) =>
      sh(
        'curl',
        [
          '-s',
          '--path-as-is',
          '-w',
          '%{http_code}',
          '-H',
          'Host: orders.shop.example',
          ...more,
          `http://127.0.0.1:${port}${path}`,
        ],
        folder,
      )
    const support = ['-H', 'x-example-groups: support']
    const refund = (amount: number) => [...support, '-H', 'content-type: application/json', '-d', `{"amount":${amount}}`]
    expect(ask('/orders/7', ...support)).toBe('orders.read by support_reads\n200')
    expect(ask('/orders/7')).toBe('sign in\n401')
    expect(ask('/orders/7', '-H', 'x-example-groups: sales')).toBe('default\n403')
    expect(ask('/orders/7/refund', ...refund(500))).toBe('orders.refund by support_refunds\n200')
    expect(ask('/orders/7/refund', ...refund(501))).toBe('default\n403')
    expect(ask('/orders/7/refund', ...support, '-H', 'content-type: application/json', '-d', '{"amount":1,"amount":1}')).toMatch(
      /400$/,
    )
    expect(ask('/x/../orders/7', ...support)).toMatch(/400$/)
    expect(ask('/elsewhere', ...support)).toBe('no-route\n403')
  } finally {
    server.kill()
  }
  await ended
})

/** What a tool complains about; empty where it does not. */
function told(run: () => string): string {
  try {
    return run()
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? ''}` || String(error)
  }
}
