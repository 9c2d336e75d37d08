import { expect, test } from 'vitest'
import { declared } from './plain-tree.ts'

test('rules: clauses in any order', () => {
  const text = 'permit p because "no" when a unless b to staff, support except label pii on *, orders.*, orders.read when c'
  expect(declared(text)).toEqual({
    kind: 'RuleDeclaration',
    shadow: false,
    effect: 'permit',
    name: 'p',
    on: [
      { kind: 'AllTarget' },
      { kind: 'ServiceTarget', service: 'orders' },
      { kind: 'RouteTarget', service: 'orders', route: 'read' },
    ],
    except: [{ kind: 'LabelTarget', label: 'pii' }],
    to: ['staff', 'support'],
    conditions: [
      { kind: 'Condition', unless: false, expression: { kind: 'Identifier', name: 'a' } },
      { kind: 'Condition', unless: true, expression: { kind: 'Identifier', name: 'b' } },
      { kind: 'Condition', unless: false, expression: { kind: 'Identifier', name: 'c' } },
    ],
    requires: [],
    limit: null,
    headers: [],
    because: { text: 'no' },
    doc: null,
  })
  expect(declared('forbid f on *')).toMatchObject({ effect: 'forbid', to: null, conditions: [], because: null })
})

test('rules in the shadow', () => {
  expect(declared('shadow forbid f on *')).toMatchObject({ shadow: true, effect: 'forbid', name: 'f' })
  expect(declared('shadow permit p on * to anyone')).toMatchObject({ shadow: true, effect: 'permit', name: 'p' })
  expect(declared('shadow\npermit shadow\non *')).toMatchObject({ shadow: true, name: 'shadow' })
})

test('what a permit asks and what follows from it', () => {
  const text = `permit p
    on *
    to a
    require mfa
    require acr "gold" | "silver" within 1h
    require auth within 90s
    limit 20 per 1h by caller.sub
    header "x-tier" = a ? "b" : "c"
    header 'x-who' = caller.sub`
  const requirement = (what: string, values: unknown[], milliseconds: number | null) => ({
    kind: 'Requirement',
    what,
    values,
    within: milliseconds === null ? null : { kind: 'Period', milliseconds },
  })
  expect(declared(text)).toMatchObject({
    requires: [
      requirement('mfa', [], null),
      requirement('acr', [{ text: 'gold' }, { text: 'silver' }], 3_600_000),
      requirement('auth', [], 90_000),
    ],
    limit: {
      kind: 'Limit',
      count: { value: 20 },
      per: { kind: 'Period', milliseconds: 3_600_000 },
      by: { kind: 'Member', field: 'sub' },
    },
    headers: [
      { kind: 'HeaderClause', name: { text: 'x-tier' }, value: { kind: 'Conditional' } },
      { kind: 'HeaderClause', name: { text: 'x-who' }, value: { kind: 'Member' } },
    ],
  })
  expect(declared('permit p on * to a limit 1 per 7d header "x" = b')).toMatchObject({
    limit: { by: null, per: { milliseconds: 604_800_000 } },
    headers: [{ name: { text: 'x' } }],
  })
})

test.each([
  ['permitted only when a', 'permitted-only-when', true],
  ['permitted when a', 'permitted-when', true],
  ['permitted always', 'permitted-when', false],
  ['denied when a', 'denied-when', true],
  ['denied always', 'denied-when', false],
])('invariants: %s', (clause, form, conditional) => {
  const condition = conditional ? { kind: 'Identifier', name: 'a' } : null
  const expected = {
    kind: 'InvariantDeclaration',
    name: 'i',
    on: [{ kind: 'AllTarget' }],
    except: [{ kind: 'LabelTarget', label: 'public' }],
    form,
    condition,
    doc: null,
  }
  expect(declared(`invariant i\n  on * except label public\n  ${clause}`)).toEqual({ ...expected, allowUnknown: false })
  expect(declared(`invariant i ${clause} allow unknown except label public on *`)).toEqual({ ...expected, allowUnknown: true })
})
