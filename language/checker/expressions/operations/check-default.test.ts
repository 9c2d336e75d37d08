import { describe, expect, it } from 'vitest'
import { applyFixes } from '../../../diagnostics/apply-fixes.ts'
import { checkProject } from '../../../project.ts'

const PRELUDE = `
identity staff via jwt { sub: string, email?: string, uid: int, tier: "a" | "b", groups: set<string> }
identity partner via jwt { client_id: string }
data owners: map<string, string>
data numbers: map<string, int>
data teams: map<string, set<string>>
service s at "s.example" { route r GET "/{id}" query { who: string, to?: string, on?: bool } }
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

  it('has no fix where the name of its variable is taken', () => {
    const [only] = check(`data value: int\n${permit('owners[?params.id].optMap(o, o + "x").orValue("") == caller.sub')}`)
    expect(only).toMatchObject({ code: 'IAP3075', fixes: [] })
  })

  it.each([
    ['the other side is a constant', permit('owners[?params.id].orValue("") == ""')],
    ['an absence counts as a value of the request', permit('owners[?params.id].orValue("free") == query.who')],
    ['the other side is never empty', permit('owners[?params.id].orValue("") == params.id')],
    ['the other side has another type of text', permit('owners[?params.id].orValue("") == caller.tier')],
    ['the other side is not empty here', permit(`caller.sub != "" && ${OWNED}`)],
    ['the other side is not empty by a clause before', `permit p on s.r to staff unless caller.sub == "" when ${OWNED}`],
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
  ])('is a mistake after what does not make it safe: %s', (text) => expect(found(text).join()).toContain('IAP3075'))
})
