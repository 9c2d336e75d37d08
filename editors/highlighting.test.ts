import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import oniguruma from 'vscode-oniguruma'
import textmate from 'vscode-textmate'
import { parse } from '../language/index.ts'
import { tokenize } from '../language/syntax/tokenize.ts'
import * as kinds from '../language/syntax/tokens.ts'

const root = new URL('../', import.meta.url)
const grammarFile = new URL('./vscode/syntaxes/iap.tmLanguage.json', import.meta.url)

const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'))
const onigLib = oniguruma.loadWASM(new Uint8Array(wasm).buffer).then(() => ({
  createOnigScanner: (patterns: string[]) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text: string) => new oniguruma.OnigString(text),
}))
const registry = new textmate.Registry({
  onigLib,
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(grammarFile, 'utf8'), 'iap.tmLanguage.json'),
})
const grammar = await registry.loadGrammar('source.iap')
if (grammar === null) throw new Error('there is no grammar')

interface Colored {
  readonly text: string
  readonly start: number
  readonly end: number
  /** The innermost scope but that of the file. */
  readonly scope: string
}

/** A text in the pieces that the grammar sees; at the end of it nothing may be left open. */
function color(text: string): Colored[] {
  let stack = textmate.INITIAL
  let offset = 0
  const found: Colored[] = []
  for (const line of text.split('\n')) {
    const { tokens, ruleStack } = (grammar as NonNullable<typeof grammar>).tokenizeLine(line, stack)
    stack = ruleStack
    for (const { startIndex, endIndex, scopes } of tokens) {
      const [start, end] = [offset + startIndex, offset + Math.min(endIndex, line.length)]
      found.push({ text: text.slice(start, end), start, end, scope: scopes.slice(1).join(' ') })
    }
    offset += line.length + 1
  }
  expect(stack.depth, 'something is left open').toBe(1)
  return found
}

function scopesOf(text: string): (word: string) => string[] {
  const pieces = color(text)
  return (word) => pieces.filter((piece) => piece.text === word).map(({ scope }) => scope)
}

const isKeyword = (scope: string) => /(^| )(keyword|storage|constant\.language|support\.constant)\./.test(scope)

/** Each keyword where it is one. */
const everyWord = `import { a } from "./x.iap"
type T = { a: int }
identity staff via jwt, mtls { sub: string }
role manager of staff when true
label pii
data quota: map<string, int>
@was("f") def g(x: int): bool = x in [1] && false
service s at "h" from openapi "./o.yaml" is pii {
  list is pii
}
service orders at "h" {
  route read POST "/" query { a: string } body schema "./s.json" is pii
  rpc list "shop.Orders/List"
}
shadow permit p
  on label pii except orders.read
  to staff, anonymous, authenticated
  when caller is staff
  unless mfa within 10m
  require acr "gold"
  require auth within 1h
  limit 20 per 1h by caller.sub
  header "x" = "y"
  because "no"
forbid f on *
invariant one on * permitted only when true allow unknown
invariant two
  on *
  denied always
fixture y { as anonymous }
test "t" {
  given z
  as anonymous
  authenticated by mfa 5m ago
  POST "https://h/" body "raw"
  data quota: null
  data rates missing
  mtls { spiffe_id: "x" }
  at timestamp("2026-01-01T00:00:00Z") from "192.0.2.1"
  expect permit by p
  cases { "one": {} }
}
test "z" { for any request on * expect deny }
test "u" { GET "https://h/" expect deny by no-route shadow p }
test "v" { GET "https://h/" expect unauthenticated }
test "w" { GET "https://h/" expect challenge }
test "x" { GET "https://h/" expect reject 400 }
`

