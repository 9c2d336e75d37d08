import { describe, expect, test } from 'vitest'
import { BOOL, HIERARCHY, INT, type RecordShape, STRING, type Type } from '../../language/checker/types/type.ts'
import * as build from '../ir/build.ts'
import { type Expr, type PolicyIr, printExpression, verify } from '../ir/index.ts'
import { comparePositions } from './compare-positions.ts'
import { linkNames } from './link-names.ts'
import { before, policyOf } from './pass-test-policy.ts'

const SHAPES: Readonly<Record<string, Type>> = { owner: STRING, folders: { kind: 'set', element: STRING }, size: INT }
const DOC: RecordShape = {
  kind: 'record',
  open: false,
  fields: new Map(Object.entries(SHAPES).map(([name, type]) => [name, { type, optional: false, path: [name] }])),
}
const docs = build.data('docs', { kind: 'map', value: DOC })
const tree = build.data('tree', HIERARCHY)
const id = build.param(0, 'id', STRING)
const sub = build.callerField('x', STRING)
const doc = build.mapRead(docs, id, DOC)
const owner = build.field(doc, 'owner', STRING)
const folders = build.field(doc, 'folders', SHAPES.folders as Type)
const within = (name: Expr, ancestor: Expr) => build.call('hierarchy.within', [tree, name, ancestor], BOOL)
const element = build.variable('f@0', STRING, 'request')

function linked(test: Expr): readonly [string, PolicyIr] {
  const policy: PolicyIr = {
    ...policyOf(before(test)),
    data: [
      { name: 'docs', type: docs.type },
      { name: 'tree', type: tree.type },
    ],
  }
  const after = verify(comparePositions.run(verify(linkNames.run(verify(policy)))))
  return [printExpression(after.routes[0]?.authenticated.decide[0]?.test as Expr), after]
}

describe('what is found before', () => {
  test.each<[string, Expr, string]>([
    ['a caller in a hierarchy', within(sub, id), '(below data:tree (linked data:tree caller.x) (position data:tree params.id))'],
    [
      'a field of an entry in a hierarchy',
      within(id, owner),
      '(below data:tree (position data:tree params.id) (linked data:tree (. ([] data:docs params.id) owner)))',
    ],
    ['a caller among the keys of a map', build.within(sub, docs), '(has (entry data:docs (linked data:docs caller.x)))'],
    [
      'an entry of an entry',
      build.equal(build.field(build.mapRead(docs, owner, DOC), 'owner', STRING), sub),
      '(== (. (entry data:docs (linked data:docs (. ([] data:docs params.id) owner))) owner) caller.x)',
    ],
    [
      'all of several names',
      build.quantifier('exists', folders, 'f@0', within(id, element)),
      '(below data:tree (position data:tree params.id) (linked data:tree (. ([] data:docs params.id) folders)))',
    ],
  ])('%s', (_, expression, printed) => expect(linked(expression)[0]).toBe(printed))

  test('texts that are linked to one datum are compared by their positions', () => {
    const same = build.equal(owner, sub)
    expect(linked(same)[0]).toBe(printExpression(same))
    expect(linked(build.and(within(sub, id), same))[0]).toBe(
      '(&& (below data:tree (linked data:tree caller.x) (position data:tree params.id)) (== (linked data:tree caller.x) (linked data:tree (. ([] data:docs params.id) owner))))',
    )
  })

  test('is noted where it is found', () => {
    const [, policy] = linked(build.and(within(sub, owner), within(owner, id), build.within(owner, docs)))
    expect([policy.data[0]?.links, policy.data[1]?.links, policy.callerLinks]).toEqual([
      [
        { field: 'owner', datum: 'docs' },
        { field: 'owner', datum: 'tree' },
      ],
      undefined,
      [{ field: 'x', datum: 'tree', ancestors: true }],
    ])
  })

  test('what is above a caller is found for whoever asks whether they are below one name', () => {
    const links = (test: Expr) => linked(test)[1].callerLinks
    const plain = [{ field: 'x', datum: 'tree' }]
    expect(links(within(owner, sub))).toEqual(plain)
    expect(links(build.quantifier('exists', folders, 'f@0', within(sub, element)))).toEqual(plain)
    expect(links(build.and(within(id, sub), within(sub, id)))).toEqual([{ ...plain[0], ancestors: true }])
  })
})

describe('what is not', () => {
  const failing = build.call('string.charAt', [id, build.param(0, 'id', INT)], STRING)
  test.each<[string, Expr]>([
    ['what the request alone says', within(id, build.constant('a', STRING))],
    ['what may err', within(sub, failing)],
    ['whether all are above', build.quantifier('all', folders, 'f@0', within(id, element))],
    ['whether one is below', build.quantifier('exists', folders, 'f@0', within(element, id))],
    ['a map that is no datum', build.within(sub, build.callerField('n', { kind: 'map', value: INT }))],
  ])('%s', (_, expression) => expect(linked(expression)[0]).toBe(printExpression(expression)))
})
