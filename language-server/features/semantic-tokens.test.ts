import { expect, test } from 'vitest'
import { TextFiles } from '../workspace/files.ts'
import { type PolicyFile, Workspace } from '../workspace/workspace.ts'
import { SemanticTokensResults, semanticTokensIn, semanticTokensOf } from './semantic-tokens.ts'

function policyOf(text: string): PolicyFile {
  const workspace = new Workspace(new TextFiles())
  workspace.setText('file:///w/a.iap', text)
  return workspace.policyAt('file:///w/a.iap') as PolicyFile
}

/** Returns the tokens as `text:type.modifier`, without keywords. */
function tokens(text: string): string[] {
  return semanticTokensOf(policyOf(text))
    .filter(({ type }) => type !== 'keyword')
    .map(({ span: { start, end }, type, modifiers }) => [`${text.slice(start, end)}:${type}`, ...modifiers].join('.'))
}

const POLICY = `identity staff via jwt { sub: string, groups: set<string> }
role admin of staff when "a" in caller.groups
label pii
@deprecated("gone soon") def starts(text: string): bool = text.startsWith("x") && math.abs(1) == 1
service shop at "shop.example" is pii { route list GET "/list" }
permit lists on shop.list to admin, anonymous when ["x"].exists(one, starts(one))
`

test('a token has the kind of what its name stands for', () => {
  expect(tokens(POLICY)).toEqual([
    ...['staff:class.declaration', 'jwt:enumMember.defaultLibrary', 'sub:property.declaration', 'string:type.defaultLibrary'],
    ...['groups:property.declaration', 'set:type.defaultLibrary', 'string:type.defaultLibrary'],
    ...['admin:interface.declaration', 'staff:class', 'caller:variable.readonly.defaultLibrary', 'groups:property'],
    'pii:enum.declaration',
    ...['deprecated:decorator.defaultLibrary', 'starts:function.declaration.deprecated', 'text:parameter.declaration'],
    ...['string:type.defaultLibrary', 'bool:type.defaultLibrary', 'text:parameter', 'startsWith:function.defaultLibrary'],
    ...['math:namespace.defaultLibrary', 'abs:function.defaultLibrary'],
    ...['shop:namespace.declaration', 'pii:enum', 'list:method.declaration', 'GET:enumMember.defaultLibrary'],
    ...['lists:method.declaration', 'shop:namespace', 'list:method', 'admin:interface', 'anonymous:enumMember.defaultLibrary'],
    ...['one:variable.declaration', 'starts:function.deprecated', 'one:variable'],
  ])
})

test('tokens are in text order, on one line each, and do not overlap', () => {
  const found = semanticTokensOf(policyOf(POLICY))
  for (const [at, { span }] of found.entries()) {
    expect(POLICY.slice(span.start, span.end)).toMatch(/^\w+$/)
    expect(span.start).toBeGreaterThanOrEqual(found[at - 1]?.span.end ?? 0)
  }
})

test('a range has the tokens that touch it', () => {
  const policy = policyOf(POLICY)
  const start = POLICY.indexOf('label')
  const found = semanticTokensOf(policy, { start, end: start + 9 }).map(({ span }) => POLICY.slice(span.start, span.end))
  expect(found).toEqual(['label', 'pii'])
})

test('tokens are encoded relative to the token before', () => {
  const policy = policyOf('label pii\n  label a\n')
  const data = [...[0, 0, 5, 13, 0], ...[0, 6, 3, 3, 1], ...[1, 2, 5, 13, 0], ...[0, 6, 1, 3, 1]]
  expect(new SemanticTokensResults().full('a', policy).data).toEqual(data)
  const [start, end] = [
    { line: 0, character: 0 },
    { line: 0, character: 9 },
  ]
  expect(semanticTokensIn(policy, { start, end })).toEqual({ data: data.slice(0, 10) })
})

test('a result can be asked for as the difference to the one before', () => {
  const results = new SemanticTokensResults()
  const { resultId = '' } = results.full('a', policyOf('label pii\n'))
  const delta = results.delta('a', policyOf('label pii\nlabel a\n'), resultId)
  expect(delta).toMatchObject({ edits: [{ start: 10, deleteCount: 0, data: [1, 0, 5, 13, 0, 0, 6, 1, 3, 1] }] })
  // Not the last result: everything.
  expect(results.delta('a', policyOf('label b'), 'other')).toMatchObject({ data: [0, 0, 5, 13, 0, 0, 6, 1, 3, 1] })
  results.forget('a')
  expect(results.delta('a', policyOf('label b'), delta.resultId ?? '')).toHaveProperty('data')
})

test('broken and half-typed texts have the tokens of what can be read', () => {
  for (let end = 0; end <= POLICY.length; end += 1) expect(() => tokens(POLICY.slice(0, end))).not.toThrow()
  for (let at = 0; at < POLICY.length; at += 3) expect(() => tokens(POLICY.slice(0, at) + POLICY.slice(at + 4))).not.toThrow()
  expect(tokens('permit on to {{{\n\nlabel pii')).toEqual(['pii:enum.declaration'])
})
