import {
  type CheckedProject,
  type CheckFacts,
  checkProject,
  type Diagnostic,
  type File,
  lint,
  lintSteps,
  ProjectMemo,
  parse,
} from '../../language/index.ts'
import { CancelledError, Run } from '../runs/run.ts'
import { type Occurrence, occurrencesIn } from '../symbols/occurrences.ts'
import type { PolicySymbol } from '../symbols/symbol.ts'
import { type Entry, foldersFrom, type ListedFolder, type Warn, type WorkspaceFiles } from './files.ts'
import { movedWarnings } from './moved-warnings.ts'

/** The policies below one folder, checked together. Checks again only after `change`, and keeps from the check before what it can. */
export class Project {
  /** Path of the folder. Names of sources are relative to it. */
  readonly root: string
  readonly #files: WorkspaceFiles
  readonly #warn: Warn
  readonly #isDeep: boolean
  readonly #memo = new ProjectMemo()
  /** Names of the policies; null if they must be listed again. */
  #names: readonly string[] | null = null
  #version = 0
  #checked: CheckedProject | null = null
  #linted: readonly Diagnostic[] | null = null
  #linting: Promise<readonly Diagnostic[] | null> | null = null
  /** Warnings that were found before the latest changes. */
  #warnings: readonly Diagnostic[] = []
  #occurrences = new WeakMap<File, readonly Occurrence[]>()
  /** The names before renames of this session, by the key of the symbol. */
  readonly #formerNames = new Map<string, string>()

  /** @param isDeep whether the policies in folders below belong to the project */
  constructor(root: string, files: WorkspaceFiles, warn: Warn, isDeep: boolean) {
    this.root = root
    this.#files = files
    this.#warn = warn
    this.#isDeep = isDeep
  }

  /** Forgets what was found out, as a text has changed. `isListed`: no file was added or removed. */
  change(isListed: boolean): void {
    this.#version += 1
    this.#checked = null
    this.#linted = null
    this.#linting = null
    this.#occurrences = new WeakMap()
    if (isListed) return
    this.#names = null
    this.#warnings = []
  }

  /** The number of changes. */
  get version(): number {
    return this.#version
  }

  /** A `CheckedProject` is valid until the next change. */
  get checked(): CheckedProject {
    this.#checked ??= this.#check()
    return this.#checked
  }

  #check(): CheckedProject {
    this.#names ??= [...this.#policies()].sort()
    const texts = new Map<string, string>()
    for (const name of this.#names) {
      const text = this.#files.read(this.pathOf(name))
      if (text === null) this.#warn(`${this.pathOf(name)}: left out of the check, as it is gone or cannot be read`)
      else texts.set(name, text)
    }
    const read = (name: string) => texts.get(name) ?? this.#files.read(this.pathOf(name))
    return checkProject({ read }, [...texts.keys()], this.#memo)
  }

  /** Returns whether a file is known to have no part in the check. */
  ignores(name: string): boolean {
    return this.#checked?.sources.every((source) => source.name !== name) ?? false
  }

  /** Names and types, as far as they are known. */
  get facts(): CheckFacts {
    return this.checked.facts
  }

  /** Diagnostics of the check, and warnings if it found no error. Takes longer than the check. */
  get linted(): readonly Diagnostic[] {
    return this.#linted ?? this.#keep(lint(this.checked, 'default').diagnostics)
  }

  /** Resolves to `linted`, found in short steps between which requests are answered; to null if a text changes meanwhile. */
  lintedInSteps(): Promise<readonly Diagnostic[] | null> {
    this.#linting ??= this.#lintInSteps()
    return this.#linting
  }

  /** Errors of the check, and those warnings that were found before and whose texts are still there. */
  get provisional(): readonly Diagnostic[] {
    const { diagnostics, sources } = this.checked
    this.#warnings = movedWarnings(this.#warnings, sources)
    return [...diagnostics.filter(({ severity }) => severity === 'error'), ...this.#warnings]
  }

  async #lintInSteps(): Promise<readonly Diagnostic[] | null> {
    if (this.#linted !== null) return this.#linted
    const { checked } = this
    const run = new Run({ isCancelled: () => this.#checked !== checked, report: () => {} }, Number.POSITIVE_INFINITY)
    try {
      return this.#keep((await run.finish(lintSteps(checked, 'default'))).diagnostics)
    } catch (error) {
      if (error instanceof CancelledError) return null
      throw error
    }
  }

  #keep(linted: readonly Diagnostic[]): readonly Diagnostic[] {
    this.#linted = linted
    this.#warnings = linted.filter(({ severity }) => severity === 'warning')
    return linted
  }

  /** Returns the tree of a policy, also if it is no part of the project; null if there is no such file. */
  fileNamed(name: string): File | null {
    const known = this.checked.files.find(({ span }) => span.source.name === name)
    if (known !== undefined) return known
    const text = this.#files.read(this.pathOf(name))
    return text === null ? null : parse({ name, text }).result
  }

  /** Returns every name in a file that stands for a symbol, in text order. */
  occurrencesIn(file: File): readonly Occurrence[] {
    let found = this.#occurrences.get(file)
    if (found === undefined) {
      found = occurrencesIn(file, this.checked)
      this.#occurrences.set(file, found)
    }
    return found
  }

  /** Notes that a client was sent the edits of a rename. */
  noteRename({ key }: PolicySymbol, before: string, name: string): void {
    const first = this.#formerNames.get(key) ?? before
    this.#formerNames.delete(key)
    if (first !== name) this.#formerNames.set(key.slice(0, key.length - before.length) + name, first)
  }

  /** Returns the name that a symbol had before it was renamed; null if it was not. */
  formerName({ key }: PolicySymbol): string | null {
    return this.#formerNames.get(key) ?? null
  }

  /** Returns the entries of a folder that a policy names, such as `./` or `../schemas/`; none outside of the project. */
  entriesFrom(name: string, folder: string): readonly Entry[] {
    const parts = name.split('/').slice(0, -1)
    for (const part of folder.split('/')) {
      if (part === '' || part === '.') continue
      if (part !== '..') parts.push(part)
      else if (parts.pop() === undefined) return []
    }
    return this.#files.list([this.root, ...parts].join('/')).filter((entry) => !entry.name.startsWith('.'))
  }

  pathOf(name: string): string {
    return `${this.root}/${name}`
  }

  nameOf(path: string): string {
    return path.slice(this.root.length + 1)
  }

  *#policies(): Iterable<string> {
    const isOtherProject = ({ path, entries }: ListedFolder) => path !== this.root && entries.some(isMark)
    for (const { path, entries } of foldersFrom(this.#files, [this.root], this.#warn, isOtherProject)) {
      for (const { name, kind } of entries)
        if (kind === 'file' && name.endsWith('.iap') && !name.startsWith('.')) yield this.nameOf(`${path}/${name}`)
      if (!this.#isDeep) return
    }
  }
}

/** Returns whether a file marks the folder in which a project begins, as for `iap check FILE`. */
export function isMark({ name, kind }: { readonly name: string; readonly kind: string }): boolean {
  return kind === 'file' && (name === 'iap.json' || name === 'iap.yaml')
}
