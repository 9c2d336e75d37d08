/** Code that would do something else than decide, each refused by name. What the compiler emits passes: `tests/allowlist`. */
import { describe, expect, it } from 'vitest'
import { type KnownParts, policyViolation } from './policy-code.ts'

/** A module as the compiler emits them, with something more in a decision, among its constants and functions, or in its record. */
function moduleWith(parts: {
  readonly body?: string
  readonly top?: string
  readonly record?: string
  readonly result?: string
}): string {
  const { body = '', top = '', record = '', result = 'abi.policy' } = parts
  return `'use strict'

const list$1 = ['a', 'b']
const record$2 = (json) => {
  const value = abi.record(json)
  return {
    kind: abi.string(abi.member(value, 'kind')),${record}
  }
}
const steps$up = [true]
${top}
// identity staff
function facts$staff(claims, data, auth) {
  const caller = { $sub: abi.string(abi.member(claims, 'sub')), home: record$2(abi.member(claims, 'home')) }
  const roles = [0]
  const facts = { identity: 0, roles, caller, auth }
  if (caller.$sub !== '') roles[0] |= 1
  return facts
}

// orders.read: GET /orders/{id: int}
function decide$orders$read(facts, request) {
  const caller = facts.caller
  const id = abi.segmentInteger(request.segments[1])
  let value1
  ${body}
  if (abi.isInt(id + 1) && caller.home.kind === 'x') return 1
  return 0
}

return ${result}({ abi: 3, outcomes: [{ effect: 'deny', rule: null, reason: null }], identities: [], data: [], routes: [] })
`
}

it('passes what is of the kind that is emitted', () => {
  expect(policyViolation(moduleWith({}))).toBeNull()
  const body = `switch (id) { case 1: return 1
    case 2: return 0 }
  value1 ??= 3
  for (const one of list$1) { if (one === 'a') continue
    value1 = one }
  for (const one of map$4.keys()) value1 = one
  if ((value1 = (id >> 5) & 31, table$3[+value1] !== 0)) return 1
  if (map$4.get(request.path) === 1 && caller.$sub.startsWith('a') && regex$5.test(caller.$sub)) return 1
  if (request.headers.get('a') === 'b' && request.headers.count('a') < 2) return 1
  value1 = abi.timestampPlus(moment$6, request.time, 1n)
  value1 = abi.list(list$1, (value) => abi.list(value, abi.string))
  value1 = { caller, roles: facts.roles, far: value1.size, near: caller.length }.roles`
  const top = `const table$3 = new Int32Array([1, 2])
const map$4 = new Map([['a', 1]])
const regex$5 = abi.regex('a')
const moment$6 = abi.moment(1)`
  expect(policyViolation(moduleWith({ body, top }))).toBeNull()
})

type Attack = readonly [code: string, rule: string]

