import { expect, test } from 'vitest'
import { modelOf } from '../testing/compile-text.ts'
import { lower, print, verify } from './index.ts'

const printed = (text: string) => print(verify(lower(modelOf(text))))

test('a program for anonymous callers, one for authenticated ones', () => {
  expect(
    printed(`
    identity partner via jwt { key: string }
    identity staff via jwt { sub: string, level?: int }
    role boss of staff when has(caller.level) && caller.level > 3
    role owner of staff when caller is boss && caller.sub == "ann"
    service s at "{tenant}.test" {
      route a GET "/a/{id: int}"
      route b GET "/b"
    }
    permit open on s.b to anyone
    permit own on s.* to boss, owner, partner when has(params.id) && params.id + 1 > 2
    forbid curfew on s.a when "x-night" in request.headers && request.headers["x-night"] == "1" because "Night."
    forbid strangers on s.* unless caller is staff || caller is anonymous`),
  ).toBe(`identity partner via jwt { key }
identity staff via jwt { sub, level }
  role boss 0:0 when (&& (has caller.level) [0] (> caller.level 3))
  role owner 0:1 when (&& roles0:1 (== caller.sub "ann"))
route s.a GET, HEAD "/a/{id: int}"
  anonymous
    0 forbid curfew (&& (has header:"x-night") [0] (== header:"x-night" "1")) → deny "Night."
    1 forbid strangers (! (|| false true)) → unauthenticated
    otherwise unauthenticated
  authenticated
    0 forbid curfew (&& (has header:"x-night") [0] (== header:"x-night" "1")) → deny "Night."
    0 forbid strangers (! (|| is:staff false)) → deny
    2 permit own (&& (|| is:partner roles0:11) (&& true [0] (> (+! params.id 1) 2))) → permit
    otherwise deny "default"
route s.b GET, HEAD "/b"
  anonymous
    1 forbid strangers (! (|| false true)) → unauthenticated
    2 permit open true → permit
    otherwise unauthenticated
  authenticated
    0 forbid strangers (! (|| is:staff false)) → deny
    2 permit open true → permit
    2 permit own (&& (|| is:partner roles0:11) (&& false [0] (> (+! absent 1) 2))) → permit
    otherwise deny "default"
`)
})

test('guards across clauses, and of an `unless`', () => {
  const text = printed(`
  identity staff via jwt { level?: int, m: map<string, int> }
  service s at "h.test" { route a GET "/{k}" }
  permit p on s.a to staff when has(caller.level) unless !(params.k in caller.m) when caller.m[params.k] + caller.level > 0`)
  expect(text).toContain(
    'permit p (&& (has caller.level) (! (! (in params.k caller.m))) [0 1] (> (+! ([] caller.m params.k) caller.level) 0))',
  )
})
