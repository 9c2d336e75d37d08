import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { checkProject } from '../project.ts'

const PRELUDE = `identity staff via jwt { sub: string, groups: set<string>, level: int, hired: timestamp }
role boss of staff when "bosses" in caller.groups
data offices: list<cidr>
service s at "s.example" { route r GET "/{id: int}" body { name: string } }
`

function check(text: string): readonly Diagnostic[] {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap']).diagnostics
}

/** The help of the one mistake of a text; with the text with its fix, where there is one. */
function slip(text: string): [help: string, mended: string | null] {
  const diagnostics = check(text)
  expect(diagnostics.map(({ message }) => message)).toHaveLength(1)
  const [diagnostic] = diagnostics
  const edits = diagnostic?.fixes[0]?.edits
  if (edits === undefined) return [diagnostic?.help ?? '', null]
  const whole = PRELUDE + text
  const mended = [...edits]
    .sort((a, b) => b.span.start - a.span.start)
    .reduce((before, { span, text: put }) => before.slice(0, span.start) + put + before.slice(span.end), whole)
  expect(check(mended.slice(PRELUDE.length)).map(({ message }) => message)).toEqual([])
  return [diagnostic?.help ?? '', mended.slice(PRELUDE.length)]
}

const permit = (condition: string) => `permit p on s.r to staff when ${condition}`

describe('the words of other languages in a condition', () => {
  it.each([
    ['not (caller.level > 3)', 'did you mean `!`?', '! (caller.level > 3)'],
    ['now() > caller.hired', 'did you mean `request.time`?', null],
    ['body.name.length() > 3', 'did you mean `size`?', 'body.name.size() > 3'],
    ['len(body.name) > 3', 'did you mean `size`?', 'size(body.name) > 3'],
    ['body.name.toLowerCase() == "a"', 'did you mean `lowerAscii`?', 'body.name.lowerAscii() == "a"'],
    ['lower(body.name) == "a"', 'did you mean `x.lowerAscii(…)`?', null],
    ['caller.groups.any(g, g == "a")', 'did you mean `exists`?', 'caller.groups.exists(g, g == "a")'],
    ['max(caller.level, 3) > 3', 'did you mean `math.greatest`?', 'math.greatest(caller.level, 3) > 3'],
    ['request.time.hour("Europe/Berlin") < 5', 'did you mean `getHours`?', 'request.time.getHours("Europe/Berlin") < 5'],
    ['caller == boss', 'write `caller is boss`', 'caller is boss'],
    ['caller != boss', 'write `caller is boss`', '!(caller is boss)'],
    ['caller in boss && caller.level > 3', 'write `caller is boss`', 'caller is boss && caller.level > 3'],
    ['caller.groups.contains("a")', 'write `x in …`', null],
    ['offices.contains(source.ip)', 'write `x in …`, or for ranges `….exists(range, range.containsIP(x))`', null],
    ['source.ip in cidr("10.0.0.0/8")', 'write `….containsIP(source.ip)`', null],
    [
      'source.ip in offices',
      'write `offices.exists(range, range.containsIP(source.ip))`',
      'offices.exists(range, range.containsIP(source.ip))',
    ],
    ['source.ip == "10.0.0.1"', 'write `ip("10.0.0.1")`', 'source.ip == ip("10.0.0.1")'],
    ['caller.hired < "2026-01-01"', 'write `timestamp("…")` with the string', null],
    ['request.time - caller.hired > 30', 'write `duration("30h")` with the intended unit: `h`, `m` or `s`', null],
    ['caller.?level == 3', 'write `caller.?level.orValue(…)` with a default for an empty optional', null],
    [
      'caller.level < 10.5',
      'write `double(caller.level)`: `int` and `double` are not converted implicitly',
      'double(caller.level) < 10.5',
    ],
    ['caller.level < 10.0', 'write `10`: `int` and `double` are not converted implicitly', 'caller.level < 10'],
    ['1 < double(caller.level)', 'write `1.0`: `int` and `double` are not converted implicitly', '1.0 < double(caller.level)'],
    ['params.id == "7"', 'write `7`', 'params.id == 7'],
    ['caller.sub == 7', 'write `"7"`', 'caller.sub == "7"'],
    ['caller.sub == params.id', 'both sides must have the same type', null],
    [
      '1 <= caller.level <= 9',
      'write two comparisons, joined by `&&`: `1 <= caller.level && caller.level <= 9`',
      '1 <= caller.level && caller.level <= 9',
    ],
    ['request.ip == ip("10.0.0.1")', 'the address is `source.ip`', null],
    ['"X-A" in request.headers', 'write `"x-a"`', '"x-a" in request.headers'],
    ['caller.groups.all(body, body != "x")', 'give the variable another name, such as `one_body`', null],
    [
      'body.name.split("@")[1].hasValue()',
      'read the element as an optional with `[?1]`: the list may be shorter',
      'body.name.split("@")[?1].hasValue()',
    ],
    ['"cookie" in request.headers', 'name another header, in lower case such as `"x-tenant"`', null],
  ])('%s', (condition, help, mended) => {
    expect(slip(permit(condition))).toEqual([help, mended === null ? null : permit(mended)])
  })
})

describe('the words of other languages elsewhere', () => {
  it.each([
    ['type T = { a: number }', 'did you mean `int`?', 'type T = { a: int }'],
    ['type T = { a: Boolean, b: int }', 'did you mean `bool`?', 'type T = { a: bool, b: int }'],
    ['type T = array<string>', 'did you mean `list`?', 'type T = list<string>'],
    ['permit p on s.r to everyone', 'did you mean `anyone`?', 'permit p on s.r to anyone'],
    [
      'permit p on s.r to staff header "X-User" = caller.sub',
      'write `"x-user"`',
      'permit p on s.r to staff header "x-user" = caller.sub',
    ],
    [
      'permit p on s.r to staff header "Cookie" = caller.sub',
      'choose a name of your own in lower case, such as `"x-refund-tier"`',
      null,
    ],
  ])('%s', (text, help, mended) => {
    expect(slip(text)).toEqual([help, mended])
  })
})

it('an invariant has no `to`, and is not told to add one', () => {
  expect(slip('invariant i on s.r permitted only when caller.level > 3')[0]).toBe(
    'guard it: `caller is staff && … caller.level …`',
  )
  expect(slip('forbid f on s.r when caller.level > 3')[0]).toContain('or add a clause such as `to staff`')
})
