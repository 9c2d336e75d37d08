import { propertyName } from '../../runtime/abi/index.ts'
import { type Code, identifier, js, literal } from './code.ts'

/**
 * Returns the name of the JavaScript property that holds a field of a caller or record.
 *
 * @throws Error if the name is not a field name
 */
export function property(name: string): Code {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('not a field name')
  return identifier(propertyName(name))
}

/** Emits the read of a datum from the loaded data. A datum whose name JavaScript reserves is read by a helper function. */
export function emitDatumRead(data: Code, name: string): Code {
  return propertyName(name) !== name ? js`abi.member(${data}, ${literal(name)})` : js`${data}.${identifier(name)}`
}
