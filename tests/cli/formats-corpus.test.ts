import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { validateJunit } from '../support/junit/validate-junit.ts'
import { codeQualityFaults } from '../support/validate-code-quality.ts'
import { validateSarif } from '../support/validate-sarif.ts'
import { root } from './iap.ts'
import { inside } from './inside.ts'

/** SARIF, JUnit and Code Quality fit their schemas, whatever is wrong with a policy. */
const scratch = mkdtempSync(join(tmpdir(), 'iap-corpus-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `examples/${name}`)

function policiesIn(folder: string): readonly string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => name.endsWith('.iap')).map((name) => join(folder, name))
}

/** A policy for each example of the page of diagnostics, which has one for every code. */
function diagnosed(): readonly string[] {
  const page = readFileSync(join(root, 'spec/language/diagnostics.md'), 'utf8')
  const [head = '', ...sections] = page.split(/^## /m)
  const policyOf = (section: string) => /```iap\n([\s\S]*?)```/.exec(section)?.[1] ?? ''
  return sections.map((section, at) => {
    const folder = join(scratch, 'page', String(at))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'main.iap'), `${policyOf(head)}\n${policyOf(section)}`)
    return join(folder, 'main.iap')
  })
}

/** Runs `lint` and `test`, and returns what is wrong with their reports. That of JUnit is kept: libxml2 takes its time to start. */
async function faultsOf(path: string, junit: string[]): Promise<readonly string[]> {
  const [sarif, linted, tested] = ['a.sarif', 'linted.json', 'tested.json'].map((name) => join(scratch, name))
  const lint = await inside(['lint', path, '--output', `sarif=${sarif}`, '--output', `gitlab=${linted}`])
  const run = await inside(['test', path, '--format', 'junit', '--coverage', '--output', `gitlab=${tested}`])
  junit.push(run.stdout)
  const read = (file: string | undefined) => JSON.parse(readFileSync(file as string, 'utf8'))
  return [
    ...[lint, run].filter(({ code }) => code === 2).map(({ stderr }) => stderr),
    ...(validateSarif(read(sarif)) ? [] : (validateSarif.errors ?? []).map((one) => `${one.instancePath} ${one.message}`)),
    ...codeQualityFaults(read(linted)),
    ...codeQualityFaults(read(tested)),
  ]
}

const corpora: readonly (readonly [string, () => readonly string[]])[] = [
  ['examples', () => examples],
  ['subtle mistakes', () => policiesIn('tests/mistakes/mistakes')],
  ['an example of each diagnostic', diagnosed],
  // For a folder of policies that is not of the repository.
  ...(process.env.IAP_CORPUS === undefined ? [] : [['another corpus', () => policiesIn(process.env.IAP_CORPUS ?? '')] as const]),
]

test.each(corpora)('reports on %s are valid', async (_, corpus) => {
  const paths = corpus()
  expect(paths.length).toBeGreaterThan(5)
  const junit: string[] = []
  for (const path of paths) expect([path, await faultsOf(path, junit)]).toEqual([path, []])
  expect(await validateJunit(...junit)).toEqual([])
})