describe.each<readonly [string, (code: string) => string, readonly Attack[]]>([
  [
    'in a decision',
    (body) => moduleWith({ body }),
    [
      // Ways to a function that is made of a text.
      ["caller.constructor.constructor('return process')()", 'call'],
      ["abi.list([caller.constructor.constructor, 'x'], abi.string)", 'property'],
      ['value1 = caller.sub.constructor', 'property'],
      ["value1 = caller['constructor']", 'computed-key'],
      ["value1 = caller['con' + 'structor']", 'computed-key'],
      ['value1 = caller[caller.sub]', 'computed-key'],
      ['value1 = list$1[id][caller.sub]', 'computed-key'],
      ["value1 = caller[[['constructor']]]", 'computed-key'],
      ["value1 = abi['int']", 'computed-key'],
      ["value1 = abi['int'](1)", 'call'],
      ['value1 = caller.__proto__', 'property'],
      ['value1 = decide$orders$read.prototype', 'property'],
      ['value1 = caller.c\\u006fnstructor', 'name'],
      ['value1 = caller.\\u{63}onstructor', 'name'],
      ["eval('1')", 'call'],
      ["(0, eval)('1')", 'call'],
      ["new Function('return 1')()", 'call'],
      ["new Function('return 1')", 'call'],
      ['value1 = new Map(eval)', 'call'],
      ["value1 = new abi.regex('a')", 'call'],
      ['value1 = new Map', 'call'],
      ["Function('return 1')()", 'call'],
      ['value1 = Function', 'name'],
      ["import('node:fs')", 'expression'],
      ['value1 = import.meta', 'syntax'],
      ["value1 = require('node:fs')", 'call'],
      ['setTimeout(decide$orders$read, 1)', 'call'],
      // Names that nothing of ours declares.
      ['value1 = globalThis', 'name'],
      ['value1 = process.env', 'name'],
      ['value1 = global.path', 'name'],
      ['value1 = window', 'name'],
      ['value1 = Math.max', 'property'],
      ['value1 = Object', 'name'],
      ['value1 = this', 'expression'],
      ['value1 = this.path', 'expression'],
      ['value1 = arguments', 'name'],
      ['value1 = new.target', 'expression'],
      ['value1 = abi', 'name'],
      ['value1 = nothing$here', 'name'],
      ['nothing$here()', 'name'],
      ['gl\\u006fbalThis.path', 'name'],
      ['value1 = abi.notAHelper', 'property'],
      ['value1 = abi.constructor', 'property'],
      // Members that no object of a module has, methods that are none of ours.
      ['value1 = caller.mainModule', 'property'],
      ['value1 = facts.call', 'property'],
      ['value1 = caller.sub.at', 'property'],
      ["caller.sub.replace('a', abi.string)", 'call'],
      ['list$1.map(abi.string)', 'call'],
      ['decide$orders$read.call(null)', 'call'],
      ['decide$orders$read.bind(null)', 'call'],
      ['list$1.reduce(abi.isInt, 1)', 'call'],
      ['caller?.sub', 'expression'],
      ['caller.home?.()', 'expression'],
      ['value1()', 'call'],
      ['caller()', 'call'],
      ['(() => 1)()', 'call'],
      ['list$1[0]()', 'call'],
      ['list$1()', 'call'],
      ['abi.isInt(...list$1)', 'expression'],
      ['value1 = [...list$1]', 'expression'],
      ['value1 = { ...caller }', 'object-member'],
      // Functions are no values: nothing but what is written in place of a function is one.
      ['value1 = abi.string', 'property'],
      ['value1 = decide$orders$read', 'function'],
      ['value1 = record$2', 'function'],
      ['value1 = [abi.isInt]', 'property'],
      ['value1 = () => 1', 'expression'],
      ['value1 = abi.list(caller, caller)', 'function'],
      ['value1 = abi.list(caller, abi.isInt)', 'function'],
      ['value1 = abi.list(caller, abi.regex)', 'function'],
      ['value1 = abi.list(caller, decide$orders$read)', 'function'],
      ['value1 = abi.list(caller, () => 1)', 'function'],
      ['value1 = abi.list(caller, (a, b) => 1)', 'function'],
      ['value1 = abi.list(caller, async (a) => 1)', 'function'],
      ['value1 = abi.list(caller, (a = 1) => 1)', 'declaration'],
      ['value1 = abi.linked(caller, caller, caller)', 'function'],
      // What a helper writes to is a place of the module.
      ['abi.seen(facts, 1n)', 'function'],
      ['abi.seen(abi.string, 1n)', 'function'],
      ['abi.timestampAt(list$1, 1)', 'function'],
      ['abi.inUnits(request, 1n, 1)', 'function'],
      // Helpers of constants and of the module are called in no function.
      ['abi.policy(facts)', 'property'],
      ["value1 = abi.regex('a')", 'property'],
      ["value1 = abi.permit('a')", 'property'],
      ['value1 = abi.moment(1)', 'property'],
      ['value1 = abi.reading(abi.string)', 'property'],
      ["abi.member(caller, 'con' + 'structor')", 'computed-key'],
      ['abi.member(caller, caller.$sub)', 'computed-key'],
      ['value1 = abi.one(caller, caller)', 'computed-key'],
      ['value1 = abi.codePoints(caller, Infinity)', 'call'],
      // Keys are numbers by their syntax, of tables too.
      ["value1 = list$1['constructor']", 'computed-key'],
      ['value1 = list$1[id]', 'computed-key'],
      ['value1 = list$1[id + 1]', 'computed-key'],
      ['value1 = list$1[!id]', 'computed-key'],
      ['value1 = list$1[(1, caller)]', 'computed-key'],
      ['value1 = list$1[value1 = caller]', 'computed-key'],
      ['value1 = list$1[true ? caller : 1]', 'computed-key'],
      ['value1 = list$1[1n]', 'computed-key'],
      // Members by which a record would stand in for something else, and receivers that could be a record.
      ['value1 = { get: 1 }', 'property'],
      ['value1 = { from: 1, call: 1, assign: 1 }', 'property'],
      ['value1 = { sub: 1 }', 'property'],
      ['value1 = { has: caller }', 'property'],
      ['value1 = { positionOf: caller }', 'property'],
      ['value1 = { length: 9007199254740991 }', 'property'],
      ['value1 = { size: 1 }', 'property'],
      ['value1 = { headers: caller }', 'property'],
      ['value1 = { caller: facts }', 'property'],
      ['value1 = { caller() {} }', 'object-member'],
      ['value1 = { get caller() { return 1 } }', 'object-member'],
      ['value1 = { name: 1 }', 'property'],
      ['value1 = caller.name', 'property'],
      ['value1 = caller.get', 'property'],
      ['value1 = caller.$name', 'property'],
      ['value1 = caller.push', 'property'],
      ['value1 = request.caller', 'property'],
      ['value1 = caller.caller', 'property'],
      ['value1 = request.headers', 'property'],
      ["value1 = facts.headers.get('a')", 'property'],
      ["value1 = caller.count('a')", 'call'],
      ['value1 = caller.keys()', 'call'],
      ['value1 = request.headers.keys()', 'call'],
      ["value1 = request.headers.get('a', 'b')", 'call'],
      ['value1 = caller.get()', 'call'],
      ["value1 = caller.test('a')", 'call'],
      ["value1 = list$1.test('a')", 'function'],
      ["value1 = 'a'.charCodeAt(0)", 'call'],
      ['value1 = trace.judge(list$1)', 'call'],
      ['const trace2 = caller; trace2.judge(list$1)', 'call'],
      ['value1 = obligations.end()', 'call'],
      ['value1 = abi.startObligations().end()', 'call'],
      ['value1 = super.a', 'syntax'],
      ['value1 = caller.end()', 'call'],
      ['for (const one of caller.keys().keys()) value1 = one', 'call'],
      ['for (const one of caller.keys(1)) value1 = one', 'call'],
      ['for (const one of caller?.keys()) value1 = one', 'expression'],
      ['for (const one of caller.entries()) value1 = one', 'call'],
      // A list of bits does not grow by what is written to it.
      ['const bits = [0]; bits[1] = 1', 'assignment'],
      ['const bits = [0]; bits[id - 1] = 1', 'assignment'],
      ['const bits = [0]; for (const one of bits) bits[one - -1] = 1', 'assignment'],
      ['const bits = [0]; bits[0.5] = 1', 'assignment'],
      ['const bits = [0]; bits[-1] = 1', 'assignment'],
      ['const bits = [0]; bits.length = 9', 'assignment'],
      ['const bits = [0]; bits[0] += 1', 'assignment'],
      ['value1 = new Map([[]], caller)', 'call'],
      ['value1 = new Map(list$1)', 'call'],
      ['value1 = new Set([1])', 'call'],
      ['value1 = [1, 2] ** 2', 'operator'],
      ['value1 = ~id', 'operator'],
      ['value1 ^= 1', 'operator'],
      ['value1 &&= 1', 'operator'],
      ['switch (id) { case caller: value1 = 1 }', 'statement'],
      ['switch (id) { default: value1 = 1 }', 'statement'],
      ['for (const one of list$1) break', 'statement'],
      ['for (let i = 0; i < 9007199254740991; i += 1) value1 = 1', 'statement'],
      ['for (let i = 0; i < list$1.length; i += 1) value1 = 1', 'statement'],
      ['for await (const one of list$1) value1 = one', 'syntax'],
      // Changing what is not its own.
      ["caller.sub = 'admin'", 'assignment'],
      ["caller.home.name = 'x'", 'assignment'],
      ['facts.roles[0] |= 1', 'assignment'],
      ["list$1[0] = 'x'", 'assignment'],
      ['steps$up[0] |= 1', 'assignment'],
      ['request.data.bits[0] = -1', 'assignment'],
      ['list$1.push(1)', 'call'],
      ['facts.roles.push(1)', 'call'],
      ['request.segments.push(1)', 'call'],
      ['caller.groups.push(1)', 'call'],
      ['const other = facts.roles; other.push(1)', 'call'],
      ['list$1 = 1', 'assignment'],
      ['decide$orders$read = 1', 'assignment'],
      ['abi.isInt = 1', 'assignment'],
      ['abi = 1', 'assignment'],
      ['undefined = 1', 'assignment'],
      ['outside = 1', 'assignment'],
      ['caller = 1', 'assignment'],
      ['caller.__proto__ = null', 'assignment'],
      ['({ sub: value1 } = caller)', 'assignment'],
      ['[value1] = list$1', 'assignment'],
      ['value1 **= 2', 'operator'],
      ['value1 ||= 2', 'operator'],
      ['delete caller.sub', 'operator'],
      ['list$1.length++', 'expression'],
      ['value1++', 'expression'],
      // What others call by itself, and what takes as long as it likes.
      ['value1 = { then: abi.int }', 'property'],
      ['value1 = { toJSON: abi.int }', 'property'],
      ["value1 = abi.pattern('(a+)+$', 'u')", 'property'],
      // Syntax that is not emitted.
      ['value1 = `text`', 'expression'],
      ['value1 = abi.string`text`', 'expression'],
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
      ['value1 = `${caller.sub}`', 'expression'],
      ['with (caller) { value1 = sub }', 'syntax'],
      ['value1 = { get sub() { return 1 } }', 'object-member'],
      ['value1 = { set sub(value) {} }', 'object-member'],
      ['value1 = { sub() { return 1 } }', 'object-member'],
      ["value1 = { ['sub']: 1 }", 'object-member'],
      ["value1 = { 'sub': 1 }", 'object-member'],
      ['value1 = { async *sub() {} }', 'object-member'],
      ['value1 = { __proto__: caller }', 'property'],
      ['value1 = { constructor: 1 }', 'property'],
      ['value1 = { valueOf: abi.isInt }', 'property'],
      ['value1 = { toString: abi.isInt }', 'property'],
      ['outer: for (const one of list$1) { break outer }', 'statement'],
      ['outer: { value1 = 1 }', 'statement'],
      ['try { value1 = 1 } catch { value1 = 2 }', 'statement'],
      ['throw caller', 'statement'],
      ['debugger', 'statement'],
      ['class A {}', 'statement'],
      ['value1 = class {}', 'expression'],
      ['function inner() {}', 'statement'],
      ['value1 = function () {}', 'expression'],
      ['value1 = async () => 1', 'expression'],
      ['value1 = function* () {}', 'expression'],
      ['value1 = (a = 1) => a', 'expression'],
      ['value1 = (...a) => a', 'expression'],
      ['value1 = ({ a }) => a', 'expression'],
      ['await caller', 'syntax'],
      ['yield caller', 'syntax'],
      ['value1 = /a+/', 'literal'],
      ['value1 = [, 1]', 'literal'],
      ['value1 = typeof globalThis', 'operator'],
      ['value1 = void 0', 'operator'],
      ["value1 = 'sub' in caller", 'operator'],
      ['value1 = caller instanceof facts', 'operator'],
      ['value1 = 2 ** 64', 'operator'],
      ['value1 = value1 == null', 'operator'],
      [';;', 'statement'],
      ['#private in caller', 'syntax'],
      // Declarations.
      ['var other = 1', 'declaration'],
      ['const { sub } = caller', 'declaration'],
      ['const [first] = list$1', 'declaration'],
      ['const undefined = 1', 'name'],
      ['const abi = caller', 'name'],
      ['const Map = caller', 'name'],
      ['const own$name = 1', 'name'],
      ['const \\u0061bi = 1', 'name'],
      ['const é = 1', 'name'],
      // What does not end.
      ['while (true) value1 = 1', 'statement'],
      ['for (let i = 0; i < Infinity; i += 1) value1 = 1', 'statement'],
      ['const n = Infinity; for (let i = 0; i < n; i += 1) value1 = 1', 'statement'],
      ['for (let i = 0; i < 1 / 0; i += 1) value1 = 1', 'statement'],
      ['const found = [1]; for (const one of found) found.push(one)', 'call'],
      ['const found = [1]; const other = found; for (const one of other) found.push(one)', 'call'],
      ['const found = [1]; for (let i = 0; i < found.length; i += 1) found.push(i)', 'statement'],
      ['const found = [1]; for (const one of list$1) { found.push(one); for (const other of found) value1 = other }', 'loop'],
      ['const found = [1]; for (const one of list$1) { found.push(one); value1 = found }', 'loop'],
      ['do value1 = 1; while (true)', 'statement'],
      ['for (;;) value1 = 1', 'statement'],
      ['for (let i = 0; i < 9; i -= 1) value1 = 1', 'statement'],
      ['for (let i = 0; i < 9; i += 0) value1 = 1', 'statement'],
      ['for (let i = 0; true; i += 1) value1 = 1', 'statement'],
      ['for (let i = 0; i < 9; i += 1) i = 0', 'statement'],
      ['for (var i = 0; i < 9; i += 1) value1 = 1', 'statement'],
      ['for (const key in caller) value1 = key', 'statement'],
      ['for (let one of list$1) value1 = one', 'loop'],
      ['for (value1 of list$1) value1 = 1', 'loop'],
      ['for (const [a] of list$1) value1 = a', 'declaration'],
      ['decide$orders$read(facts, request)', 'recursion'],
      // Comments that say something to others than people, and characters that look like others.
      ['/* */ value1 = 1', 'comment'],
      ['//# sourceURL=https://evil.example/\n', 'comment'],
      ['//@ sourceMappingURL=data:\n', 'comment'],
      ['value1 = 1 <!-- x\n', 'comment'],
      ['// é\n', 'comment'],
      ["value1 = '\u2028'", 'character'],
      ["value1 = '\u202e'", 'character'],
      ["value1 = '\ufeff'", 'character'],
      ['value1\u00a0= 1', 'character'],
      ["value1 = '\u0000'", 'character'],
      ['value1 = 1\r', 'character'],
    ],
  ],
  [
    'beside functions',
    (top) => moduleWith({ top }),
    [
      ['process.exit()', 'outline'],
      ['let kept$here = 0', 'outline'],
      ['var kept$here = 0', 'outline'],
      ['const kept = 0', 'name'],
      ['const list$1 = 0', 'name'],
      ['function list$1() {}', 'name'],
      ['const { a } = list$1', 'declaration'],
      ['if (list$1) { }', 'outline'],
      ['{ }', 'outline'],
      ['class A$b {}', 'outline'],
      ['function plain() {}', 'name'],
      ['async function a$b() {}', 'function'],
      ['function* a$b() {}', 'function'],
      ['function a$b(a = 1) {}', 'declaration'],
      ['function a$b({ a }) {}', 'declaration'],
      ['function a$b(...a) {}', 'declaration'],
      ['function a$b(abi) {}', 'name'],
      ['function a$b(undefined) {}', 'name'],
      ['function a$b() { return b$a() }\nfunction b$a() { return a$b() }', 'recursion'],
      ['const a$b = (x) => b$a(x)\nconst b$a = (x) => a$b(x)', 'recursion'],
      ['const a$b = globalThis', 'name'],
      ['const a$b = new WebAssembly.Module([])', 'call'],
      ['const a$b = new Proxy([], [])', 'call'],
      ['const a$b = new Uint8Array(1000000000)', 'call'],
      ['const a$b = abi.reading(abi.string)', 'outline'],
      ['const a$b = abi.string', 'outline'],
      ['const a$b = abi.constructor(1)', 'outline'],
      ['const a$b = abi.toString()', 'outline'],
      ["const a$b = abi.lowerAscii('A')", 'outline'],
      ['const a$b = decide$orders$read()', 'outline'],
      ['const a$b = list$1[0]', 'outline'],
      ["const a$b = { kind: 'x' }", 'property'],
      ['const a$b = { ask: 0, a: decide$orders$read }', 'function'],
      ["const a$b = abi.permit('a', { headers: [caller] })", 'outline'],
      ["const a$b = abi.permit('a', { name: 'b' })", 'property'],
      ['const a$b = abi.permit(list$1)', 'outline'],
      [
        'const a$b = abi.tracing(list$1, { signIn: false, body: false, anonymous: { rules: [abi.isInt] }, authenticated: {} })',
        'outline',
      ],
      ['const a$b = abi.table(list$1, list$1, list$1, abi.isInt)', 'outline'],
      ["const a$b = abi.regex('a')\nfunction b$a() { return a$b }", 'function'],
      ["const a$b = abi.regex('a')\nfunction b$a() { return a$b.pattern }", 'function'],
      ['const a$b = abi.moment(1)\nfunction b$a() { return a$b }', 'function'],
      ["('use strict')", 'outline'],
      ['export const a$b = 1', 'syntax'],
      ["import a$b from 'node:fs'", 'syntax'],
      ['} ; process.exit() ; {', 'syntax'],
      ['return abi.policy({})', 'outline'],
      ['return list$1', 'outline'],
      ['/*', 'syntax'],
      ["'", 'syntax'],
    ],
  ],
  [
    'in a record',
    (record) => moduleWith({ record }),
    [
      ['__proto__: abi.record(json),', 'property'],
      ['__defineGetter__: abi.string(json),', 'property'],
      ['constructor: abi.string(json),', 'property'],
      ['get other() { return 1 },', 'object-member'],
      ['...json,', 'object-member'],
      ['[json]: 1,', 'object-member'],
    ],
  ],
  [
    'as the result',
    (result) => moduleWith({ result }),
    [
      ['Object.freeze', 'outline'],
      ['abi.record', 'outline'],
      ['(abi.policy, abi.record)', 'outline'],
      ['', 'outline'],
    ],
  ],
])('%s', (_, make, attacks) => {
  it.each(attacks)('%j: %s', (code, rule) => {
    const violation = policyViolation(make(code))
    expect(violation?.rule).toBe(rule)
    // Part by part it is the same, whatever was looked at before.
    const known: KnownParts = new Map()
    expect(policyViolation(moduleWith({}), known)).toBeNull()
    for (let round = 0; round < 2; round += 1) expect(policyViolation(make(code), known)).toEqual(violation)
    expect(policyViolation(moduleWith({}), known)).toBeNull()
  })
})

