/** How `decide` and `early` keep what they need several times. That it decides the same is for `spec/differential`. */
import { expect, test } from 'vitest'
import { compile } from '../../compile.ts'
import { shareSubexpressions } from '../../passes/share-subexpressions.ts'
import { modelOf } from '../../testing/compile-text.ts'

/** The lines of `decide` for authenticated callers, without comments. */
function decide(rules: string): readonly string[] {
  const { policy } = compile(
    modelOf(`
    identity staff via jwt { sub: string, groups: set<string> }
    data assigned: map<string, set<string>>
    role support of staff when "support" in caller.groups
    service s at "h.test" { route r GET "/{id}" }
    ${rules}`),
    { passes: [shareSubexpressions] },
  )
  const code = policy.split('function decide$s$r(facts, request) {\n')[1]?.split('\n}\n')[0] ?? ''
  const lines = code.split('\n').filter((line) => !line.includes('//'))
  const parting = lines.indexOf('  }')
  return lines.slice(parting + 1).map((line) => line.slice(2))
}

test('in a constant before the line that needs it in any case', () => {
  expect(
    decide(`
    forbid f on s.r when "x-kind" in request.headers && request.headers["x-kind"].lowerAscii() == "a"
    permit p on s.r to anyone when "x-kind" in request.headers && request.headers["x-kind"] == "b"`),
  ).toEqual([
    "const x_kind = request.headers.get('x-kind')",
    "if (x_kind !== undefined && abi.lowerAscii(x_kind) === 'a') return 3",
    "if (x_kind !== undefined && x_kind === 'b') return 4",
    'return 1',
  ])
})

test('in a variable where it may not be needed; read where it was surely worked out', () => {
  expect(
    decide(`
    permit p on s.r to support when params.id.lowerAscii().startsWith("a") && params.id.lowerAscii().endsWith("b")
    permit q on s.r to anyone when params.id.lowerAscii().endsWith("c")
    permit r on s.r to anyone when params.id.lowerAscii() == "d"`),
  ).toEqual([
    'const roles0 = facts.roles[0]',
    'const id = request.segments[0]',
    'let lowerAscii',
    "if ((roles0 & 1) !== 0 && (lowerAscii = abi.lowerAscii(id)).startsWith('a') && lowerAscii.endsWith('b')) return 3",
    "if ((lowerAscii ??= abi.lowerAscii(id)).endsWith('c')) return 4",
    "if (lowerAscii === 'd') return 5",
    'return 1',
  ])
})

test('what errs is known to err', () => {
  expect(decide('permit p on s.r to anyone when int(params.id) > 3 && int(params.id) < 5')).toEqual([
    'const id = request.segments[0]',
    'const int_value = abi.intOfText(id)',
    'if (int_value > 3 && int_value < 5) return 3',
    'return 1',
  ])
})

test('what one of two branches works out may not be there afterwards', () => {
  expect(
    decide(`
    permit p on s.r to anyone when caller is support ? params.id.lowerAscii() == "a" : params.id.contains("b")
    permit q on s.r to anyone when params.id.lowerAscii() == "c"`),
  ).toEqual([
    'const roles0 = facts.roles[0]',
    'const id = request.segments[0]',
    'let lowerAscii',
    "if ((roles0 & 1) !== 0 ? (lowerAscii = abi.lowerAscii(id)) === 'a' : id.includes('b')) return 3",
    "if ((lowerAscii ??= abi.lowerAscii(id)) === 'c') return 4",
    'return 1',
  ])
})

test('out of a loop', () => {
  const { policy } = compile(
    modelOf(`
    data assigned: map<string, set<string>>
    service s at "h.test" { route r GET "/{ids}" }
    permit p on s.r to anyone when params.ids.split(",").exists(id, id in assigned[?request.host].orValue([]))`),
  )
  expect(policy).toContain(`(request, elements) {
  const assigned = request.data.assigned
  let known
  for (const id of elements) {
    if ((known ??= assigned.get(request.host) ?? set$1).has(id)) return true
  }
  return false
}`)
})

test('before the body was read', () => {
  const { policy } = compile(
    modelOf(`
    identity staff via jwt { sub: string }
    type Order = { owner: string }
    service s at "h.test" { route r POST "/{id}" body Order }
    forbid f on s.r when params.id.lowerAscii() == "a" because "No."
    permit p on s.r to staff when params.id.lowerAscii().startsWith("b")
    permit q on s.r to staff when params.id.lowerAscii().endsWith("c") when body.owner == caller.sub`),
  )
  const early = policy.split('function early$s$r(facts, request) {\n')[1]?.split('\n}\n')[0] ?? ''
  expect(early.slice(early.indexOf('\n  }\n') + 5)).toBe(`  const id = request.segments[0]
  const lowerAscii = abi.lowerAscii(id)
  // forbid f
  if (lowerAscii === 'a') return 3
  // permit p
  if (lowerAscii.startsWith('b')) return -1
  // permit q
  if (lowerAscii.endsWith('c')) return -1
  return 1`)
})
