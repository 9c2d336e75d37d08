import { isReservedName } from '../../runtime/abi/whitelist/names.ts'
import { type Code, identifier, js, literal } from './code.ts'

/**
 * The property that holds a field of a caller or a record: its name, or `$` and its name where that could mean
 * something to JavaScript (`__proto__`, `constructor`), so that no emitted code has such a property. Field names hold no `$`, so two fields
 * never share a property.
 */
export function property(name: string): Code {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('not a field name')
  return identifier(isReservedName(name) ? `$${name}` : name)
}

/** A datum of all data. What means something to JavaScript is asked for as what it is, a name. */
export function emitDatumRead(data: Code, name: string): Code {
  return isReservedName(name) ? js`abi.member(${data}, ${literal(name)})` : js`${data}.${identifier(name)}`
}
