import { describe, expect, test } from 'vitest'
import { foreignTemplate } from './foreign-template.ts'

test('many wildcards take little time, and very long templates are left alone', () => {
  expect(foreignTemplate('/*'.repeat(1000))?.instead).toMatch(/\{any\d*\}\/\{rest\.\.\.\}$/)
  expect(foreignTemplate('/*'.repeat(2000))).toBe(null)
})

describe('the syntax of another router', () => {
  test.each([
    ['/static/*', '/static/{rest...}'],
    ['/assets/**', '/assets/{rest...}'],
    ['/a/*/b/*', '/a/{any}/b/{rest...}'],
    ['/a/**/b', null],
    ['/img/*.png', '/img/{any}.png'],
    ['/users/:id', '/users/{id}'],
    ['/users/:id/posts/:post', '/users/{id}/posts/{post}'],
    ['/users/:id(\\d+)', '/users/{id: int}'],
    ['/users/:path*', '/users/{path...}'],
    ['/files/*path', '/files/{path...}'],
    ['/posts/[slug]', '/posts/{slug}'],
    ['/posts/[...slug]', '/posts/{slug...}'],
    ['/posts/[[...slug]]', '/posts/{slug...}'],
    ['/a/<id>', '/a/{id}'],
    ['/a/<int:id>', '/a/{id: int}'],
    ['/a/<path:rest>', '/a/{rest...}'],
    ['/v1/{proxy+}', '/v1/{proxy...}'],
    ['/v1/{*path}', '/v1/{path...}'],
    ['/v1/{id:[0-9]+}', '/v1/{id: int}'],
    ['/v1/{id:[a-z]+}/x', '/v1/{id}/x'],
    ['/{rest}/*', '/{rest}/{rest2...}'],
  ])('%s → %s', (text, instead) => expect(foreignTemplate(text)?.instead).toBe(instead))

  test.each([
    ['/users/:id', '`:id` is not a parameter here'],
    ['/static/*', '`*` is not a wildcard here'],
  ])('%s: %s', (text, why) => expect(foreignTemplate(text)?.why).toBe(why))
})

test('text that is not in NFC', () => {
  expect(foreignTemplate('/cafe\u0301/:id')?.instead).toBe('/caf\u00e9/{id}')
  expect(foreignTemplate('/cafe\u0301')).toEqual({
    why: 'it is not in Unicode Normalization Form C (NFC), in which clients send paths',
    instead: '/caf\u00e9',
    isWider: false,
  })
})

test('a pattern that has no equivalent is told as left out', () => {
  expect(foreignTemplate('/a/{id:[a-z]+}')).toMatchObject({ instead: '/a/{id}', isWider: true })
  expect(foreignTemplate('/a/{id:[0-9]+}')).toMatchObject({ instead: '/a/{id: int}', isWider: false })
})

test.each([
  '/',
  '/orders/{id: int}/lines/{line}',
  '/files/{name}.pdf',
  '/public/{rest...}',
  '/orders:batch',
  '/urn:isbn:1',
  '/w/C*',
  '/math/2*3',
  '/a/(.*)',
  '/{id: Int}',
  '/{id:uuid}',
  'users/:id',
  '/a/{id}:cancel',
  '/:',
  '/caf\u00e9',
  '/~user/@me/a+b/(x)/$y',
  '/a[0]',
  '/{ id : int }',
])('%s is a template of ours', (text) => expect(foreignTemplate(text)).toBe(null))