it('refuses what is not in strict mode, has no result, or goes on behind it', () => {
  const good = moduleWith({})
  expect(policyViolation(good.replace("'use strict'", ''))?.rule).toBe('outline')
  expect(policyViolation(good.replace("'use strict'", "'use\\x20strict'"))?.rule).toBe('outline')
  // An expression that is no directive: the code would run in sloppy mode.
  expect(policyViolation(good.replace("'use strict'", "('use strict')"))?.rule).toBe('outline')
  expect(policyViolation(good.replace("'use strict'", "'use strict'\n['a']"))?.rule).toBe('outline')
  expect(policyViolation(good.replace("'use strict'", "'use strict'\n.at(0)"))?.rule).toBe('outline')
  expect(policyViolation(good.replace("'use strict'", "'use strict';"))?.rule).toBe('outline')
  expect(policyViolation(good.slice(0, good.indexOf('return abi.policy')))?.rule).toBe('outline')
  expect(policyViolation(`${good}\nfunction a$b() {}`)?.rule).toBe('outline')
  expect(policyViolation('')?.rule).toBe('outline')
  expect(policyViolation(`#!/usr/bin/env node\n${good}`)?.rule).toBe('syntax')
})

it('refuses what was found to leave a module', () => {
  const found: readonly (readonly [top: string, rule: string])[] = [
    // A key that is a text, of a table; a record with members named like methods; a `this` that somebody chooses.
    [
      "const t$1 = [1]\nfunction with$1(fn, self, v) {\n  const o = { get: t$1['constructor'].from }\n  return o.get([v], fn, self)[0]\n}",
      'property',
    ],
    ["const t$1 = [1]\nfunction setter$1() {\n  return t$1['__lookupSetter__']\n}", 'computed-key'],
    // A literal that makes names readable.
    ['const words$1 = { from: 1, call: 1, assign: 1 }', 'property'],
    ['function read$1(o) {\n  const words = { from: 1, call: 1 }\n  return o.call\n}', 'property'],
    ["const words$1 = [{ name: 'call' }]\nfunction read$1(o) {\n  return o.call\n}", 'property'],
    ['function hang$1() {\n  for (let i = 0; i < 9007199254740991; i += 1) steps$up\n}', 'statement'],
  ]
  for (const [top, rule] of found) expect([top, policyViolation(moduleWith({ top }))?.rule]).toEqual([top, rule])
})

