/**
 * What `check` keeps for its next run, so that an edit costs what depends on it: the results of declarations (`results.ts`), and
 * all declarations but rules, invariants and tests together, which most edits leave alone.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { Document } from '../schema/document.ts'
import type { Declaration, File, Import } from '../syntax/ast.ts'
import type { CheckedDeclarations } from './check-declarations.ts'
import { createTables, type ExpressionTables } from './expressions/expression-context.ts'
import { forgetAll, isSameList, KeptResults, ResultStore, type Results, type Run } from './results.ts'
import type { Documents } from './routes/route-world.ts'
import type { Scope } from './scope.ts'

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
  #world = new ResultStore()
  #rules = new ResultStore()
  #kept: KeptWorld | null = null

  /** Starts a check, whose mistakes in names are in `diagnostics` already. */
  start(scope: Scope, documents: Documents, diagnostics: Diagnostic[]): MemoRun {
    const kept = this.#kept
    const isClean = scope.sound && !scope.lacking
    const isSame = kept !== null && isClean && isSameWorld(kept.files, scope.files) && kept.documents.every(documents.isSame)
    const [oldWorld, oldRules] = [this.#world, this.#rules]
    if (!isSame) this.#world = new ResultStore()
    this.#rules = new ResultStore()
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
