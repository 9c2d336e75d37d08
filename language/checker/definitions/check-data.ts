import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { DataDeclaration } from '../../syntax/ast.ts'
import { byName } from '../by-name.ts'
import type { Datum } from '../model.ts'
import type { Results } from '../results.ts'
import type { Scope } from '../scope.ts'
import type { TypeResolver } from '../types/resolve-type.ts'
import { refuseHierarchy } from './hierarchy.ts'

/**
 * Checks the data declarations, and returns one `Datum` for each, sorted by name. A hierarchy is always a whole datum, never part
 * of another.
 */
export function checkData(
  scope: Scope,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
  results: Results,
): Map<DataDeclaration, Datum> {
  const declarations = scope.declarations.filter((one): one is DataDeclaration => one.kind === 'DataDeclaration').sort(byName)
  return new Map(
    declarations.map((declaration, index) => {
      const datum = results.of(declaration, () => checkDatum(declaration, scope, resolver, diagnostics))
      datum.index = index
      return [declaration, datum]
    }),
  )
}

function checkDatum(
  declaration: DataDeclaration,
  scope: Scope,
  resolver: TypeResolver,
  diagnostics: Diagnostic[],
): Datum & { index: number } {
  const written = resolver.typeOf(declaration.type, scope.fileOf(declaration))
  const type = written.kind === 'hierarchy' ? written : refuseHierarchy(written, declaration.type.span, diagnostics)
  const { name, doc } = declaration
  return { name: name.text, index: -1, type, doc, place: name.span }
}
