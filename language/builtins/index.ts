import type { Builtin } from './builtin.ts'
import { COLLECTION_BUILTINS } from './collection.ts'
import { STRING_BUILTINS } from './string.ts'

export type { Builtin, ReceiverKind } from './builtin.ts'

/** Every built-in function by name. */
export const BUILTINS = { ...COLLECTION_BUILTINS, ...STRING_BUILTINS }

export type BuiltinName = keyof typeof BUILTINS

export function builtinNamed(name: string): Builtin | null {
  return Object.hasOwn(BUILTINS, name) ? BUILTINS[name as BuiltinName] : null
}
