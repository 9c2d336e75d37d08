/** Links: precomputed positions in data of the texts in entries and callers. */
import type { DatumIr, LinkIr, PolicyIr } from '../../ir/index.ts'
import { placeName } from '../../places.ts'
import { type Code, comment, joinCode, js, literal, mark } from '../code.ts'
import { emitObject } from '../emit-object.ts'
import { ancestorsName, linkName } from '../expressions/emit-position.ts'
import { emitFunction } from '../function-scope.ts'
import type { ModuleScope } from '../module-scope.ts'
import { moduleName } from '../names.ts'
import { emitDatumRead, property } from '../property.ts'

export const LINK_CALLER = moduleName('link', 'caller')

/**
 * Adds a function to the module that precomputes the positions of the caller's fields in data. Adds nothing if there are none.
 */
export function emitCallerLinks({ callerLinks = [] }: PolicyIr, module: ModuleScope): void {
  if (callerLinks.length === 0) return
  const body = [js`return ${emitObject(callerLinks.flatMap(emitCallerLink))}`]
  module.addFunction(
    joinCode([comment('where fields of callers stand in data'), emitFunction(LINK_CALLER, js`caller, data`, body)], '\n'),
  )
}

/**
 * Adds a function to the module that precomputes the positions of a datum's texts in other data. Returns an entry for the table
 * of such functions; none if the datum has no such texts.
 */
export function emitLinks({ name, type, links = [] }: DatumIr, module: ModuleScope): readonly Code[] {
  if (links.length === 0 || type.kind !== 'map' || type.value.kind !== 'record') return []
  const fields = [...type.value.fields.keys()].map((field) => [property(field), js`entry.${property(field)}`] as const)
  const body = [js`return ${emitObject([...fields, ...links.map((link) => emitLink(js`entry`, link))])}`]
  const link = moduleName('link', 'data', name)
  const code = joinCode([comment(`where texts of ${name} stand in data`), emitFunction(link, js`entry, data`, body)], '\n')
  module.addFunction(mark(placeName.data(name), code))
  return [
    emitObject([
      [js`name`, literal(name)],
      [js`link`, link],
    ]),
  ]
}

function emitCallerLink(link: LinkIr): readonly (readonly [Code, Code])[] {
  const { field, datum, ancestors } = link
  const position = emitLink(js`caller`, link)
  if (ancestors === undefined) return [position]
  return [
    position,
    [ancestorsName(field, datum), js`abi.ancestors(${emitDatumRead(js`data`, datum)}, caller.${property(field)})`],
  ]
}

function emitLink(object: Code, { field, datum }: LinkIr): readonly [Code, Code] {
  return [linkName(field, datum), js`abi.link(${emitDatumRead(js`data`, datum)}, ${object}.${property(field)})`]
}
