import { describe, expect, it } from 'vitest'
import { applyFixes } from '../../../diagnostics/apply-fixes.ts'
import { checkProject } from '../../../project.ts'

const PRELUDE = `
identity staff via jwt { sub: string, email?: string, uid: int, tier: "a" | "b", groups: set<string> }
identity partner via jwt { client_id: string }
data owners: map<string, string>
data others: map<string, string>
data numbers: map<string, int>
data lists: map<string, list<string>>
data teams: map<string, set<string>>
service s at "s.example" {
  route r GET "/{id}" query { who: string, to?: string, on?: bool }
  route files GET "/files/{path...}"
  route file GET "/file/{path}"
}
`

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap']).diagnostics
}

const found = (text: string) => check(text).map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
const permit = (condition: string, to = 'staff') => `permit p on s.r to ${to} when ${condition}`

/** As often as it takes: two sides can each have a default. */
function fixed(text: string): string {
  let now = text
  for (let turn = 0; turn < 3; turn += 1)
    now =
      applyFixes(check(now), () => true)
        .texts.get('main.iap')
        ?.slice(PRELUDE.length) ?? now
  return now
}

const OWNED = 'owners[?params.id].orValue("") == caller.sub'

describe('a default that can be equal to the other side', () => {
  it.each([
    [permit(OWNED), permit('params.id in owners && owners[params.id] == caller.sub')],
    [
      permit('caller.sub == owners[?params.id].orValue("nobody")'),
      permit('params.id in owners && caller.sub == owners[params.id]'),
    ],
    [permit('numbers[?params.id].orValue(-1) == caller.uid'), permit('params.id in numbers && numbers[params.id] == caller.uid')],
    [permit('teams[?params.id].orValue([]) == caller.groups'), permit('params.id in teams && teams[params.id] == caller.groups')],
    [
      permit('caller.?email.orValue("") == query.who || caller.uid > 3'),
      permit('has(caller.email) && caller.email == query.who || caller.uid > 3'),
    ],
    [
      permit('caller.?sub.orValue("") == query.who', 'staff, partner'),
      permit('caller.?sub.hasValue() && caller.?sub.orValue("") == query.who', 'staff, partner'),
    ],
    [
      permit('request.headers[?"x-user"].orValue("") == caller.sub'),
      permit('"x-user" in request.headers && request.headers["x-user"] == caller.sub'),
    ],
    [
      permit('query.?to.orValue("") == caller.?email.orValue("")'),
      permit('has(query.to) && has(caller.email) && query.to == caller.email'),
    ],
    [
      permit('owners[?params.id].optMap(o, o + "x").orValue("") == caller.sub'),
      permit('owners[?params.id].optMap(o, o + "x").optMap(value, value == caller.sub).orValue(false)'),
    ],
    [
      permit('owners[?params.id].orValue("") == (caller.uid > 3 ? caller.sub : "x")'),
      permit('params.id in owners && owners[params.id] == (caller.uid > 3 ? caller.sub : "x")'),
    ],
    [
      permit('(caller.uid > 3 ? owners : others)[?params.id].orValue("") == caller.sub'),
      permit('(caller.uid > 3 ? owners : others)[?params.id].optMap(value, value == caller.sub).orValue(false)'),
    ],
    [
      permit('owners[?params.id].optMap(value, value + "x").orValue("") == caller.sub'),
      permit('owners[?params.id].optMap(value, value + "x").optMap(one_value, one_value == caller.sub).orValue(false)'),
    ],
    [
      permit('caller.groups.exists(value, owners[?params.id].optMap(o, o + "x").orValue("") == value)'),
      permit(
        'caller.groups.exists(value, owners[?params.id].optMap(o, o + "x").optMap(one_value, one_value == value).orValue(false))',
      ),
    ],
    [
      'permit p on s.files to staff when owners[?"x"].orValue("") == params.path',
      'permit p on s.files to staff when "x" in owners && owners["x"] == params.path',
    ],
    [
      'permit p on s.file, s.files to staff when owners[?"x"].orValue("") == params.path',
      'permit p on s.file, s.files to staff when "x" in owners && owners["x"] == params.path',
    ],
    [permit(`!(!(${OWNED}))`), permit('!(!(params.id in owners && owners[params.id] == caller.sub))')],
    [
      `forbid f on s.r to staff unless ${OWNED}`,
      'forbid f on s.r to staff unless params.id in owners && owners[params.id] == caller.sub',
    ],
    [
      'forbid f on s.r to staff when owners[?params.id].orValue("") != caller.sub && caller.uid > 3',
      'forbid f on s.r to staff when (!(params.id in owners) || owners[params.id] != caller.sub) && caller.uid > 3',
    ],
    [
      'def owns(id: string, who: string): bool = owners[?id].orValue("") == who',
      'def owns(id: string, who: string): bool = id in owners && owners[id] == who',
    ],
  ])('%s', (text, mended) => {
    expect(found(text).map((one) => one.slice(0, 7))).toEqual(['IAP3075'])
    expect(fixed(text)).toBe(mended)
    expect(found(mended)).toEqual([])
  })

  it('has no fix where an operator around it binds tighter', () => {
    const [only] = check(permit(`${OWNED} ? caller.uid > 3 : true`))
    expect(only).toMatchObject({ code: 'IAP3075', fixes: [] })
    expect(only?.help).toContain('write `params.id in owners && owners[params.id] == caller.sub`')
  })

  it('has a fix with another variable where `value` is data', () => {
    const text = `data value: int\n${permit('owners[?params.id].optMap(o, o + "x").orValue("") == caller.sub')}`
    expect(fixed(text)).toContain('.optMap(one_value, one_value == caller.sub).orValue(false)')
    expect(found(fixed(text))).toEqual([])
  })

  it.each([
    ['the other side is a constant', permit('owners[?params.id].orValue("") == ""')],
    ['an absence counts as a value of the request', permit('owners[?params.id].orValue("free") == query.who')],
    ['the other side is never empty', permit('owners[?params.id].orValue("") == params.id')],
    ['the other side has another type of text', permit('owners[?params.id].orValue("") == caller.tier')],
    ['the other side is not empty here', permit(`caller.sub != "" && ${OWNED}`)],
    ['the other side is not empty by a clause before', `permit p on s.r to staff unless caller.sub == "" when ${OWNED}`],
    ['the other side has a part that is not empty', permit('owners[?params.id].orValue("") == "user:" + caller.sub')],
    ['the other list has an element', permit('lists[?params.id].orValue([]) == lists[?params.id].orValue([]) + ["a"]')],
    ['the other side is a number as a text', permit('owners[?params.id].orValue("") == string(caller.uid)')],
    ['a size is not negative', permit('numbers[?params.id].orValue(-1) == caller.groups.size()')],
    [
      'the other side is not the default here',
      permit('caller.sub != "none" && owners[?params.id].orValue("none") == caller.sub'),
    ],
    ['the other number is not the default here', permit('caller.uid > 0 && numbers[?params.id].orValue(0) == caller.uid')],
    ['the other side has a character here', permit(`caller.sub.size() > 0 && ${OWNED}`)],
    ['the other side has no size of 0 here', permit(`0 != size(caller.sub) && ${OWNED}`)],
    ['the other set has an element here', permit('caller.groups.size() > 0 && teams[?params.id].orValue([]) == caller.groups')],
    ['the other side is a segment', 'permit p on s.file to staff when owners[?"x"].orValue("") == params.path'],
    ['an invariant says it', `invariant i on s.r denied when caller is staff && ${OWNED}`],
    ['an invariant of permits says it', `invariant i on s.r permitted only when caller is staff && ${OWNED}`],
    ['a property says it', `test "t" { for any request on s.r when caller is staff && ${OWNED} expect deny }`],
    ['the value is there', permit(`params.id in owners && ${OWNED}`)],
    ['the value is always there', permit('caller.?sub.orValue("") == query.who')],
    ['a match refuses', `forbid f on s.r to staff when ${OWNED}`],
    ['a match does not permit', permit('owners[?params.id].orValue("") != caller.sub')],
    ['a match does not permit, negated', permit(`!(${OWNED})`)],
    ['the default is read too', permit('owners[?params.id].orValue(caller.sub) == caller.sub')],
    ['both values of a bool are ordinary', permit('query.?on.orValue(false) == (caller.uid > 3)')],
    ['it is an order', permit('numbers[?params.id].orValue(0) > caller.uid')],
  ])('is no mistake if %s', (_, text) => expect(found(text)).toEqual([]))

  it.each([
    permit(`caller.sub != "" || ${OWNED}`),
    permit(`(caller.sub != "" || caller.uid > 3) && ${OWNED}`),
    permit(`query.who != "" && ${OWNED}`),
    permit(`caller.sub != "none" && ${OWNED}`),
    permit(`caller.sub.size() >= 0 && ${OWNED}`),
    permit(`caller.sub.size() != 1 && ${OWNED}`),
    permit(`(caller.sub == "" || caller.uid > 3) && ${OWNED}`),
    permit('caller.uid >= 0 && numbers[?params.id].orValue(0) == caller.uid'),
    permit('owners[?params.id].orValue("") == caller.sub + ""'),
    permit('owners[?params.id].orValue("") == string(caller.sub)'),
    permit('numbers[?params.id].orValue(0) == caller.groups.size()'),
    'role owner of staff when owners[?"x"].orValue("") == caller.sub',
  ])('is a mistake after what does not make it safe: %s', (text) => expect(found(text).join()).toContain('IAP3075'))
})
