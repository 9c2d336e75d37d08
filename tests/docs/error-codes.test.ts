/** The table of error codes (`docs/reference/errors`): generated from the catalogue, which has each code of the sources and no other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { failureCodes } from '../../runtime/proxy/refusals/failure-codes.ts'
import { errorPages } from '../../scripts/errors/error-pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const docs = join(root, 'docs/reference/errors')

/** Files that define codes: a code that occurs only there is never used. */
const CATALOGUES: ReadonlySet<string> = new Set([
  'request/refusals.ts',
  'runtime/identity/refusals.ts',
  'runtime/proxy/refusals/abort-codes.ts',
  'runtime/proxy/refusals/check-refusals.ts',
  'runtime/proxy/refusals/failure-codes.ts',
  'runtime/proxy/refusals/proxy-errors.ts',
  'runtime/proxy/refusals/route-refusals.ts',
])

const sources = ['request', 'runtime/identity', 'runtime/policy/decode', 'runtime/proxy'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing\//.test(name))
    .map((name) => `${folder}/${name}`),
)

/** The functions of `runtime/identity/refusals.ts` have codes of their own: `claims`, `too-many-wrong-keys`. */
const code = sources
  .filter((name) => !CATALOGUES.has(name) || name === 'runtime/identity/refusals.ts')
  .map((name) => {
    const text = readFileSync(join(root, name), 'utf8')
    return name === 'runtime/identity/refusals.ts' ? text.slice(text.indexOf('} as const satisfies')) : text
  })
  .join('\n')

describe('the table of error codes', () => {
  test('is up to date: npm run generate:errors', () => {
    const pages = errorPages((name) => readFileSync(join(docs, name), 'utf8'))
    const outdated = [...pages].filter(([name, text]) => readFileSync(join(docs, name), 'utf8') !== text)
    expect(outdated.map(([name]) => name)).toEqual([])
  })

  test('has each code that the sources assign', () => {
    const assigned = [
      ...code.matchAll(/\.code (?:\?\?)?= '([a-z0-9-]+)'/g),
      ...code.matchAll(/(?<!#)\b(?:refusalOf|refuse|refuseCredential|refuseProof)\('([a-z0-9-]+)'/g),
      ...code.matchAll(/\brefusedEarly\(\d+, '([a-z0-9-]+)'/g),
    ].map(([, found = '']) => found)
    expect(assigned.length).toBeGreaterThan(100)
    expect([...new Set(assigned)].filter((one) => !failureCodes.has(one))).toEqual([])
  })

  test('has no code that the sources do not use', () => {
    expect([...failureCodes.keys()].filter((one) => !code.includes(`'${one}'`))).toEqual([])
  })

  test('tells what happened and what to do, in sentences', () => {
    for (const [one, { detail, advice }] of failureCodes) {
      expect(detail, one).toMatch(/^[A-Z].*\.$/)
      expect(advice, one).toMatch(/^[A-Z].*\.$/)
    }
  })
})
