/**
 * The results that `check` keeps for its next run. A rule or invariant depends on itself, on all other declarations, and on the
 * names that its file sees:
 *
 * - The **context** (all but rules, invariants and tests) is kept while its declarations are the same trees in the same files,
 * with the same imports and documents.
 * - A **rule** or invariant is kept while its context is, and its whole file is the same tree.
 *
 * Only results without diagnostics are kept, and only from files in which every name resolved, so each run reports all mistakes.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Declaration, Expression, File, Import } from '../syntax/ast.ts'
import { isExpression, visit } from '../syntax/children.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Documents } from './routes/route-world.ts'
import type { Targeting } from './rules/targets.ts'

interface Kept {
  readonly files: readonly File[]
  readonly documents: Documents
  readonly world: CheckedDeclarations
  readonly rules: KeptRules
}

export class CheckMemo {
  #kept: Kept | null = null

  /**
   * Returns the declarations and rules of the previous check if these files have the same imports and the same declarations
   * besides rules, invariants and tests; else null.
   */
  of(files: readonly File[], documents: Documents): Pick<Kept, 'world' | 'rules'> | null {
    const kept = this.#kept
    if (kept === null || kept.documents !== documents || !isSameWorld(kept.files, files)) return null
    kept.rules.keepOnly(files)
    return kept
  }

  keep(files: readonly File[], documents: Documents, world: CheckedDeclarations): KeptRules {
    const rules = new KeptRules(world.tables)
    this.#kept = { files, documents, world, rules }
    return rules
  }
}

/** The results of checked rules and invariants, kept for the next check while all other declarations stay the same. */
export class KeptRules {
  readonly #tables: ExpressionTables
  readonly #known = new Map<File, Map<Declaration, unknown>>()

  constructor(tables: ExpressionTables) {
    this.#tables = tables
  }

  /** Returns the kept result for a declaration, or the result of `make`, which is kept if `make` reported nothing. */
  of<T>(declaration: Targeting, file: File, diagnostics: readonly Diagnostic[], make: () => T): T {
    const ofFile = this.#known.get(file) ?? new Map<Declaration, unknown>()
    this.#known.set(file, ofFile)
    if (ofFile.has(declaration)) return ofFile.get(declaration) as T
    const before = diagnostics.length
    const made = make()
    if (diagnostics.length === before) ofFile.set(declaration, made)
    return made
  }

  /** Removes the results for files that are not in the list, and the types and references of their expressions. */
  keepOnly(files: readonly File[]): void {
    const there = new Set(files)
    for (const file of this.#known.keys()) {
      if (there.has(file)) continue
      this.#known.delete(file)
      for (const declaration of file.declarations.filter(isOfRules)) {
        visit(declaration, (node) => {
          if (isExpression(node)) this.#forget(node)
          return true
        })
      }
    }
  }

  #forget(expression: Expression): void {
    const { types, references, guards } = this.#tables
    types.delete(expression)
    references.delete(expression)
    guards.delete(expression)
  }
}

const OF_RULES: ReadonlySet<Declaration['kind']> = new Set([
  'RuleDeclaration',
  'InvariantDeclaration',
  'PropertyDeclaration',
  'TestDeclaration',
])

function isOfRules({ kind }: Declaration): boolean {
  return OF_RULES.has(kind)
}

function isSameWorld(before: readonly File[], now: readonly File[]): boolean {
  return before.length === now.length && before.every((file, at) => isSameIn(file, now[at] as File))
}

function isSameIn(before: File, now: File): boolean {
  if (before === now) return true
  if (before.span.source.name !== now.span.source.name) return false
  const [ours, theirs] = [before, now].map(({ declarations }) => declarations.filter((one) => !isOfRules(one)))
  return isSameList(ours, theirs, Object.is) && isSameList(before.imports, now.imports, isSameImport)
}

function isSameImport(one: Import, other: Import): boolean {
  return one.from.value === other.from.value && isSameList(one.names, other.names, (a, b) => a.text === b.text)
}

function isSameList<T>(one: readonly T[] = [], other: readonly T[] = [], isSame: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((value, at) => isSame(value, other[at] as T))
}
