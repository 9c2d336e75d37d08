import { expect, test } from 'vitest'
import {
  BOOL,
  CIDR,
  DOUBLE,
  DURATION,
  type FieldShape,
  INT,
  IP,
  literals,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../../language/checker/types/type.ts'
import { helpers, type QueryProgram } from '../../../runtime/abi/index.ts'
import { joinCode, js } from '../code.ts'
import { ModuleScope } from '../module-scope.ts'
import { emitQuery } from './emit-query.ts'

function programOf(fields: Readonly<Record<string, Type>>): QueryProgram {
  const shapes = Object.entries(fields).map(([key, type]): [string, FieldShape] => {
    const name = key.replace('?', '')
    return [name, { type, optional: key.endsWith('?'), path: [name] }]
  })
  const module = new ModuleScope()
  const query = emitQuery(new Map(shapes), module)
  return new Function('abi', joinCode([...module.constants, js`return ${query}`], '\n').toString())(helpers)
}

/** As the reader of queries gives them: every declared key, no prototype. */
function read(program: QueryProgram, values: Readonly<Record<string, readonly string[]>>) {
  const all = Object.create(null)
  for (const { name } of program.keys) all[name] = Object.hasOwn(values, name) ? values[name] : []
  return program.read(all)
}

test('every kind of scalar', () => {
  const program = programOf({
    s: STRING,
    l: literals(['a', 'b']),
    b: BOOL,
    i: INT,
    d: DOUBLE,
    t: TIMESTAMP,
    n: DURATION,
    ip: IP,
    net: CIDR,
  })
  const values = {
    s: ['x y'],
    l: ['b'],
    b: ['false'],
    i: ['-7'],
    d: ['1.50'],
    t: ['1970-01-01T00:00:01Z'],
    n: ['1m'],
    ip: ['::ffff:192.0.2.1'],
    net: ['10.0.0.0/8'],
  }
  const typed = {
    s: 'x y',
    l: 'b',
    b: false,
    i: -7,
    d: 1.5,
    t: 1_000_000_000n,
    n: 60_000_000_000n,
    ip: '192.0.2.1',
    net: '10.0.0.0/8',
  }
  expect(read(program, values)).toEqual(typed)
  const wrong = { l: 'c', b: 'yes', i: '1.0', d: '', t: '1', n: '1', ip: 'x', net: '10.0.0.0' }
  for (const [key, value] of Object.entries(wrong))
    expect([key, read(program, { ...values, [key]: [value] })]).toEqual([key, null])
  for (const key of Object.keys(values)) {
    expect([key, read(program, { ...values, [key]: [] })]).toEqual([key, null])
    expect([key, read(program, { ...values, [key]: ['a', 'a'] })]).toEqual([key, null])
  }
})

test('what is optional, what may come often, and names that mean something', () => {
  const program = programOf({
    'page?': INT,
    tags: { kind: 'set', element: STRING },
    'ids?': { kind: 'list', element: INT },
    constructor: STRING,
    __proto__x: STRING,
  })
  expect(program.keys).toEqual([
    { name: 'page', many: false, optional: true },
    { name: 'tags', many: true, optional: false },
    { name: 'ids', many: true, optional: true },
    { name: 'constructor', many: false, optional: false },
    { name: '__proto__x', many: false, optional: false },
  ])
  const names = { constructor: ['c'], __proto__x: ['p'] }
  const rest = { $constructor: 'c', $__proto__x: 'p' }
  expect(read(program, names)).toEqual({ page: undefined, tags: new Set(), ids: undefined, ...rest })
  expect(read(program, { ...names, page: ['2'], tags: ['a', 'b', 'a'], ids: ['3', '1', '3'] })).toEqual({
    page: 2,
    tags: new Set(['a', 'b']),
    ids: [3, 1, 3],
    ...rest,
  })
  expect(read(program, { ...names, ids: ['3', 'x'] })).toBeNull()
  expect(read(program, { __proto__x: ['p'] })).toBeNull()
})
