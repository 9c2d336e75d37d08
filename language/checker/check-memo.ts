/**
 * The results that `check` keeps for its next run, so that an edit costs what depends on it.
 *
 * A declaration is checked after those on which it depends. Its result is kept with all that it was made of: what its names mean
 * and the results for these, its documents, and given values such as the routes of a rule. It is used again while the
 * declaration is the same tree and all of these are the same objects. A result with a doubt (`Scope.doubts`) is made again.
 *
 * Objects of the model that have a position in a list are kept when others are added before them: their `index` is changed. So a
 * model is valid until the next check with the same memo.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Document } from '../schema/document.ts'
import type { Declaration, Expression, File, Import } from '../syntax/ast.ts'
import { isExpression, visit } from '../syntax/children.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import { createTables, type ExpressionTables } from './expressions/expression-context.ts'
import type { Results } from './results.ts'
import type { Documents } from './routes/route-world.ts'
import type { Named, Scope } from './scope.ts'

/** One check: what it knows of the previous one. */
export interface MemoRun {
  /** All declarations but rules, invariants and tests, if none of them has changed; else null. */
  readonly before: Pick<KeptWorld, 'world' | 'diagnostics'> | null
  /** Results of these declarations. */
  readonly world: Results
  /** Results of rules, invariants and tests of all requests. */
  readonly rules: Results
  readonly tables: ExpressionTables
  /** The documents of the project, with a record of which a declaration names. */
  readonly documents: Documents
  /** Keeps the checked world. */
  keepWorld(world: CheckedDeclarations, diagnostics: readonly Diagnostic[]): void
  /** Forgets what this check has not used. */
  end(): void
}

interface KeptWorld {
  readonly files: readonly File[]
  readonly documents: readonly Document[]
  readonly world: CheckedDeclarations
  readonly diagnostics: readonly Diagnostic[]
}

export class CheckMemo {
  readonly #tables = createTables()
  #world = new Store()
  #rules = new Store()
  #kept: KeptWorld | null = null

