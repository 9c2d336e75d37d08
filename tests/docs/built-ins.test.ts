import { describe, expect, it } from 'vitest'
import { interpret } from '../../interpreter/index.ts'
import { BUILTINS, type Overload } from '../../language/index.ts'
import { checked, readPages, told } from './pages.ts'

/** The reference has a row for each signature, says whether it can err, and its examples are true. */
const page = readPages('spec').find(({ name }) => name === 'spec/language/built-ins.md')
const rows = [...(page?.text ?? '').matchAll(/^\| `([^`]+\): [^`]+)` \|(.*)\|$/gm)].map(([, signature = '', rest = '']) => {
  const cells = rest.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'))
  const [meaning = '', errs = '', example = ''] = cells
  return { signature: signature.replaceAll('\\|', '|'), meaning, errs, example: /^`(.*)`$/.exec(example)?.[1] ?? '' }
})
const overloads: readonly Overload[] = Object.values(BUILTINS)

const CALLER = { identity: 'staff', claims: { sub: 'mia', groups: ['a', 'b'], quotas: { mia: 3 } } }
const DATA = { folders: { plans: ['drafts'], drafts: ['all'] } }

describe('the reference of built-ins', () => {
  it('has each signature once, and no other', () => {
    expect(rows.map(({ signature }) => signature).sort()).toEqual(overloads.map(({ signature }) => signature).sort())
  })

  it.each(rows)('$signature', ({ signature, meaning, errs, example }) => {
    expect(meaning).not.toBe('')
    expect(errs !== '', 'whether it can err').toBe(overloads.find((one) => one.signature === signature)?.fails)
    if (errs !== '') expect(errs).toMatch(/^`(overflow|conversion|range)`/)
    expect(isTrue(example)).toBe(true)
  })
})

function isTrue(example: string): boolean {
  if (page === undefined) throw new Error('there is no page')
  const project = checked(page, `${page.policies[0]}\npermit example on docs.read to staff when ${example}`)
  if (project.result === null) throw new Error(told(project))
  const request = { method: 'GET', url: 'https://docs.shop.example/docs/none', caller: CALLER, data: DATA }
  return interpret(project.result, request).effect === 'permit'
}
