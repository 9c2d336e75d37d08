/** The schema of data and bodies, and the conversion behind it, agree: what one lets in the other does, but where only one can know. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import {
  BOOL,
  CIDR,
  DOUBLE,
  DURATION,
  type FieldShape,
  HIERARCHY,
  INT,
  IP,
  literals,
  STRING,
  TIMESTAMP,
  type Type,
} from '../../language/checker/types/type.ts'
import { helpers, type PolicyModule } from '../../runtime/abi/index.ts'
import { TextMap, TextSet } from '../../runtime/abi/values/texts/text-collections.ts'
import { emit } from '../codegen/index.ts'
import { jsonSchema } from './type-schema.ts'

/** What conditions read; undefined where it does not fit. Throws where schema and conversion differ. */
function door(type: Type) {
  const policy = { identities: [], callerFields: [], roleWords: 0, data: [{ name: 'd', type }], routes: [] }
  const module = new Function('abi', emit(policy).code)(helpers) as PolicyModule
  const validate = new Ajv2020({ strict: true, ownProperties: true, strictRequired: false }).compile(jsonSchema(type))
  return (json: string, schemaKnows = true): unknown => {
    const value = JSON.parse(json)
    const [says, read] = [validate(value), module.data[0]?.prepare(value)]
    if (schemaKnows) expect([json, says]).toEqual([json, read !== undefined])
    else expect([json, says, read]).toEqual([json, true, undefined])
    return read
  }
}

const list = (element: Type): Type => ({ kind: 'list', element })
const set = (element: Type): Type => ({ kind: 'set', element })
const map = (value: Type): Type => ({ kind: 'map', value })

/** `a?` is optional; a path may be given. */
function record(fields: Readonly<Record<string, Type | readonly [Type, ...string[]]>>, open = false): Type {
  const shapes = Object.entries(fields).map(([key, given]): [string, FieldShape] => {
    const name = key.replace('?', '')
    const [type, ...path] = 'kind' in given ? [given] : given
    return [name, { type, optional: key.endsWith('?'), path: path.length === 0 ? [name] : path }]
  })
  return { kind: 'record', open, fields: new Map(shapes) }
}