describe('the TextMate grammar', () => {
  it('knows every keyword of the language', () => {
    expect(parse({ name: 'a.iap', text: everyWord }).diagnostics).toEqual([])
    const scopes = scopesOf(everyWord)
    const words = [...kinds.contextualWords.keys(), ...kinds.reservedWords.keys()].filter((word) => word !== 'no')
    expect(words.filter((word) => !scopes(word).some(isKeyword))).toEqual([])
    expect(scopes('no-route').some(isKeyword)).toBe(true)
  })

  it('leaves names alone that are keywords elsewhere', () => {
    const text =
      'identity a via jwt {\n  type: string\n  on?: int\n  label from "x": int\n  to: int\n}\nrole r of a when caller.type == caller.when'
    expect(parse({ name: 'a.iap', text }).diagnostics).toEqual([])
    const scopes = scopesOf(text)
    for (const word of ['type', 'on', 'label', 'to']) expect(scopes(word).filter(isKeyword), word).toEqual([])
    // The clause; not the claim.
    expect(scopes('when').filter(isKeyword)).toHaveLength(1)
  })

  it.each([
    ['permit p on orders.read', 'p', 'entity.name.function.rule.iap'],
    ['shadow forbid night on *', 'night', 'entity.name.function.rule.iap'],
    ['@was("x") permit p on *', 'p', 'entity.name.function.rule.iap'],
    ['@was("x")', 'was', 'storage.modifier.annotation.iap'],
    ['  as $who $claims', 'as', 'keyword.control.test.iap'],
    ['  expect $effect by $rule', 'by', 'keyword.control.clause.iap'],
    ['  data quota missing', 'missing', 'constant.language.missing.iap'],
    ['type Money = int', 'Money', 'entity.name.type.iap'],
    ['type Money = int', 'int', 'support.type.primitive.iap'],
    ['data d: map<string, set<Money>>', 'map', 'support.type.collection.iap'],
    ['data d: map<string, set<Money>>', 'Money', 'entity.name.type.iap'],
    ['  level?: int', 'int', 'support.type.primitive.iap'],
    ['  level?: int', 'level', 'variable.other.property.key.iap'],
    ['  route read GET, HEAD "/a" is pii', 'HEAD', 'support.constant.method.iap'],
    ['  route read GET "/a" body Refund is pii', 'Refund', 'entity.name.type.iap'],
    ['  when x < 10m', '10m', 'constant.numeric.period.iap'],
    ['  when x < 0x1F', '0x1F', 'constant.numeric.hex.iap'],
    ['  when x < 1.5e3', '1.5e3', 'constant.numeric.float.iap'],
    ['  when x < 15', '15', 'constant.numeric.integer.iap'],
    ['  when l.all(x, y)', 'all', 'support.function.macro.iap'],
    ['  when has(caller.level)', 'has', 'support.function.macro.iap'],
    ['  when size(x) > 1', 'size', 'support.function.iap'],
    ['  when caller.?level == y', 'level', 'variable.other.property.iap'],
    ['  when caller.level == y', 'caller', 'variable.language.iap'],
    ['  when body.amount == y', 'body', 'variable.language.iap'],
    ['  unless mfa within 1h', 'mfa', 'keyword.other.requirement.iap'],
    ['  unless mfa within 1h', 'within', 'keyword.other.requirement.iap'],
    ['  as staff { sub: $who }', '$who', 'variable.parameter.placeholder.iap'],
    ['  as staff { sub: $who }', 'staff', 'entity.name.class.identity.iap'],
    ['  to anyone', 'anyone', 'constant.language.caller.iap'],
    ['/// Says why.', '/// Says why.', 'comment.line.documentation.iap'],
    ['label a // why', '// why', 'comment.line.double-slash.iap'],
  ])('%s: %s is %s', (text, word, scope) => {
    expect(scopesOf(text)(word).map((found) => found.split(' ').at(-1))).toContain(scope)
  })

  it('sees where texts end, whatever their quotes', () => {
    const text = `because r"\\" because 'a"b' because """a"
  "b""" because R'''\\''' because "\\"\\q"`
    const pieces = color(text)
    const within = (offset: number) => pieces.find(({ start, end }) => start <= offset && offset < end)?.scope ?? ''
    for (const { startOffset, image, tokenType } of tokenize({ name: 'a', text }).tokens) {
      const expected = tokenType === kinds.Text ? /string\.quoted/ : /keyword/
      expect(within(startOffset), image).toMatch(expected)
      expect(within(startOffset + image.length - 1), image).toMatch(expected)
    }
    expect(pieces.filter(({ scope }) => scope.endsWith('escape.iap')).map((piece) => piece.text)).toEqual(['\\"', '\\q'])
  })
})

const files = ['examples', 'cli/templates'].flatMap((folder) =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.iap'))
    .map((name) => `${folder}/${name}`),
)

describe('the examples', () => {
  it('are found', () => {
    expect(files.length).toBeGreaterThan(3)
  })

  it.each(files)('%s: texts, numbers, comments and what begins a clause or a declaration', (file) => {
    const text = readFileSync(new URL(file, root), 'utf8')
    const pieces = color(text)
    const at = (offset: number) => pieces.find(({ start, end }) => start <= offset && offset < end)?.scope ?? ''
    const { tokens, comments } = tokenize({ name: file, text })
    for (const { span } of comments) expect(at(span.start)).toMatch(/^comment\./)
    for (const { startOffset, image, tokenType } of tokens) {
      const scope = at(startOffset)
      if (tokenType === kinds.Text) expect(scope, image).toMatch(/string\.quoted/)
      else expect(scope, image).not.toMatch(/string|comment|invalid/)
      if (tokenType === kinds.Period) expect(scope, image).toMatch(/constant\.numeric\.period/)
      if (tokenType === kinds.Int || tokenType === kinds.Double) expect(scope, image).toMatch(/constant\.numeric/)
      if (sure.has(tokenType))
        expect(isKeyword(scope), `${image} in ${text.slice(startOffset, startOffset + 40)}: ${scope}`).toBe(true)
    }
  })
})

const sure = new Set(kinds.keywordOf.values())
