/** What `spec/language/allocation.md` says of each built-in, measured. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { randomFrom } from '../../bench/random.ts'
import { modelOf } from '../../compiler/testing/compile-text.ts'
import { BUILTINS, type OverloadId } from '../../language/builtins/index.ts'
import { CONDITIONS } from './conditions.ts'
import { measureEach } from './measure.ts'

const ids = Object.keys(CONDITIONS) as OverloadId[]
const page = readFileSync(new URL('../../spec/language/allocation.md', import.meta.url), 'utf8')
const listed = [...page.matchAll(/^\| `([^`]+): [^`]+` \|/gm)].map(([, signature]) => signature as string)

const QUERY = `n: int, far: int, x: double, o?: int, s: string, long: string, digits: string, yes: string, moment: string, time: string
  at: timestamp, span: duration, from: ip, net: cidr, address: string, range: string, tags: set<string>, names: list<string>`
const POLICY = `identity staff via jwt {
  list: list<string>, set: set<string>, quotas: map<string, int>, zone: string, ints: list<int>, doubles: list<double>
}
data folders: hierarchy
service h at "h.test" {
${ids.map((_, at) => `  route r${at} GET "/r${at}" query { ${QUERY} }`).join('\n')}
}
${ids.map((id, at) => `permit p${at} on h.r${at} to staff when ${CONDITIONS[id]}`).join('\n')}
`

const claims = {
  list: ['a', 'b', 'mia'],
  set: ['a', 'b', 'mia'],
  quotas: { mia: 3, bob: 2 ** 41 },
  zone: 'america/New_York',
  ints: [3, 2 ** 41],
  doubles: [0.5, 1.5],
}

function requests() {
  const random = randomFrom(9)
  return ids.flatMap((_, route) =>
    Array.from({ length: 12 }, () => {
      const moment = `${1900 + random.int(299)}-0${1 + random.int(9)}-1${random.int(9)}T0${random.int(9)}:30:15.123456789Z`
      const values: [string, string | number][] = [
        ['n', random.int(9)],
        ['far', 2 ** 41 + random.int(99)],
        ['x', random.int(99) / 7],
        ['s', random.pick(['Mia', 'mia', 'banana', 'BANANA'])],
        ['long', ' a text of more than thirteen letters '],
        ['digits', 2 ** 42 + random.int(9)],
        ['yes', random.pick(['true', 'F'])],
        ['moment', moment],
        ['time', `${random.int(99)}.5h`],
        ['at', moment],
        ['span', `${random.int(9_999_999)}.25s`],
        ['from', random.pick(['10.1.2.3', '2001:db8::1'])],
        ['net', random.pick(['10.1.0.0/16', '2001:db8:1::/32'])],
        ['address', random.pick(['10.1.2.3', '2001:DB8::1'])],
        ['range', random.pick(['10.1.2.0/24', '2001:DB8::/48'])],
        ['tags', 'a'],
        ['tags', 'b'],
        ['names', 'a'],
        ['names', random.pick(['b', 'mia'])],
        ...(random.chance(0.5) ? [['o', random.int(9)] as [string, number]] : []),
      ]
      const query = values.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
      const url = `http://h.test/r${route}?${query}`
      return { method: 'GET', url, time: '2026-03-02T09:00:00Z', caller: { identity: 'staff', claims } }
    }),
  )
}

test('built-ins that are not listed make nothing, and those that are do', async () => {
  const data = { folders: { mia: ['all'], banana: ['mia'] } }
  const { bytes } = await measureEach(modelOf(POLICY), { data, requests: requests() }, { count: 5_000, warm: 200_000 })
  const making = ids.filter((_, at) => (bytes[`h.r${at}`] as number) > 0.5)
  expect(making.map((id) => BUILTINS[id].signature.replace(/: [^:]*$/, '')).sort()).toEqual([...listed].sort())
})