test.each<[string, Type, readonly string[], readonly string[]]>([
  ['bool', BOOL, ['true', 'false'], ['0', 'null', '"true"']],
  ['int', INT, ['1', '1.0', '-9007199254740991'], ['1.5', '"1"', '9007199254740992', 'null']],
  ['double', DOUBLE, ['1', '1.5e300', '-0'], ['"1"', 'null', '1e999']],
  ['string', STRING, ['""', '"\\ud83d\\ude00"'], ['1', 'null', '[]']],
  ['literals', literals(['EUR', 'USD']), ['"EUR"'], ['"eur"', '1', 'null']],
  [
    'timestamp',
    TIMESTAMP,
    ['"2026-01-01T00:00:00Z"', '"2026-01-01T00:00:00.123456789+01:30"'],
    ['"2026-01-01"', '1', '"2026-01-01T00:00:00"', 'null'],
  ],
  [
    'duration',
    DURATION,
    ['"1h30m"', '"-1.5s"', '"0"', '".5ms"', '"1.s"'],
    ['""', '"1"', '"1 h"', '"P1D"', '"-"', '"."', '".s"', '1'],
  ],
  ['ip', IP, ['"192.0.2.1"', '"::1"', '"2001:DB8::1"'], ['"a"', '""', '"::1%1"', '1', 'null']],
  ['cidr', CIDR, ['"10.0.0.0/8"', '"2001:db8::/32"'], ['"10.0.0.0"', '"10.0.0.0/"', '8', 'null']],
  ['list', list(INT), ['[]', '[1,1]'], ['{}', '[1,"a"]', 'null', '"1"', '[null]']],
  ['set', set(STRING), ['[]', '["a","a"]'], ['"a b"', '[1]', '{}']],
  ['map', map(list(INT)), ['{}', '{"a":[1],"__proto__":[],"constructor":[2]}'], ['[]', '{"a":1}', '{"a":null}', 'null']],
  ['list of so many', { kind: 'list', element: INT, most: 2 }, ['[]', '[1,1]'], ['[1,1,1]', '{}']],
  ['set of so many', { kind: 'set', element: INT, most: 2 }, ['[1,1]'], ['[1,1,1]']],
  [
    'map of so many',
    { kind: 'map', value: INT, most: 2 },
    ['{}', '{"a":1,"__proto__":1}'],
    ['{"a":1,"b":1,"__proto__":1}', '[1]'],
  ],
  ['hierarchy', HIERARCHY, ['{}', '{"a":["b","c"],"b":[]}'], ['[]', '{"a":"b"}', '{"a":[1]}', '{"a":null}']],
  [
    'closed record',
    record({ a: STRING, 'b?': INT }),
    ['{"a":"x"}', '{"a":"x","b":null}', '{"a":"x","b":1}'],
    ['{}', '{"a":null}', '{"a":"x","c":1}', '{"a":"x","__proto__":1}', '{"a":"x","constructor":1}', '[]', 'null'],
  ],
  ['open record', record({ a: STRING }, true), ['{"a":"x","c":{},"__proto__":1}'], ['{}', '{"c":1}']],
  [
    'names that mean something',
    record({ constructor: STRING, '__proto__?': INT }),
    ['{"constructor":"a"}', '{"constructor":"a","__proto__":1}'],
    ['{}', '{"__proto__":1}', '{"constructor":"a","__proto__":"1"}'],
  ],
  [
    'paths',
    record({ a: [STRING, 'x', 'a'], 'b?': [INT, 'x', 'b'], 'c?': [BOOL, 'y', 'z', 'c'] }),
    [
      '{"x":{"a":"1"}}',
      '{"x":{"a":"1","b":2},"y":{"z":{"c":true}}}',
      '{"x":{"a":"1"},"y":null}',
      '{"x":{"a":"1"},"y":{"z":null}}',
    ],
    [
      '{}',
      '{"x":{}}',
      '{"x":null}',
      '{"x":{"a":"1","d":1}}',
      '{"x":{"a":"1"},"y":{"z":{},"w":1}}',
      '{"x":"a"}',
      '{"x":{"a":"1"},"y":[]}',
    ],
  ],
  [
    'a path beside the whole',
    record({ 'm?': [map(INT), 'x'], 'a?': [INT, 'x', 'a'] }),
    ['{}', '{"x":{"a":1,"b":2}}'],
    ['{"x":{"b":"c"}}', '{"y":1}'],
  ],
  ['nested', map(list(record({ 'zip?': INT }))), ['{"a":[{"zip":1},{}]}'], ['{"a":[{"zap":1}]}', '{"a":[[]]}', '{"a":{}}']],
])('%s', (_, type, fitting, others) => {
  const read = door(type)
  for (const json of fitting) expect([json, read(json) !== undefined]).toEqual([json, true])
  for (const json of others) expect([json, read(json) !== undefined]).toEqual([json, false])
})

test('what a schema cannot say, the conversion refuses', () => {
  door(STRING)('"\\ud800"', false)
  door(map(INT))('{"\\udc00":1}', false)
  door(TIMESTAMP)('"2026-02-30T00:00:00Z"', false)
  door(DURATION)('"999999999h"', false)
  door(IP)('"1.2.3"', false)
  door(CIDR)('"10.0.0.0/33"', false)
  door(HIERARCHY)('{"a":["b"],"b":["a"]}', false)
})

test('what conditions read', () => {
  const type = record({
    at: TIMESTAMP,
    'for?': DURATION,
    from: IP,
    tags: set(STRING),
    'm?': map(record({ n: INT })),
    constructor: STRING,
  })
  const json =
    '{"at":"1970-01-01T00:00:00.5Z","from":"::FFFF:192.0.2.1","tags":["a","a"],"m":{"__proto__":{"n":1}},"constructor":"c"}'
  expect(door(type)(json)).toEqual({
    $at: 500_000_000n,
    $for: undefined,
    $from: '192.0.2.1',
    tags: new TextSet(['a']),
    m: new TextMap([['__proto__', { n: 1 }]]),
    $constructor: 'c',
  })
})
