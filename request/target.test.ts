import { describe, expect, test } from 'vitest'
import { readTarget } from './target.ts'

describe('a target that has one reading', () => {
  test.each([
    ['/', '/', '', ['']],
    ['/a', '/a', '', ['a']],
    ['/a/', '/a/', '', ['a', '']],
    ['/orders/7?x=1', '/orders/7', '?x=1', ['orders', '7']],
    ['/a?', '/a', '?', ['a']],
    ['/?/../%2f;x', '/', '?/../%2f;x', ['']],
    ['/a?b?c', '/a', '?b?c', ['a']],
    ['/a?filter[name]=x', '/a', '?filter[name]=x', ['a']],
    ['/a?text=one%0D%0Atwo&latin1=%E9', '/a', '?text=one%0D%0Atwo&latin1=%E9', ['a']],
    ['/%61%2D%7e', '/%61%2D%7e', '', ['a-~']],
    ['/%C3%A9/%e2%82%ac/%F0%9F%94%91', '/%C3%A9/%e2%82%ac/%F0%9F%94%91', '', ['é', '€', '🔑']],
    ['/%252e%252e/x', '/%252e%252e/x', '', ['%2e%2e', 'x']],
    ['/100%25', '/100%25', '', ['100%']],
    ['/.../.a/a./..b', '/.../.a/a./..b', '', ['...', '.a', 'a.', '..b']],
    ['/admin.', '/admin.', '', ['admin.']],
    ['/admin%20', '/admin%20', '', ['admin ']],
    ["/-._~!$&'()*+,=:@", "/-._~!$&'()*+,=:@", '', ["-._~!$&'()*+,=:@"]],
    ['/%3f%23', '/%3f%23', '', ['?#']],
  ])('%s', (target, rawPath, rawQuery, segments) => {
    expect(readTarget(target)).toEqual({ rawPath, rawQuery, segments, path: `/${segments.join('/')}` })
  })

  test('of 8192 bytes, and no more', () => {
    expect(readTarget(`/${'a'.repeat(8191)}`)).toMatchObject({ rawQuery: '' })
    expect(readTarget(`/${'a'.repeat(8192)}`)).toBe('target-too-long')
  })
})

describe('a target that is refused', () => {
  test.each([
    ['', 'target-form'],
    ['*', 'target-form'],
    ['a', 'target-form'],
    ['app.test:443', 'target-form'],
    ['http://app.test/', 'target-form'],
    ['?x', 'target-form'],
    ['//', 'empty-segment'],
    ['//a', 'empty-segment'],
    ['/a//b', 'empty-segment'],
    ['/a//', 'empty-segment'],
    ['/.', 'dot-segment'],
    ['/..', 'dot-segment'],
    ['/a/./b', 'dot-segment'],
    ['/a/../b', 'dot-segment'],
    ['/a/%2e%2E/b', 'dot-segment'],
    ['/a/.%2e', 'dot-segment'],
    ['/..?x', 'dot-segment'],
    ['/a%2fb', 'encoded-slash'],
    ['/a%2Fb', 'encoded-slash'],
    ['/a\\b', 'backslash'],
    ['/a%5cb', 'backslash'],
    ['/a;b', 'semicolon'],
    ['/a%3Bb', 'semicolon'],
    ['/a#b', 'fragment'],
    ['/a?b#c', 'fragment'],
    ['/a?b\\c', 'target-character'],
    ['/a%00', 'control-byte'],
    ['/a%1f', 'control-byte'],
    ['/a%7F', 'control-byte'],
    ['/a%0d%0ab', 'control-byte'],
    ['/a%C2%85', 'control-byte'],
    ['/a\u0000', 'control-byte'],
    ['/a\tb', 'control-byte'],
    ['/a\u007f', 'control-byte'],
    ['/a?\u0001', 'control-byte'],
    ['/a%', 'escape-invalid'],
    ['/a%2', 'escape-invalid'],
    ['/a%zz', 'escape-invalid'],
    ['/a%u0041', 'escape-invalid'],
    ['/a?100%', 'escape-invalid'],
    ['/a?%g0', 'escape-invalid'],
    ['/%ff', 'utf8-invalid'],
    ['/%c0%af', 'utf8-invalid'],
    ['/%c0%ae%c0%ae', 'utf8-invalid'],
    ['/%e0%80%af', 'utf8-invalid'],
    ['/%ed%a0%80', 'utf8-invalid'],
    ['/%f5%80%80%80', 'utf8-invalid'],
    ['/%c3', 'utf8-invalid'],
    ['/%c3/%a9', 'utf8-invalid'],
    ['/\u00e9', 'target-non-ascii'],
    ['/a?\u00ff', 'target-non-ascii'],
    ['/\u212a', 'target-non-ascii'],
  ])('%j: %s', (target, code) => {
    expect(readTarget(target)).toBe(code)
  })

  test.each([...' "<>^`{|}'])('%j, in path and query', (character) => {
    expect(readTarget(`/a${character}`)).toBe('target-character')
    expect(readTarget(`/a?${character}`)).toBe('target-character')
  })

  test('brackets in the path', () => {
    expect(readTarget('/a[0]')).toBe('target-character')
  })
})
