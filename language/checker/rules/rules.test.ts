import { describe, expect, it } from 'vitest'
import { checkProject } from '../../project.ts'

const PRELUDE = `
identity staff via oidc { sub: string, level?: int, tier: "gold" | "plain", score: double, groups: set<string> }
identity partner via jwt { sub: string, client_id: string }
role lead of staff when has(caller.level) && caller.level > 3
role clerk of staff
role trader of partner
label pii
service orders at "orders.shop.example" {
  route list GET "/orders" query { customer: string } is pii
  route read GET "/orders/{id}" is pii
  route pay POST "/orders/{id}/pay" body { amount: int, note?: string }
}
`

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap'])
}

function found(text: string): string[] {
  return check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

function model(text: string) {
  const { result, diagnostics } = check(text)
  if (result === null) throw new Error(diagnostics.map((one) => one.message).join())
  return result
}

describe('what a permit asks for', () => {
  it.each([
    'permit p on orders.read to staff require mfa',
    'permit p on orders.read to staff require mfa within 10m require acr "gold" | "silver" within 1h require auth within 1d',
    'permit p on orders.read to staff limit 20 per 1h',
    'permit p on orders.read to staff limit 1 per 500ms by caller.sub',
    'permit p on orders.read to staff limit 1 per 1h by params.id',
    'permit p on orders.* to anyone limit 1 per 1h by source.ip',
    'permit p on orders.pay to staff limit 1 per 1h by body.amount',
    'permit p on orders.read to staff limit 1 per 1h by caller.sub in caller.groups',
    'permit p on orders.read to staff limit 1 per 1h by caller.tier',
    // Where it is worked out, all clauses hold.
    'permit p on orders.read to staff when has(caller.level) limit 1 per 1h by caller.level',
    'permit p on orders.pay to staff unless !has(body.note) header "x-note" = body.note',
    'permit p on orders.pay to staff header "x-tier" = body.amount > 100 ? "gold" : "plain" header "x-who" = caller.sub',
    'shadow permit p on orders.read to staff require mfa limit 1 per 1h header "x-a" = "b"',
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    ['permit p on orders.read to staff require acr "gold" | "gold"', 'IAP4011 "gold"'],
    ['permit p on orders.read to staff limit 0 per 1h', 'IAP4056 0'],
    ['permit p on orders.read to staff limit 1 per 0s', 'IAP4056 0s'],
    ['permit p on orders.read to staff limit 1 per 1h by caller.score', 'IAP4057 caller.score'],
    ['permit p on orders.read to staff limit 1 per 1h by caller.groups', 'IAP4057 caller.groups'],
    ['permit p on orders.read to staff limit 1 per 1h by request.time', 'IAP4057 request.time'],
    ['permit p on orders.read to staff limit 1 per 1h by caller.level', 'IAP3023 caller.level'],
    ['permit p on orders.read to staff header "x-a" = caller.score', 'IAP3063 caller.score'],
    ['permit p on orders.read to staff header "x-a" = "1" header "x-a" = "2"', 'IAP4011 "x-a"'],
    ['permit p on orders.read to staff header "x-a" = "1" header "x_a" = "2"', 'IAP4011 "x_a"'],
    ['permit p on orders.read to staff header "x-a" = "ü"', 'IAP3059 "ü"'],
    ['permit p on orders.read to staff header "x-a" = "a "', 'IAP3059 "a "'],
    ['permit p on orders.read to staff header "x-a" = "a\\nb"', 'IAP3059 "a\\nb"'],
    ['permit p on orders.read to staff when mfa', 'IAP3061 mfa'],
    ['permit p on orders.read to staff unless mfa', 'IAP3061 mfa'],
    ['forbid f on orders.read when mfa', 'IAP3061 mfa'],
    ['forbid f on orders.read unless mfa || caller is staff', 'IAP3061 mfa'],
    ['forbid f on orders.read unless acr "gold" | "gold"', 'IAP4011 "gold"'],
    ['forbid f on orders.read require mfa within 10m', 'IAP4055 mfa within 10m'],
    ['forbid f on orders.read limit 1 per 1h', 'IAP4055 limit 1 per 1h'],
    ['forbid f on orders.read header "x-a" = "b"', 'IAP4055 header "x-a" = "b"'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it.each([
    ['X-Tier', 'header names are written in lower case'],
    ['x tier', 'it is not a header name'],
    ['', 'it is not a header name'],
    ['host', 'the proxy writes it'],
    ['content-length', 'it frames the body'],
    ['transfer-encoding', 'it frames the body'],
    ['connection', 'it concerns one hop alone'],
    ['te', 'it concerns one hop alone'],
    ['proxy-authorization', 'it concerns one hop alone'],
    ['authorization', 'it is a credential'],
    ['cookie', 'it is a credential'],
    ['forwarded', 'the proxy writes it'],
    ['x-forwarded-for', 'the proxy writes it'],
    ['x_forwarded_for', 'the proxy writes it'],
    ['x-iap-jwt', 'the proxy writes it'],
    ['x.iap.user', 'the proxy writes it'],
  ])('never the header %j', (name, why) => {
    const { diagnostics } = check(`permit p on orders.read to staff header "${name}" = "a"`)
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['IAP4058', `a permit cannot set the header \`${name}\`: ${why}`],
    ])
  })

  it('mends a `require` of a forbid', () => {
    const text = 'forbid f on orders.read require mfa within 10m'
    const edit = check(text).diagnostics[0]?.fixes[0]?.edits[0]
    expect(edit?.span.source.text.slice(edit.span.start, edit.span.end)).toBe('require')
    expect(edit?.text).toBe('unless')
  })

  it('is in the model', () => {
    const [permit] = model(
      'permit p on orders.read to staff require mfa within 10m limit 20 per 1h by caller.sub header "x-b" = "1" header "x-a" = "2"',
    ).rules
    expect(permit?.requires.map(({ what, within }) => [what, within?.milliseconds])).toEqual([['mfa', 600_000]])
    expect([permit?.limit?.count, permit?.limit?.per, permit?.limit?.by?.kind]).toEqual([20, 3_600_000, 'Member'])
    expect(permit?.headers.map(({ name }) => name)).toEqual(['x-a', 'x-b'])
  })
})

describe('a forbid', () => {
  it('may be lifted by a requirement, and is personal then', () => {
    const { rules } = model('forbid a on label pii unless mfa within 10m\nforbid b on label pii when request.path == "/"')
    expect(rules.map(({ personal, conditions }) => [personal, conditions[0]?.expression.kind])).toEqual([
      [true, 'Requirement'],
      [false, 'Binary'],
    ])
  })
})

describe('shadow rules', () => {
  it('are known as such', () => {
    expect(model('shadow forbid a on *\nforbid b on *').rules.map(({ shadow }) => shadow)).toEqual([true, false])
  })
})

describe('names of rules', () => {
  it.each(['data', 'none', 'default'])('never %s', (name) => expect(found(`forbid ${name} on *`)).toEqual([`IAP2003 ${name}`]))
})

describe('two permits that set one header', () => {
  const two = (a: string, b: string, [x, y] = ['"1"', '"2"']) =>
    found(`permit a on orders.read ${a} header "x-t" = ${x}\npermit b on orders.read ${b} header "x-t" = ${y}`)

  it.each([
    ['to staff', 'to staff'],
    ['to staff', 'to lead'],
    ['to lead', 'to clerk'],
    ['to staff', 'to authenticated'],
    ['to partner', 'to anyone'],
    ['to staff when caller.sub == "a"', 'to staff when caller.tier == "gold"'],
    ['to staff when caller.score < 1.0', 'to staff when caller.score > 0.5'],
    ['to staff when caller.sub in ["a", "b"]', 'to staff when caller.sub in ["b", "c"]'],
    // Neither holds of what is no number.
    ['to staff unless caller.score < 1.0', 'to staff unless caller.score >= 1.0'],
    ['to staff when caller.sub == "a" || caller.sub == "b"', 'to staff when caller.sub == "c"'],
    ['to staff require mfa', 'to staff'],
  ])('conflict: %s, %s', (a, b) => expect(two(a, b)).toEqual(['IAP4059 "x-t"']))

  it.each([
    ['to staff', 'to partner'],
    ['to lead', 'to trader'],
    ['to anonymous', 'to authenticated'],
    ['to anonymous', 'to staff, partner'],
    ['to lead', 'to staff unless caller is lead'],
    ['to staff when caller is lead', 'to staff unless caller is lead'],
    ['to clerk when !(caller is lead)', 'to lead'],
    ['to staff when caller.sub == "a"', 'to staff when caller.sub == "b"'],
    ['to staff when caller.sub == "a"', 'to staff when "b" == caller.sub'],
    ['to staff when caller.sub == "a"', 'to staff when caller.sub != "a"'],
    ['to staff when caller.sub == "a"', 'to staff unless caller.sub == "a"'],
    ['to staff when caller.sub in ["a", "b"]', 'to staff unless caller.sub in ["a", "b"]'],
    ['to staff when caller.sub in ["a", "b"]', 'to staff when caller.sub in ["c"]'],
    ['to staff when caller.sub in ["a", "b"]', 'to staff when caller.sub != "a" && caller.sub != "b"'],
    ['to staff when has(caller.level)', 'to staff unless has(caller.level)'],
    ['to staff when has(caller.level) && caller.level < 3', 'to staff when has(caller.level) && caller.level >= 3'],
    ['to staff when has(caller.level) && caller.level < 3', 'to staff when has(caller.level) && 7 < caller.level'],
    ['to staff when has(caller.level) && caller.level <= 3', 'to staff when has(caller.level) when caller.level in [4, 5]'],
    ['to staff when has(caller.level) && caller.level > 3', 'to staff unless has(caller.level) && caller.level > 3'],
    ['to staff when caller.sub == "a" || caller.tier == "gold"', 'to staff unless caller.sub == "a" || caller.tier == "gold"'],
    ['to staff when caller.score < 1.0', 'to staff when caller.score >= 1.0'],
    ['to staff when caller.score < 1.0', 'to staff unless caller.score < 1.0'],
    ['to staff when caller.sub == params.id', 'to staff when params.id != caller.sub'],
    ['to staff when request.path.startsWith("/a")', 'to staff unless request.path.startsWith("/a")'],
    ['to staff when caller.sub == "a" && caller.tier == "gold"', 'to staff unless caller.sub == "b" || caller.tier == "gold"'],
  ])('exclude each other: %s, %s', (a, b) => expect(two(a, b)).toEqual([]))

  it('may set it to one value', () => {
    expect(two('to staff', 'to staff', ['"1"', '"1"'])).toEqual([])
    expect(two('to staff', 'to staff', ['caller.sub', 'caller.sub'])).toEqual([])
  })

  it('meet on a route, or do not', () => {
    const on = (a: string, b: string) =>
      found(`permit a on ${a} to staff header "x-t" = "1"\npermit b on ${b} to staff header "x-t" = "2"`)
    expect(on('orders.read', 'orders.list')).toEqual([])
    expect(on('orders.read', 'label pii')).toHaveLength(1)
    expect(on('orders.pay', 'label pii')).toEqual([])
    expect(on('*', 'orders.*')).toHaveLength(1)
    expect(on('orders.* except label pii', 'label pii')).toEqual([])
  })

  it('are told of once for each, with the first', () => {
    const permits = ['a', 'b', 'c'].map((name) => `permit ${name} on orders.read to staff header "x-t" = "${name}"`)
    const { diagnostics } = check(permits.join('\n'))
    expect(diagnostics.map(({ related }) => related.map(({ message }) => message))).toEqual([
      ['`a` sets it here'],
      ['`a` sets it here'],
    ])
  })

  it('is one header in every spelling that an upstream may take for it', () => {
    const spelled = (a: string, b: string) =>
      found(`permit a on orders.read to staff header "x-t-u" = "1"\npermit b on orders.read to staff header "${a}" = "${b}"`)
    expect(spelled('x_t.u', '2')).toEqual(['IAP4059 "x_t.u"'])
    expect(spelled('x_t.u', '1')).toEqual([])
    expect(spelled('xtu', '2')).toEqual([])
  })

  it('count among shadow rules beside enforced ones alone', () => {
    const shadow = (a: string, b: string) =>
      found(`${a} permit a on orders.read to staff header "x-t" = "1"\n${b} permit b on orders.read to staff header "x-t" = "2"`)
    expect(shadow('shadow', '')).toHaveLength(1)
    expect(shadow('shadow', 'shadow')).toEqual([])
  })
})

describe('invariants', () => {
  it.each([
    'invariant i on * except label pii denied when caller is anonymous',
    'invariant i on label pii permitted only when caller is lead && mfa within 10m',
    'invariant i on label pii permitted when caller is lead || acr "gold"',
    'invariant i on orders.* permitted always',
    'invariant i on orders.* denied always allow unknown',
    'invariant i on orders.pay denied when body.amount > 100',
    'invariant i on orders.list denied when query.customer == "a" && !(auth within 1h)',
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    ['invariant i on orders.nothing denied always', 'IAP2009 nothing'],
    ['invariant i on label pii except orders.* denied always', 'IAP4002 i'],
    ['invariant i on * denied when caller.sub == "a"', 'IAP3020 caller.sub'],
    ['invariant i on * denied when params.id == "a"', 'IAP3023 params.id'],
    ['invariant i on * denied when 3', 'IAP3006 3'],
    ['invariant i on * denied always\ninvariant i on * permitted always', 'IAP2002 i'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it('are in the model', () => {
    const { invariants } = model(
      'invariant b on orders.* denied always allow unknown\n/// Why.\ninvariant a on label pii permitted only when mfa',
    )
    expect(
      invariants.map(({ name, form, routes, condition, allowUnknown, doc }) => [
        name,
        form,
        routes.length,
        condition?.kind,
        allowUnknown,
        doc,
      ]),
    ).toEqual([
      ['a', 'permitted-only-when', 2, 'Requirement', false, 'Why.'],
      ['b', 'denied-when', 3, undefined, true, null],
    ])
  })
})
