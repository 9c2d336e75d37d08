import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { POLICY_PROBLEMS } from '../module/policy-error.ts'
import { STORE_PROBLEMS } from '../store/policy-target.ts'
import { BUNDLE_REFUSALS } from './refusal.ts'

it('explains every code in the reference, and none that does not exist', () => {
  const page = readFileSync(new URL('../../../spec/language/bundle.md', import.meta.url), 'utf8')
  const table = page.slice(page.indexOf('## Refusals'), page.indexOf('## Keys'))
  const documented = [...table.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, codes]) =>
    [...(codes ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code),
  )
  expect(documented.sort()).toEqual([...BUNDLE_REFUSALS, ...POLICY_PROBLEMS, ...STORE_PROBLEMS].sort())
})
