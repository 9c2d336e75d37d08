import { expect, test } from 'vitest'
import { offsetOf } from '../text/positions.ts'
import { TextFiles } from '../workspace/files.ts'
import { type PolicyFile, Workspace } from '../workspace/workspace.ts'
import { INLAY_HINTS, type InlayHintSettings, inlayHintsIn, readInlayHintSettings } from './inlay-hints.ts'

const EVERYWHERE = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }

function policyOf(text: string): PolicyFile {
  const workspace = new Workspace(new TextFiles())
  workspace.setText('file:///w/a.iap', text)
  return workspace.policyAt('file:///w/a.iap') as PolicyFile
}

/** Returns the text with the hints in it, in brackets. */
function hinted(text: string, settings: Partial<InlayHintSettings> = {}): string {
  const policy = policyOf(text)
  const hints = inlayHintsIn(policy, EVERYWHERE, { ...INLAY_HINTS, ...settings })
  const at = hints.map(({ position, label }) => ({ offset: offsetOf(policy.source, position), label }))
  return at
    .sort((a, b) => b.offset - a.offset)
    .reduce((all, { offset, label }) => `${all.slice(0, offset)}[${label}]${all.slice(offset)}`, text)
}

const BEFORE = `identity staff via jwt { sub: string, groups: set<string>, teams: map<string, int>, level?: int }
role admin of staff
label pii
label public
`

test('variables have types', () => {
  const rule = (condition: string) =>
    `${BEFORE}service s at "s.example" { route r GET "/" }\npermit p on s.r to staff when ${condition}`
  expect(hinted(rule('caller.groups.exists(one, one == "a")'))).toContain('exists(one[: string], one')
  expect(hinted(rule('caller.teams.all(team, team == "a")'))).toContain('all(team[: string], team')
  expect(hinted(rule('caller.?level.optMap(n, n > 1).orValue(false)'))).toContain('optMap(n[: int], n')
  expect(hinted(rule('[{"a": 1}].exists(m, "a" in m)'))).toContain('exists(m[: map<string, int>], "a"')
  expect(hinted(rule('caller.nothing.exists(m, m == 1)'))).not.toContain('[:')
  expect(hinted(rule('caller.groups.exists(one, one == "a")'), { variableTypes: false })).not.toContain('[')
})

test('arguments of defs have the names of their parameters, if they do not say them', () => {
  const defs = 'def same(left: string, right: string): bool = left == right\n'
  const text = (call: string) => `${defs}def use(left: string, x: string): bool = ${call}`
  expect(hinted(text('same(left, x)'))).toContain('same(left, [right:]x)')
  expect(hinted(text('same("a", "b")'))).toContain('same([left:]"a", [right:]"b")')
  expect(hinted(text('same("a", "b", "c")'))).toContain('same([left:]"a", [right:]"b", "c")')
  expect(hinted(text('other("a")'))).not.toContain('[')
})

test('routes have the labels of their service', () => {
  const text = `${BEFORE}service s at "s.example" is pii {\n  route a GET "/a"\n  route b GET "/b" is public\n  route c GET "/c" is pii\n}`
  expect(hinted(text)).toContain('"/a"[ is pii]')
  expect(hinted(text)).toContain('is public[, pii]')
  expect(hinted(text)).toMatch(/"\/c" is pii\n/)
})

test('roles in `to` have their identities, if the client wants that', () => {
  const text = `${BEFORE}service s at "s.example" { route r GET "/" }\npermit p on s.r to admin`
  expect(hinted(text, { roleIdentities: true })).toMatch(/to admin\[ of staff\]$/)
  expect(hinted(text)).toMatch(/to admin$/)
})

test('only hints of a range are returned, and long ones are cut', () => {
  const record = Array.from({ length: 9 }, (_, at) => `"field${at}": 1`).join(', ')
  const line = `def a(): bool = [[{${record}}]].exists(one, true)`
  const policy = policyOf(`${line}\ndef b(): bool = ["b"].exists(other, true)`)
  const second = { start: { line: 1, character: 0 }, end: { line: 1, character: 9 } }
  expect(inlayHintsIn(policy, { start: second.start, end: { line: 2, character: 0 } }, INLAY_HINTS)).toHaveLength(1)
  const long = policyOf('def a(x: string): bool = [{"a": {"b": {"c": {"d": {"e": 1}}}}}].exists(one, true)')
  const [hint] = inlayHintsIn(long, EVERYWHERE, INLAY_HINTS)
  expect(hint).toMatchObject({ label: expect.stringMatching(/^.{40}…$/), tooltip: expect.stringContaining('int>') })
})

test('broken and half-typed texts have the hints of what can be read', () => {
  const text = `${BEFORE}def same(a: string): bool = ["b"].exists(one, one == a)\nservice s at "s.example" is pii { route r GET "/" }\n`
  for (let end = 0; end <= text.length; end += 1) expect(() => hinted(text.slice(0, end))).not.toThrow()
})

test('settings that a client lacks or mistypes have their defaults', () => {
  expect(readInlayHintSettings(null)).toEqual(INLAY_HINTS)
  expect(readInlayHintSettings('no')).toEqual(INLAY_HINTS)
  expect(readInlayHintSettings({ variableTypes: false, parameterNames: 'no', other: 1 })).toEqual({
    ...INLAY_HINTS,
    variableTypes: false,
  })
})