  /** Starts a check, whose mistakes in names are in `diagnostics` already. */
  start(scope: Scope, documents: Documents, diagnostics: Diagnostic[]): MemoRun {
    const kept = this.#kept
    const isClean = scope.sound && !scope.lacking
    const isSame = kept !== null && isClean && isSameWorld(kept.files, scope.files) && kept.documents.every(documents.isSame)
    const [oldWorld, oldRules] = [this.#world, this.#rules]
    if (!isSame) this.#world = new Store()
    this.#rules = new Store()
    this.#kept = isSame ? { ...kept, files: scope.files } : null
    const named: Document[] = []
    const watched: Documents = {
      ...documents,
      named: (file, from) => {
        const document = documents.named(file, from)
        if (document !== null) named.push(document)
        return document
      },
    }
    const { values, lists } = this.#world
    const run: Run = {
      ...{ scope, documents, diagnostics, named, tables: this.#tables },
      ...{ values, lists, oldLists: oldWorld.lists },
    }
    return {
      before: isSame ? kept : null,
      world: new KeptResults(run, oldWorld, this.#world, false),
      rules: new KeptResults(run, oldRules, this.#rules, isSame),
      tables: this.#tables,
      documents: watched,
      keepWorld: (world, found) => {
        const read = isClean ? documents.found() : null
        if (read !== null) this.#kept = { files: scope.files, documents: read, world, diagnostics: found }
      },
      end: () => {
        if (!isSame) forgetAll(oldWorld, this.#world, this.#tables)
        forgetAll(oldRules, this.#rules, this.#tables)
      },
    }
  }
}

/** The results of one check. */
class Store {
  readonly results = new Map<Declaration, Kept>()
  /** The results for names, also those that are not kept. */
  readonly values = new Map<Declaration, unknown>()
  readonly lists = new Map<string, readonly unknown[]>()
}

interface Kept {
  readonly result: unknown
  readonly diagnostics: readonly Diagnostic[]
  /** Whether the result may not be used again. */
  readonly isDoubtful: boolean
  readonly file: File
  readonly names: readonly Lookup[]
  readonly documents: readonly Document[]
  readonly given: readonly unknown[]
}

/** A name that was looked up, the declaration that it means if any, and the result for that. */
interface Lookup {
  readonly name: string
  readonly found: Named | null
  readonly value: unknown
}

interface Run {
  readonly scope: Scope
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
  /** The documents that were named since it was last emptied. */
  readonly named: Document[]
  readonly tables: ExpressionTables
  readonly values: Map<Declaration, unknown>
  readonly lists: Map<string, readonly unknown[]>
  readonly oldLists: ReadonlyMap<string, readonly unknown[]>
}

const NOTHING = (): readonly unknown[] => []

class KeptResults implements Results {
  readonly #run: Run
  readonly #before: Store
  readonly #now: Store
  readonly #isSameWorld: boolean

  /** @param isSameWorld whether what the results are made of can only have changed with their files */
  constructor(run: Run, before: Store, now: Store, isSameWorld: boolean) {
    this.#run = run
    this.#before = before
    this.#now = now
    this.#isSameWorld = isSameWorld
  }

  of<T>(declaration: Declaration, make: () => T, given: () => readonly unknown[] = NOTHING): T {
    const { scope, diagnostics, named, tables, values } = this.#run
    const file = scope.fileOf(declaration)
    const known = this.#before.results.get(declaration)
    if (known !== undefined && this.#isValid(known, file, given)) {
      for (const one of known.diagnostics) diagnostics.push(one)
      this.#now.results.set(declaration, known.file === file ? known : { ...known, file })
      values.set(declaration, known.result)
      return known.result as T
    }
    if (known !== undefined) forget(declaration, tables)
    const [reported, doubted] = [diagnostics.length, scope.doubts()]
    named.length = 0
    const { result, found } = scope.observed(make)
    values.set(declaration, result)
    const isDoubtful = scope.doubts() !== doubted
    this.#now.results.set(declaration, {
      result,
      diagnostics: diagnostics.slice(reported),
      isDoubtful,
      file,
      names: [...found].map(([name, means]) => ({ name, found: means, value: means === null ? null : values.get(means) })),
      documents: [...named],
      // It may report once more what is wrong with a name.
      given: isDoubtful ? [] : given(),
    })
    return result
  }

  set(declaration: Named, result: unknown): void {
    this.#run.values.set(declaration, result)
  }

  list<T>(key: string, list: readonly T[]): readonly T[] {
    const { lists, oldLists } = this.#run
    const known = (lists.get(key) ?? oldLists.get(key)) as readonly T[] | undefined
    const stable = known !== undefined && isSameList(known, list, Object.is) ? known : list
    lists.set(key, stable)
    return stable
  }

  #isValid(known: Kept, file: File, given: () => readonly unknown[]): boolean {
    if (known.isDoubtful) return false
    if (this.#isSameWorld && known.file === file) return true
    const { scope, documents, values } = this.#run
    return (
      known.names.every(
        ({ name, found, value }) => scope.find(file, name) === found && (found === null || values.get(found) === value),
      ) &&
      known.documents.every(documents.isSame) &&
      isSameList(known.given, given(), Object.is)
    )
  }
}

function forgetAll(before: Store, now: Store, tables: ExpressionTables): void {
  for (const declaration of before.results.keys()) if (!now.results.has(declaration)) forget(declaration, tables)
}

/** Removes the types and references of a declaration's expressions. */
function forget(declaration: Declaration, { types, references, guards }: ExpressionTables): void {
  visit(declaration, (node) => {
    if (isExpression(node)) {
      const expression: Expression = node
      types.delete(expression)
      references.delete(expression)
      guards.delete(expression)
    }
    return true
  })
}

const OF_RULES: ReadonlySet<Declaration['kind']> = new Set([
  'RuleDeclaration',
  'InvariantDeclaration',
  'PropertyDeclaration',
  'TestDeclaration',
])

function isSameWorld(before: readonly File[], now: readonly File[]): boolean {
  return before.length === now.length && before.every((file, at) => isSameIn(file, now[at] as File))
}

function isSameIn(before: File, now: File): boolean {
  if (before === now) return true
  if (before.span.source.name !== now.span.source.name) return false
  const [ours, theirs] = [before, now].map(({ declarations }) => declarations.filter(({ kind }) => !OF_RULES.has(kind)))
  return isSameList(ours, theirs, Object.is) && isSameList(before.imports, now.imports, isSameImport)
}

function isSameImport(one: Import, other: Import): boolean {
  return one.from.value === other.from.value && isSameList(one.names, other.names, (a, b) => a.text === b.text)
}

function isSameList<T>(one: readonly T[] = [], other: readonly T[] = [], isSame: (a: T, b: T) => boolean): boolean {
  return one.length === other.length && one.every((value, at) => isSame(value, other[at] as T))
}
