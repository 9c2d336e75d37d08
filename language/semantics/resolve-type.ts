/** Written types → types. Aliases are unfolded; a cycle is reported once and becomes `unknown`. */
import { duplicateField, notYetType, recursiveType, typeArguments, unknownType } from '../diagnostics/catalogue/types.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { Field, File, GenericType, Name, TypeDeclaration, TypeNode } from '../syntax/ast.ts'
import { checkReservedName } from './reserved-name.ts'
import type { Scope } from './scope.ts'
import { BOOL, DOUBLE, type FieldShape, INT, literals, STRING, showType, type Type, UNKNOWN } from './type.ts'

const PRIMITIVES: Readonly<Record<string, Type>> = { bool: BOOL, int: INT, double: DOUBLE, string: STRING }
const GENERICS: Readonly<Record<string, number>> = { list: 1, set: 1, map: 2 }
function formOf(name: string): string {
  return name === 'map' ? '`map<string, T>`' : `\`${name}<T>\``
}

/** Of `language.md`, and not in this version. */
const PLANNED = new Set(['timestamp', 'duration', 'ip', 'cidr', 'hierarchy'])

export interface TypeResolver {
  /** What a `type` declaration names. */
  ofAlias(declaration: TypeDeclaration): Type
  typeOf(node: TypeNode, file: File): Type
  /** The fields of a record or the claims of an identity, in the order written. */
  fieldsOf(fields: readonly Field[], file: File): ReadonlyMap<string, FieldShape>
}

export function createTypeResolver(scope: Scope, diagnostics: Diagnostic[]): TypeResolver {
  const resolved = new Map<TypeDeclaration, Type>()
  const open = new Set<TypeDeclaration>()

  function alias(declaration: TypeDeclaration): Type {
    const known = resolved.get(declaration)
    if (known !== undefined) return known
    if (open.has(declaration)) {
      diagnostics.push(report(recursiveType, declaration.name.span, { name: declaration.name.text }))
      resolved.set(declaration, UNKNOWN)
      return UNKNOWN
    }
    open.add(declaration)
    const type = typeOf(declaration.type, scope.fileOf(declaration))
    open.delete(declaration)
    // A cycle that ran through this very alias has already made it unknown.
    const final = resolved.get(declaration) ?? type
    resolved.set(declaration, final)
    return final
  }

  function named(name: Name, file: File): Type {
    if (Object.hasOwn(PRIMITIVES, name.text)) return PRIMITIVES[name.text] as Type
    if (PLANNED.has(name.text)) {
      diagnostics.push(report(notYetType, name.span, { name: name.text }))
      return UNKNOWN
    }
    const found = scope.find(file, name.text)
    if (found?.kind === 'TypeDeclaration') return alias(found)
    if (found === null && scope.isBroken(name.text)) return UNKNOWN
    if (Object.hasOwn(GENERICS, name.text)) {
      diagnostics.push(report(typeArguments, name.span, { name: name.text, given: 'no types', form: formOf(name.text) }))
      return UNKNOWN
    }
    const aliases = scope.declarations.filter((one) => one.kind === 'TypeDeclaration' && scope.find(file, one.name.text) === one)
    const names = [...Object.keys(PRIMITIVES), ...Object.keys(GENERICS), ...aliases.map((one) => one.name.text)]
    diagnostics.push(report(unknownType, name.span, { name: name.text, suggestion: nearest(name.text, names) }))
    return UNKNOWN
  }

  function generic(node: GenericType, file: File): Type {
    const { text } = node.name
    const wanted = Object.hasOwn(GENERICS, text) ? (GENERICS[text] as number) : null
    if (wanted === null) {
      diagnostics.push(report(unknownType, node.name.span, { name: text, suggestion: nearest(text, Object.keys(GENERICS)) }))
      return UNKNOWN
    }
    const types = node.arguments.map((argument) => typeOf(argument, file))
    if (types.length !== wanted) {
      diagnostics.push(report(typeArguments, node.name.span, { name: text, given: `${types.length} types`, form: formOf(text) }))
      return UNKNOWN
    }
    const last = types[wanted - 1] as Type
    if (text === 'list') return { kind: 'list', element: last }
    if (text === 'set') return setOf(last, node)
    return mapOf(types[0] as Type, last, node)
  }

  function setOf(element: Type, node: GenericType): Type {
    if (['bool', 'int', 'double', 'string', 'literals', 'unknown'].includes(element.kind)) return { kind: 'set', element }
    diagnostics.push(
      report(typeArguments, node.span, {
        name: 'set',
        given: `elements of type \`${showType(element)}\``,
        form: '`list<…>`: the elements of a set are texts, numbers or bools',
      }),
    )
    return UNKNOWN
  }

  function mapOf(key: Type, value: Type, node: GenericType): Type {
    if (key.kind === 'string' || key.kind === 'unknown') return { kind: 'map', value }
    diagnostics.push(
      report(typeArguments, node.span, { name: 'map', given: `keys of type \`${showType(key)}\``, form: formOf('map') }),
    )
    return UNKNOWN
  }

  function fieldsOf(fields: readonly Field[], file: File): ReadonlyMap<string, FieldShape> {
    const shapes = new Map<string, FieldShape>()
    const places = new Map<string, Field>()
    for (const field of fields) {
      const { text, span } = field.name
      const first = places.get(text)
      if (first !== undefined) {
        diagnostics.push(
          report(duplicateField, span, { name: text }, [{ message: 'first declared here', span: first.name.span }]),
        )
        continue
      }
      checkReservedName(field.name, diagnostics)
      places.set(text, field)
      const path = field.from.length === 0 ? [text] : field.from.map((part) => part.value)
      shapes.set(text, { type: typeOf(field.type, file), optional: field.optional, path })
    }
    return shapes
  }

  function typeOf(node: TypeNode, file: File): Type {
    switch (node.kind) {
      case 'NamedType':
        return named(node.name, file)
      case 'GenericType':
        return generic(node, file)
      case 'LiteralsType':
        return literals(node.values.map((value) => value.value))
      case 'RecordType':
        return { kind: 'record', fields: fieldsOf(node.fields, file), open: node.open }
    }
  }

  return { ofAlias: alias, typeOf, fieldsOf }
}
