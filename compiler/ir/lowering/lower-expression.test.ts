/** What is read, and defs and variables, on routes that differ and for callers that differ. */
import { expect, test } from 'vitest'
import { modelOf } from '../../testing/compile-text.ts'
import { lower, type Program, print, printExpression, verify } from '../index.ts'

const DECLARATIONS = `
type Order = { amount: int, note?: string, items: list<{ sku: string, count?: int }> }
identity staff via jwt { sub: string, level?: int, born: timestamp }
identity machine via mtls
data assigned: map<string, set<string>>
data grades: hierarchy
role looked_after of staff when size(assigned[?caller.sub].orValue([])) > 0
def over(amount: int, limit: int): bool = amount > limit && request.method != "HEAD"
def twice(amount: int): bool = over(amount * 2, amount) || over(amount, 3)
def nobody(): bool = caller is anonymous
service s at "h.test" {
  route list GET "/orders"      query { customer: string, page?: int }
  route make POST "/orders"     body Order
  route many POST "/orders/all" body list<Order>
  route read GET "/orders/{id: int}"
}
`

/** The test of a rule on each route and for each kind of caller. */
function tests(rule: string): Readonly<Record<string, string>> {
  const policy = verify(lower(modelOf(`${DECLARATIONS}\n${rule}`)))
  const found: Record<string, string> = {}
  for (const { name, anonymous, authenticated } of policy.routes) {
    const printed = ({ trace }: Program) => trace.map(({ test }) => printExpression(test)).join('; ')
    if (authenticated.trace.length > 0) found[name] = printed(authenticated)
    if (anonymous.trace.length > 0) found[`${name} anonymous`] = printed(anonymous)
  }
  return found
}

test('what a route lacks is not there', () => {
  expect(tests('forbid f on s.list, s.make, s.read when has(query.page) && query.page > 1')).toMatchObject({
    's.list': '(&& (has (. query page)) [0] (> (. query page) 1))',
    's.make': '(&& false [0] (> absent 1))',
    's.read': '(&& false [0] (> absent 1))',
  })
  expect(tests('forbid f on s.list, s.make when has(query.customer) && query.customer == "x"')).toMatchObject({
    's.list': '(&& true [0] (== (. query customer) "x"))',
    's.make': '(&& false [0] (== absent "x"))',
  })
  expect(
    tests(
      'forbid f on s.list, s.make, s.read when params.?id.orValue(0) > query.?page.orValue(1) || body.?amount.orValue(0) > 5',
    ),
  ).toEqual({
    's.list': expect.stringContaining('(|| (> (orValue none 0) (orValue (optional (. query page)) 1)) (> (orValue none 0) 5))'),
    's.list anonymous': expect.any(String),
    's.make': '(|| (> (orValue none 0) (orValue none 1)) (> (orValue (some (. body amount)) 0) 5))',
    's.make anonymous': expect.any(String),
    's.read': '(|| (> (orValue (some params.id) 0) (orValue none 1)) (> (orValue none 0) 5))',
    's.read anonymous': expect.any(String),
  })
})

test('a body that is a list is a value', () => {
  expect(tests('forbid f on s.many when body.exists(order, order.amount > 5)')).toMatchObject({
    's.many': '(exists body order@0 (> (. order@0 amount) 5))',
  })
})

test('a field of a map is an entry', () => {
  expect(tests('forbid f on s.read when has(assigned.y) && "x" in assigned.y')).toMatchObject({
    's.read': '(&& (in "y" data:assigned) [0] (in "x" ([] data:assigned "y")))',
  })
  expect(tests('forbid f on s.read when "x" in assigned.?y.orValue([])')).toMatchObject({
    's.read': '(in "x" (orValue (optional ([] data:assigned "y")) (set)))',
  })
})

test('an anonymous caller has no claims and meets no requirement', () => {
  expect(tests('forbid f on s.read when caller.?level.orValue(0) < 3')).toEqual({
    's.read': '(< (orValue (optional caller.level) 0) 3)',
    's.read anonymous': '(< (orValue none 0) 3)',
  })
})

test('data, the certificate, the time, the address, headers', () => {
  expect(tests('forbid f on s.read when "x" in assigned[?"y"].orValue([]) && grades.within("a", "b")')).toMatchObject({
    's.read': '(&& (in "x" (orValue (optional ([] data:assigned "y")) (set))) (hierarchy.within data:grades "a" "b"))',
  })
  expect(tests('forbid f on s.read when has(connection.mtls) && connection.mtls.path == "/a"')).toMatchObject({
    's.read': '(&& (has mtls) [0] (== (. mtls path) "/a"))',
  })
  expect(tests('forbid f on s.read when connection.?mtls.?path.orValue("") == "/a"')).toMatchObject({
    's.read': '(== (orValue (optMap (optional mtls) found@0 (some (. found@0 path))) "") "/a")',
  })
  expect(
    tests('forbid f on s.read when request.time > timestamp("2026-01-01T00:00:00Z") && cidr("10.0.0.0/8").containsIP(source.ip)'),
  ).toMatchObject({
    's.read':
      '(&& (> request.time (timestamp(string) "2026-01-01T00:00:00Z")) (cidr.containsIP(ip) (cidr(string) "10.0.0.0/8") source.ip))',
  })
  expect(tests('forbid f on s.read when request.headers[?"x-a"].hasValue()')).toMatchObject({
    's.read': '(optional.hasValue (optional header:"x-a"))',
  })
})

test('a def is its body, with arguments that are worked out first; its variables are its own', () => {
  expect(tests('forbid f on s.read when twice(params.id + 1)')['s.read']).toBe(
    '(let amount@twice.0 (+! params.id 1) (|| ' +
      '(let amount@over.0 (*! amount@twice.0 2) (let limit@over.1 amount@twice.0 (&& (> amount@over.0 limit@over.1) (! (== request.method "HEAD"))))) ' +
      '(let amount@over.0 amount@twice.0 (let limit@over.1 3 (&& (> amount@over.0 limit@over.1) (! (== request.method "HEAD")))))))',
  )
})

test('a def means what it does where it is called', () => {
  expect(tests('forbid f on s.read when nobody()')).toEqual({ 's.read': 'false', 's.read anonymous': 'true' })
})

test('the body of a def is one for all of its calls', () => {
  const [route] = lower(
    modelOf(`${DECLARATIONS}\nforbid f on s.read when twice(1)\nforbid g on s.read when twice(2)`),
  ).routes.filter(({ name }) => name === 's.read')
  const bodies = route?.authenticated.trace.map(({ test }) => (test.kind === 'Let' ? test.body : null))
  expect(bodies?.[0]).not.toBeNull()
  expect(bodies?.[0]).toBe(bodies?.[1])
})

test('an index behind an optional is worked out in any case', () => {
  expect(tests('forbid f on s.make when body.?items[?body.amount + 1].?count.orValue(0) > 1')).toMatchObject({
    's.make':
      '(> (orValue (optMap (let index@0 (+! (. body amount) 1) (optMap (some (. body items)) found@1 (optional ([] found@1 index@0)))) found@0 (optional (. found@0 count))) 0) 1)',
  })
})

test('a role reads data', () => {
  expect(print(verify(lower(modelOf(DECLARATIONS))))).toContain(
    'role looked_after 0:0 given assigned when (> (size(set) (orValue (optional ([] data:assigned caller.sub)) (set))) 0)',
  )
})
