import { propertyName } from '../../runtime/abi/index.ts'
import { type Code, identifier, js, literal } from './code.ts'

/**
 * Returns the property that holds a caller's or record's field.
 *
 * @throws Error if the name is not a field name
 */
export function property(name: string): Code {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('not a field name')
  return identifier(propertyName(name))
}

/** Emits the read of a datum. The snapshot keeps a datum of a reserved name under that name, so a helper reads it. */
export function emitDatumRead(data: Code, name: string): Code {
  return propertyName(name) !== name ? js`abi.member(${data}, ${literal(name)})` : js`${data}.${identifier(name)}`
}