it('looks at a part that it knows no more, and at all parts together', () => {
  const functions = (count: number) =>
    Array.from({ length: count }, (_, at) => `function f$${at}() {\n  return ${at}\n}\n`).join('\n')
  const known: KnownParts = new Map()
  expect(policyViolation(moduleWith({ top: functions(100) }), known)).toBeNull()
  const parts = new Map(known)
  expect(policyViolation(moduleWith({ top: functions(101) }), known)).toBeNull()
  expect([...known].filter(([text, part]) => parts.get(text) !== part).length).toBeLessThanOrEqual(2)
  // Each good by itself, and not together.
  const both = (top: string) => policyViolation(moduleWith({ top }), known)?.rule
  expect(both('function f$0() {\n  return f$1()\n}\nfunction f$1() {\n  return f$0()\n}')).toBe('recursion')
  expect(both('function f$0() {\n  return 0\n}\nfunction f$0() {\n  return 0\n}')).toBe('name')
  expect(both('function f$0() {\n  return f$2()\n}')).toBe('name')
  expect(both("'use strict'\nfunction f$0() {\n  return 0\n}")).toBe('outline')
  expect(policyViolation('', known)?.rule).toBe('outline')
})

it('says where', () => {
  expect(policyViolation(moduleWith({ body: 'value1 = globalThis' }))).toEqual({
    rule: 'name',
    line: 26,
    column: 12,
    message: '`globalThis` is free: it would be found outside of the module',
  })
})

it('ends where code is nested without end', () => {
  for (const body of [
    `value1 = ${'('.repeat(50_000)}1${')'.repeat(50_000)}`,
    `value1 = ${'!'.repeat(50_000)}1`,
    '{'.repeat(50_000) + '}'.repeat(50_000),
  ])
    expect(policyViolation(moduleWith({ body }))?.rule).toBe('depth')
  const functions = Array.from({ length: 20_000 }, (_, at) => `function f$${at}() { return f$${at + 1}() }`).join('\n')
  expect(policyViolation(moduleWith({ top: `${functions}\nfunction f$20000() { return 1 }` }))).toBeNull()
})
