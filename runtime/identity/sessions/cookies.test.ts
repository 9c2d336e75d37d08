import { describe, expect, test } from 'vitest'
import { requestWith } from '../../../tests/support/identity.ts'
import { clearCookie, cookieNames, cookiesWith, readCookies, setCookie, setsOwnCookie, withoutOwnCookies } from './cookies.ts'

const S = '__Host-iap-session=abc'

describe('what a service gets', () => {
  test.each([
    ['', ''],
    ['a=1', 'a=1'],
    ['a=1; b="x y"; c', 'a=1; b="x y"; c'],
    ['aiap-session=1', 'aiap-session=1'],
    ['iap-sessions=1', 'iap-sessions=1'],
    ['my-iap-session=1; x=iap-session', 'my-iap-session=1; x=iap-session'],
    ['a=%7B%22iap%22%7D', 'a=%7B%22iap%22%7D'],
    [S, null],
    [` ${S} `, null],
    [`a=1; ${S}`, 'a=1'],
    [`${S}; a=1`, 'a=1'],
    [`${S};a=1`, 'a=1'],
    [`a=1; ${S}; b=2`, 'a=1; b=2'],
    [`a=1;${S};b=2`, 'a=1;b=2'],
    [`a=1  ;  ${S}  ;   b=2;`, 'a=1  ;   b=2;'],
    [`${S}; ${S}; a=1; iap-session=x`, 'a=1'],
    ['a="1; __Host-iap-session=abc; b=2"', 'a="1; b=2"'],
    ['__host-IAP-Session=abc; a=1', 'a=1'],
    ['iap_session=abc; a=1', 'a=1'],
    ['iap.session=abc; a=1', 'a=1'],
    ['__Host-iap%2Dsession=abc; a=1', 'a=1'],
    ['%69ap-session=abc; a=1', 'a=1'],
    ['__Secure-iap-session=abc; a=1', 'a=1'],
    ['"__Host-iap-session"=abc; a=1', 'a=1'],
    ['__Host-iap-session =abc; a=1', 'a=1'],
    ['=__Host-iap-session=abc; a=1', 'a=1'],
    ['__Host-iap-session; a=1', 'a=1'],
    ['__Host-iap-login-xyz-1=abc; a=1', 'a=1'],
    ['iap-login-xyz_1=abc; a=1', 'a=1'],
  ])('of %j', (line, left) => {
    expect(withoutOwnCookies(line)).toBe(left)
  })
})

test.each([
  ['__Host-iap-session=x; Path=/; Secure', true],
  ['__host-iap-session=x', true],
  ['iap-session=x', true],
  ['iap-login-1=x', true],
  ['  iap-session =x', true],
  ['=iap-session=x', true],
  ['= __Host-iap-session=x', true],
  ['iap-session', true],
  ['__Host-iap%2dsession=x', true],
  ['a=iap-session', false],
  ['session=1; Path=/iap-session', false],
  ['iapsession=1', false],
])('a service that sets %j: is it ours: %s', (line, isOurs) => {
  expect(setsOwnCookie(line)).toBe(isOurs)
})

describe('names', () => {
  test.each([
    ['https', 'app.example', '__Host-iap-session'],
    ['https', 'localhost', '__Host-iap-session'],
    ['http', 'localhost', 'iap-session'],
    ['http', 'app.localhost', 'iap-session'],
    ['http', '127.0.0.1', 'iap-session'],
    ['http', '[::1]', 'iap-session'],
    ['http', 'app.example', null],
    ['http', 'localhost.example', null],
    ['http', '127.0.0.1.example', null],
    ['http', '10.0.0.1', null],
  ] as const)('over %s at %s', (scheme, host, name) => {
    expect(cookieNames(scheme, host)?.session ?? null).toBe(name)
  })

  test('attributes', () => {
    const secure = cookieNames('https', 'app.example')
    if (secure === null) throw new Error('there are none')
    expect(setCookie(secure.session, 'x', secure)).toBe('__Host-iap-session=x; Path=/; HttpOnly; SameSite=Lax; Secure')
    expect(setCookie('a', 'x', secure, 600)).toBe('a=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=600')
    expect(clearCookie('a', secure)).toBe('a=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0')
  })
})

test('reading: all of one name', () => {
  const request = requestWith(['cookie', 'iap-session=1; xiap-session=2;iap-session=3; a=iap-session=9; iap-session=4'])
  expect(readCookies(request, 'iap-session')).toEqual(['1', '3', '4'])
  expect(readCookies(requestWith(['cookie', 'a=1']), 'iap-session')).toEqual([])
  expect(readCookies(requestWith(), 'iap-session')).toEqual([])
  expect(cookiesWith(requestWith(['cookie', 'iap-login-b=1; a=2; iap-login-a=3=; iap-login-c']), 'iap-login-')).toEqual([
    { name: 'b', value: '1' },
    { name: 'a', value: '3=' },
  ])
})
