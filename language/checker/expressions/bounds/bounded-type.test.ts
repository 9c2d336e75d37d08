import { expect, test } from 'vitest'
import { checkProject } from '../../../project.ts'
import type { RecordShape, Type } from '../../types/type.ts'
import { boundedType } from './bounded-type.ts'

/** The fields of a body that hold a bounded number of elements, where a policy has this condition; with `[]` what is in them. */
function boundedBy(condition: string): readonly string[] {
  const text = `
identity user via jwt { sub: string }
type Item = { marks: list<string>, on: list<timestamp> }
type Body = {
  texts: list<string>, words: list<"a" | "b">, ints: list<int>, tags: set<string>, by: map<string, bool>,
  grid: list<list<int>>, items: list<Item>, numbers?: list<double>
}
data names: list<string>
${condition.includes('any(') ? 'def any(given: list<string>): bool = given.exists(one, one == "x")' : ''}
service s at "a.test" { route r POST "/" body Body }
permit p on s.r to user when ${condition}
`
  const { result: model, diagnostics } = checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap'])
  if (model === null) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  const type = boundedType(model.routes[0]?.body?.type as Type, model)
  return [...(type as RecordShape).fields].flatMap(([name, field]) => paths(name, field.type))
}

function paths(name: string, type: Type): readonly string[] {
  const inner = type.kind === 'list' || type.kind === 'set' ? paths(`${name}[]`, type.element) : []
  const fields = type.kind === 'record' ? [...type.fields].flatMap(([key, field]) => paths(`${name}.${key}`, field.type)) : []
  const here = 'most' in type && type.most === 1000 ? [name] : []
  return [...here, ...inner, ...fields]
}

test.each<[string, readonly string[]]>([
  ['body.ints[?0].hasValue() && size(body.texts) > 2', []],
  ['body.ints.exists(i, i > 2)', ['ints', 'grid[]']],
  ['body.tags.all(tag, tag != "x")', ['tags']],
  ['body.by.all(key, key != "x")', ['by']],
  // Literals are texts: what is said of texts is said of them.
  ['body.texts.all(text, text != "x")', ['texts', 'words', 'items[].marks']],
  ['body.words.all(word, word != "a")', ['words']],
  ['any(body.texts)', ['texts', 'words', 'items[].marks']],
  ['body.items.exists(item, item.on.size() > 2)', ['items']],
  ['body.items.exists(item, item.on.exists(at, at < request.time))', ['items', 'items[].on']],
  ['body.grid.exists(row, row.size() > 2)', ['grid']],
  ['body.grid == [[1]]', ['ints', 'grid', 'grid[]']],
  ['[1] in body.grid', ['ints', 'grid', 'grid[]']],
  ['1 in body.ints', ['ints', 'grid[]']],
  ['size(body.ints + [1]) > 2', ['ints', 'grid[]']],
  ['body.?numbers.optMap(all, math.greatest(all) > 1.0).orValue(false)', ['numbers']],
  ['sets.contains(body.ints, [1])', ['ints', 'grid[]']],
  // A set and a map are asked at once; what is written out is short; data are not brought by the request.
  ['"x" in body.tags && "x" in body.by', []],
  ['[1, 2].all(i, i in [1, 2, 3])', []],
  ['names.exists(name, name == "x") && "x" in names', []],
  ['names.filter(name, name != "x").exists(name, name == "y")', ['texts', 'words', 'items[].marks']],
])('%s', (condition, bounded) => expect(boundedBy(condition)).toEqual(bounded))
