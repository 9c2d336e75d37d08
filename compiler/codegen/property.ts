import { propertyName } from '../../runtime/abi/index.ts'
import { type Code, identifier, js, literal } from './code.ts'

/** The property that holds a field of a caller or a record. */
export function property(name: string): Code {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('not a field name')
  return identifier(propertyName(name))
}

/** A datum of all data. One with a reserved name is read by a helper, as the snapshot has it under its own name. */
export function emitDatumRead(data: Code, name: string): Code {
  return propertyName(name) !== name ? js`abi.member(${data}, ${literal(name)})` : js`${data}.${identifier(name)}`
}
