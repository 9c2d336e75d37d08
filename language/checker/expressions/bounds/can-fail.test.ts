import { describe, expect, it } from 'vitest'
import { testChecker, told } from '../test-checker.ts'
import { canFail } from './can-fail.ts'

const checker = testChecker(`
type Params = { n: int, s: string, f: bool }
identity a via jwt { sub: string, hired: timestamp, notice: duration, score: double, net: cidr }
def half(n: int): int = n / 2
def nth(n: int): int = 10 / n
def deep(n: int): bool = [1, 2].exists(x, nth(x) > n)
`)

function fails(text: string): boolean {
  const { expression, diagnostics } = checker.value(text, { callers: ['a'] })
  expect(diagnostics.map(told)).toEqual([])
  const { types, references } = checker.tables
  return canFail(expression, {
    typeOf: (node) => types.get(node) as never,
    referenceOf: (node) => references.get(node) as never,
  })
}

describe('what can end in an error', () => {
  it.each([
    'params.n + 1 > 0',
    'params.n - 1 > 0',
    'params.n * 2 > 0',
    '1 / params.n > 0',
    '1 % params.n > 0',
    'request.time + caller.notice > caller.hired',
    'caller.hired - caller.notice < request.time',
    'caller.notice + caller.notice > duration("0")',
    'int(params.s) > 0',
    'int(caller.score) > 0',
    'double(params.s) > 0.0',
    'bool(params.s)',
    'timestamp(params.s) > caller.hired',
    'timestamp(params.n) > caller.hired',
    'duration(params.s) > caller.notice',
    'ip(params.s) == source.ip',
    'caller.net.containsIP(params.s)',
    'ip.isCanonical(params.s)',
    'caller.hired.getHours(params.s) > 0',
    'params.s.charAt(0) == ""',
    'params.s.substring(1) == ""',
    'params.s.indexOf("a", 1) > 0',
    'params.s.split(",") == ["a"]',
    'params.s.split(",", -1) == ["a"]',
    'params.s.split(",", 1001) == ["a"]',
    'params.s.split(",", params.n) == ["a"]',
    'params.s.replace("a", "b") == ""',
    '[params.s].join() == ""',
    'math.greatest([params.n]) > 0',
    'math.bitNot(params.n) > 0',
    'nth(2) > 0',
    'deep(3)',
    // Wherever it stands, and whatever is decided without it.
    'params.f || params.n + 1 > 0',
    'params.f ? true : params.n + 1 > 0',
    '["x"].all(x, x.charAt(0) == "")',
    'params.?s.optMap(x, int(x)).orValue(0) > 0',
    'params.s == "a" && [params.n + 1] == [2]',
    'caller.?sub.orValue(string(params.n + 1)) == ""',
  ])('%s', (text) => {
    expect(fails(text)).toBe(true)
  })
})

describe('what cannot', () => {
  it.each([
    '-params.n > 0',
    'params.n / 2 > 0 && params.n % -7 > 0',
    'caller.score + 1.0 > 0.0 && caller.score / 0.0 > 0.0',
    'request.time - caller.hired > caller.notice',
    'params.s + "x" == "" && params.s.matches("x")',
    'timestamp("2026-01-01T00:00:00Z") > caller.hired && timestamp(0) < caller.hired',
    'duration("1h") > caller.notice && ip("192.0.2.1") == source.ip',
    'cidr("10.0.0.0/8").containsIP(source.ip) && caller.net.containsIP("10.0.0.1")',
    'caller.hired.getHours() > 0 && caller.hired.getHours("Europe/Berlin") > 0 && caller.hired.getHours("+02:00") > 0',
    'params.s.indexOf("a") > 0 && params.s.lastIndexOf("a") > 0',
    'params.s.split(",", 100).exists(x, x.trim() == "") && params.s.split(",", 1000) == ["a"] && isIP(params.s)',
    'math.greatest(params.n, 1) > 0 && math.abs(params.n) > 0 && double(params.n) > 0.0',
    'int(caller.hired) > 0 && int("3") > 0 && string(params.n) == ""',
    'params.s in {"a": 1} && {"a": 1}[?params.s].orValue(0) > 0',
    'half(params.n) > 0',
    'caller.?sub.orValue("") == "" && ["a"][?7].hasValue()',
  ])('%s', (text) => {
    expect(fails(text)).toBe(false)
  })
})
