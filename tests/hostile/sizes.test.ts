/** Policies that are long or deep: each is compiled and agrees with the interpreter, or is refused with a place; none takes long. */
import { describe, expect, test } from 'vitest'
import { tryPolicy } from './try-policy.ts'

const ROUTE = 'service s at "h.test" { route one GET "/one/{x}/{n: int}" }\n'
const when = (condition: string) => `${ROUTE}permit p on s.one to anyone when ${condition}`
const times = (count: number, make: (at: number) => string, between: string) =>
  Array.from({ length: count }, (_, at) => make(at)).join(between)
const nested = (count: number, open: string, inner: string, close: string) =>
  `${open.repeat(count)}${inner}${close.repeat(count)}`

const FULL = process.env.IAP_FULL === '1'
const LENGTH = FULL ? 1_000_000 : 250_000
/** RE2 takes ten seconds for a pattern of 1 MB. */
const pattern = 'x'.repeat(FULL ? LENGTH : 50_000)
const long = 'x'.repeat(LENGTH)
/** With characters that become six each where they are escaped. */
const odd = "'\u00ad".repeat(LENGTH / 2)

describe(`a text of ${LENGTH} characters`, () => {
  test.each<[what: string, policy: string]>([
    ['in a comparison', when(`params.x == "${long}"`)],
    ['of characters that are escaped', when(`params.x == "${odd}"`)],
    ['in a list', when(`params.x in ["a", "${long}", "b", "c", "d", "e"]`)],
    ['in two rules', `${when(`params.x == "${long}"`)}\npermit q on s.one to anyone when params.x != "${long}"`],
    ['in a method', when(`params.x.contains("${long}")`)],
    ['in a pattern', when(`params.x.matches("${pattern}")`)],
    ['in a reason', `${ROUTE}forbid f on s.one when params.x == "a" because "${long}"`],
    ['as a header', `${ROUTE}permit p on s.one to anyone header "x-a" = "${long}"`],
    ['as the name of a header', when(`"x-${long}" in request.headers`)],
    ['as a claim', `identity i via jwt { c from "${long}": string }\n${ROUTE}permit p on s.one to i when caller.c == params.x`],
    ['among few values', `identity i via jwt { c: "${long}" | "b" }\n${ROUTE}permit p on s.one to i when caller.c == "b"`],
    ['in a template', `service s at "h.test" { route one GET "/${long}/{x}" }\npermit p on s.one to anyone`],
    ['in a host', `service s at "${long}.test" { route one GET "/" }\npermit p on s.one to anyone`],
    ['in a comment', `${ROUTE}// ${long}\n/// ${long}\npermit p on s.one to anyone`],
    ['as a name', `${ROUTE}permit ${long} on s.one to anyone`],
    ['as a claim by name', `identity i via jwt { ${long}: string }\n${ROUTE}permit p on s.one to i when caller.${long} == "a"`],
    ['as a number', when(`params.n == ${'9'.repeat(LENGTH)}`)],
    ['that never ends', when(`params.x == "${long}`)],
    ['of spaces', `${ROUTE}${' '.repeat(LENGTH)}permit p on s.one to anyone`],
    ['of line breaks', `${ROUTE}${'\n'.repeat(LENGTH)}permit p on s.one to anyone`],
  ])('%s', (_, policy) => void tryPolicy({ 'policy.iap': policy }, 'policy.iap', 20))
})

