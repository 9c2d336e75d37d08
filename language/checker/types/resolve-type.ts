/** Resolves written types. Aliases are expanded; a cycle is reported once and becomes `unknown`. */
import { duplicateField, recursiveType, typeArguments, typeTooLarge, unknownType } from '../../diagnostics/catalogue/types.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { typeCalled } from '../../diagnostics/other-words.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { Field, File, GenericType, Name, TypeDeclaration, TypeNode } from '../../syntax/ast.ts'
import { visit } from '../../syntax/children.ts'
import { dependenciesFirst } from '../dependencies-first.ts'
import { checkReservedName } from '../reserved-name.ts'
import { ALL_NEW, type Results } from '../results.ts'
import type { Scope } from '../scope.ts'
import { createMeasure, WIDTH_LIMIT } from './measure-type.ts'
import { type FieldShape, isScalar, literals, showType, type Type, UNKNOWN } from './type.ts'
import { GENERICS, PRIMITIVES } from './type-words.ts'

function formOf(name: string): string {
  return name === 'map' ? '`map<string, T>`' : `\`${name}<T>\``
}

/** The maximum depth, equal to the parser's; and the maximum number of types in one type, with aliases expanded. */
const DEPTH_LIMIT = 200
const SIZE_LIMIT = 10_000

export interface TypeResolver {
  /** Returns the type that a node denotes. The caller checks whether a `hierarchy` is allowed. */
  typeOf(node: TypeNode, file: File): Type
  /** Resolves the fields of a record or the claims of an identity, in written order. */
  fieldsOf(fields: readonly Field[], file: File): ReadonlyMap<string, FieldShape>
}

export function createTypeResolver(scope: Scope, diagnostics: Diagnostic[], results: Results = ALL_NEW): TypeResolver {
  const resolved = new Map<TypeDeclaration, Type>()
  const measure = createMeasure()

  function resolveAliases(): void {
    const declarations = scope.declarations.filter((one): one is TypeDeclaration => one.kind === 'TypeDeclaration')
    const ordered = dependenciesFirst(declarations, aliasesIn, ([again]) => {
      const { name } = again as TypeDeclaration
      if (!resolved.has(again as TypeDeclaration)) diagnostics.push(report(recursiveType, name.span, { name: name.text }))
      resolved.set(again as TypeDeclaration, UNKNOWN)
      results.set(again as TypeDeclaration, UNKNOWN)
    })
    for (const declaration of ordered) {
      const ofAlias = () => typeOf(declaration.type, scope.fileOf(declaration))
      // A cycle through this alias has already made it unknown.
      if (resolved.has(declaration)) ofAlias()
      else
        resolved.set(
          declaration,
          results.of(declaration, () => withinLimits(declaration, ofAlias())),
        )
    }
  }

  function aliasesIn(declaration: TypeDeclaration): TypeDeclaration[] {
    const file = scope.fileOf(declaration)
    const found = new Set<TypeDeclaration>()
    visit(declaration.type, (node) => {
      const named = node.kind === 'NamedType' ? scope.find(file, node.name.text) : null
      if (named?.kind === 'TypeDeclaration') found.add(named)
    })
    return [...found]
  }

  /** Aliases can make types far larger than their text, and later phases visit all of it. */
  function withinLimits({ name }: TypeDeclaration, type: Type): Type {
    const { size, depth } = measure(type)
    if (size <= SIZE_LIMIT && depth <= DEPTH_LIMIT) return type
    const limit =
      depth > DEPTH_LIMIT ? `is nested more than ${DEPTH_LIMIT} levels deep` : `consists of more than ${SIZE_LIMIT} types`
    diagnostics.push(report(typeTooLarge, name.span, { name: name.text, limit }))
    return UNKNOWN
  }

  function named(name: Name, file: File): Type {
    if (Object.hasOwn(PRIMITIVES, name.text)) return PRIMITIVES[name.text] as Type
    const found = scope.find(file, name.text)
    if (found?.kind === 'TypeDeclaration') return resolved.get(found) ?? UNKNOWN
    if (scope.isBroken(file, name.text)) return UNKNOWN
    if (Object.hasOwn(GENERICS, name.text)) {
      diagnostics.push(report(typeArguments, name.span, { name: name.text, given: null, form: formOf(name.text) }))
      return UNKNOWN
    }
    const words = [...Object.keys(PRIMITIVES), ...Object.keys(GENERICS)]
    const suggestion = scope.nearest(file, name.text, ['TypeDeclaration'], words) ?? typeCalled(name.text)
    diagnostics.push(report(unknownType, name.span, { name: name.text, suggestion }, [], renameTo(suggestion, name.span)))
    return UNKNOWN
  }

  function generic(node: GenericType, file: File): Type {
    const { text } = node.name
    const wanted = Object.hasOwn(GENERICS, text) ? (GENERICS[text] as number) : null
    if (wanted === null) {
      const suggestion = nearest(text, Object.keys(GENERICS)) ?? typeCalled(text)
      const fixes = renameTo(suggestion, node.name.span)
      diagnostics.push(report(unknownType, node.name.span, { name: text, suggestion }, [], fixes))
      return UNKNOWN
    }
    const types = node.arguments.map((argument) => typeOf(argument, file))
    if (types.length !== wanted) {
      diagnostics.push(
        report(typeArguments, node.name.span, { name: text, given: `${types.length} type arguments`, form: formOf(text) }),
      )
      return UNKNOWN
    }
    const last = types[wanted - 1] as Type
    if (text === 'list') return { kind: 'list', element: last }
    if (text === 'set') return setOf(last, node)
    return mapOf(types[0] as Type, last, node)
  }

  function setOf(element: Type, node: GenericType): Type {
    if (isScalar(element) || element.kind === 'unknown') return { kind: 'set', element }
    diagnostics.push(
      report(typeArguments, node.span, {
        name: 'set',
        given: `elements of type \`${showType(element)}\``,
        form: '`list<…>`: the elements of a set are texts, numbers, bools, times or addresses',
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
    return withinWidth(fields, shapes)
  }

  /** If a nested record is too wide by itself, that was reported. */
  function withinWidth(fields: readonly Field[], shapes: Map<string, FieldShape>): ReadonlyMap<string, FieldShape> {
    const within = [...shapes.values()].reduce((widest, { type }) => Math.max(widest, measure(type).width), 0)
    const width = within + shapes.size
    if (width <= WIDTH_LIMIT || within > WIDTH_LIMIT) return shapes
    const { span } = (fields.at(-1) as Field).name
    const limit = `has more than ${WIDTH_LIMIT} fields, those of the widest record within it counted`
    diagnostics.push(report(typeTooLarge, span, { name: null, limit }))
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

  resolveAliases()
  return { typeOf, fieldsOf }
}
