import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A peer with a policy. */
export interface Opened {
  readonly version: string
  readonly count: number
  decide(question: number): boolean
}

/** Where the peers are installed. */
export interface Place {
  /** A package, whose shape its engine knows. */
  load<T>(name: string): Promise<T>
  versionOf(name: string): Promise<string>
}

export function placeOf(folder: string): Place {
  const loader = import(pathToFileURL(join(folder, 'load.mjs')).href) as Promise<{
    load(name: string): Promise<unknown>
    versionOf(name: string): string
  }>
  return {
    load: async <T>(name: string) => (await (await loader).load(name)) as T,
    versionOf: async (name) => (await loader).versionOf(name),
  }
}
