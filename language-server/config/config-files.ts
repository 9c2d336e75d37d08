import type { File, Source } from '../../language/index.ts'
import { folderOf, foldersFrom, isWithin, pathFrom, type Warn, type WorkspaceFiles } from '../workspace/files.ts'
import type { Project } from '../workspace/project.ts'
import { type BoundName, type BoundPolicies, boundNames, boundPolicies } from './bound-names.ts'
import { type ConfigNode, parseConfig } from './config-tree.ts'

/** The configuration of a proxy. */
export interface ConfigFile {
  readonly path: string
  readonly source: Source
  readonly tree: ConfigNode
  /** The names in it that policies declare. */
  readonly names: readonly BoundName[]
}

/** What configurations need of their workspace. */
export interface ConfigHost {
  readonly files: WorkspaceFiles
  readonly warn: Warn
  /** Folders of the client, and those of projects outside of them. */
  roots(): Iterable<string>
  projectOf(path: string): Project
}

/** The configurations of a workspace: files named `iap.yaml`, and as the client calls others. */
export class ConfigFiles {
  /** Names of files that are configurations. */
  names: ReadonlySet<string> = new Set(['iap.yaml'])
  readonly #host: ConfigHost
  readonly #parsed = new Map<string, ConfigFile>()
  /** Paths of all; null if they must be listed again. */
  #paths: readonly string[] | null = null

  constructor(host: ConfigHost) {
    this.#host = host
  }

  /** Forgets which files there are. */
  change(): void {
    this.#paths = null
  }

  isNamed(path: string): boolean {
    return this.names.has(path.slice(path.lastIndexOf('/') + 1))
  }

  /** Returns the configuration of a path; null if there is none. Kubernetes manifests may have the same name. */
  at(path: string): ConfigFile | null {
    const text = this.isNamed(path) ? this.#host.files.read(path) : null
    if (text === null) return null
    let file = this.#parsed.get(path)
    if (file === undefined || file.source.text !== text) {
      const source: Source = { name: path.slice(path.lastIndexOf('/') + 1), text }
      const tree = parseConfig(source)
      file = { path, source, tree, names: boundNames(tree) }
      this.#parsed.set(path, file)
    }
    return file.tree.children.some(({ path: [key] }) => key === 'apiVersion') ? null : file
  }

  get all(): readonly ConfigFile[] {
    this.#paths ??= [...this.#listed()].sort()
    return this.#paths.flatMap((path) => this.at(path) ?? [])
  }

  /** Returns the configurations that bind names of a project's policies. */
  of(project: Project): readonly ConfigFile[] {
    return this.all.filter((config) => this.policiesOf(config).some((one) => one.project === project))
  }

  /** Returns the policies in `dev.sources` and what they import; if there is no such key, those of the project of the file. */
  policiesOf({ path, tree }: Pick<ConfigFile, 'path' | 'tree'>): readonly BoundPolicies[] {
    const written = sourcesIn(tree)
    if (written.length === 0) {
      const project = this.#host.projectOf(path)
      return [boundPolicies(project, new Set(project.checked.files))]
    }
    const found = new Map<Project, Set<File>>()
    for (const text of written) {
      const source = pathFrom(folderOf(path), text)
      const project = this.#host.projectOf(source.endsWith('.iap') ? source : `${source}/`)
      const files = found.get(project) ?? new Set()
      for (const file of project.checked.files)
        if (isWithin(source, project.pathOf(file.span.source.name))) addWithImports(project, file, files)
      found.set(project, files)
    }
    return [...found].map(([project, files]) => boundPolicies(project, files))
  }

  *#listed(): Iterable<string> {
    for (const { path, entries } of foldersFrom(this.#host.files, this.#host.roots(), this.#host.warn))
      for (const { name, kind } of entries) if (kind === 'file' && this.names.has(name)) yield `${path}/${name}`
  }
}

function sourcesIn(tree: ConfigNode): readonly string[] {
  const dev = tree.children.find(({ path: [key] }) => key === 'dev')
  const sources = dev?.children.find(({ path: [, key] }) => key === 'sources')
  if (sources === undefined) return []
  return [sources, ...sources.children].flatMap(({ kind, text }) => (kind === 'scalar' && text.trim() !== '' ? [text] : []))
}

function addWithImports({ checked }: Project, file: File, files: Set<File>): void {
  const pending = [file]
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (files.has(one)) continue
    files.add(one)
    for (const { from } of one.imports) {
      const target = checked.importedFile(one, from.value)
      if (target !== null) pending.push(target)
    }
  }
}