describe('thousands of them', () => {
  /** More than the stack holds where something recurses over them. */
  const COUNT = FULL ? 10_000 : 5_000
  test.each<[what: string, policy: string, kind: 'inert' | 'refused' | 'either']>([
    ['alternatives', when(times(COUNT, (at) => `params.x == "t${at}"`, ' || ')), 'inert'],
    ['conditions', when(times(COUNT, (at) => `params.x != "t${at}"`, ' && ')), 'inert'],
    ['alternatives that may err', when(times(COUNT, (at) => `params.n + ${at} == 7`, ' || ')), 'inert'],
    [
      'conditions and alternatives by turns',
      when(times(COUNT / 2, (at) => `(params.x == "a${at}" && params.n > ${at})`, ' || ')),
      'inert',
    ],
    ['negations of alternatives', when(`!(${times(COUNT, (at) => `!(params.x == "t${at}")`, ' && ')})`), 'inert'],
    ['summands', when(`${times(COUNT, () => 'params.n', ' + ')} == 7`), 'either'],
    ['texts one after another', when(`${times(COUNT, () => 'params.x', ' + ')} == "a"`), 'either'],
    ['choices', when(times(COUNT, (at) => `params.n == ${at} ? params.x == "t${at}"`, ' : ').concat(' : false')), 'either'],
    ['elements of a list', when(`params.x in [${times(COUNT, (at) => `"t${at}"`, ', ')}]`), 'inert'],
    ['elements that are no constants', when(`params.n in [${times(COUNT, (at) => `params.n + ${at}`, ', ')}]`), 'either'],
    ['entries of a map', when(`{${times(COUNT, (at) => `"t${at}": ${at}`, ', ')}}[?params.x].orValue(-1) > 3`), 'inert'],
    ['clauses', `${ROUTE}permit p on s.one to anyone\n${times(1000, (at) => `when params.n != ${at}`, '\n')}`, 'inert'],
    [
      'claims',
      `identity i via jwt { ${times(300, (at) => `c${at}?: string`, ', ')} }\n${ROUTE}permit p on s.one to i when has(caller.c7)`,
      'either',
    ],
    [
      'roles',
      `identity i via jwt { n: int }\n${times(1000, (at) => `role r${at} of i when caller.n > ${at}`, '\n')}\n${ROUTE}permit p on s.one to r7, r900`,
      'inert',
    ],
    [
      'few values',
      `identity i via jwt { c: ${times(COUNT, (at) => `"v${at}"`, ' | ')} }\n${ROUTE}permit p on s.one to i when caller.c == "v7"`,
      'inert',
    ],
  ])('%s', (_, policy, kind) => {
    const tried = tryPolicy({ 'policy.iap': policy }, 'policy.iap', 30)
    if (kind !== 'either') expect(tried.kind).toBe(kind)
  })
})

describe('500 levels', () => {
  test.each<[what: string, condition: string, kind: 'inert' | 'refused' | 'either']>([
    ['of parentheses', nested(500, '(', 'params.n > 3', ')'), 'either'],
    ['of parentheses round alternatives', `${nested(500, '(', 'params.n > 3', ' || params.n == 4)')}`, 'either'],
    ['of negations', nested(500, '!(', 'params.n > 3', ')'), 'either'],
    ['of minus', `${'-('.repeat(500)}params.n${')'.repeat(500)} > 3`, 'either'],
    ['of lists', `${nested(500, '[', 'params.n', ']')}.size() > 0`, 'either'],
    ['of choices', nested(500, '(params.n > 3 ? ', 'params.n > 4', ' : false)'), 'either'],
    ['of sums', `${nested(500, '(1 + ', 'params.n', ')')} > 3`, 'either'],
    ['of methods', `params.x${'.lowerAscii()'.repeat(500)} == "a"`, 'either'],
    ['of comprehensions', `${nested(500, '[1].exists(v, ', 'params.n > 3', ')')}`, 'either'],
  ])('%s', (_, condition) => void tryPolicy({ 'policy.iap': when(condition) }, 'policy.iap', 20))

  test.each<[what: string, policy: string]>([
    ['100,000 parentheses', when(nested(100_000, '(', 'params.n > 3', ')'))],
    ['100,000 that never close', when('('.repeat(100_000))],
    ['100,000 negations', when(`${'!'.repeat(100_000)}true`)],
    ['100,000 lists', when(`${nested(100_000, '[', '1', ']')} == []`)],
    ['100,000 records in a type', `type T = ${nested(100_000, '{ a: ', 'string', ' }')}\n${ROUTE}permit p on s.one to anyone`],
    ['100,000 lists in a type', `identity i via jwt { l: ${nested(100_000, 'list<', 'string', '>')} }`],
    [
      'a definition through 1,000 others',
      `${times(1000, (at) => `def d${at}(n: int): bool = n > ${at} && ${at === 0 ? 'true' : `d${at - 1}(n)`}`, '\n')}\n${when('d999(params.n)')}`,
    ],
  ])('%s', (_, policy) => void tryPolicy({ 'policy.iap': policy }, 'policy.iap', 20))
})
