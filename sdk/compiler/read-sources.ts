import { resolve } from 'node:path'
import { type CheckedPaths, checkPaths, checkTexts } from '../../compiler/project/index.ts'
import { nodeSourceFiles, ProjectError } from '../../compiler/project/source-files.ts'
import { CompileError, type CompileProblem } from './compile-error.ts'
import type { FileSources, SourceText, TextSources } from './sources.ts'

/**
 * Reads and checks policies that are given as texts or as files.
 *
 * @throws CompileError with the code `files` or `source-name` if a source cannot be used
 */
export function readChecked(options: TextSources | FileSources): CheckedPaths {
  if ('sources' in options) return checkTexts(textsOf(options.sources))
  const root = resolve(options.root ?? '.')
  try {
    return checkPaths({ cwd: root, files: nodeSourceFiles }, options.files)
  } catch (error) {
    return stopped('files')(error)
  }
}

function textsOf(sources: readonly SourceText[]): ReadonlyMap<string, string> {
  const texts = new Map(sources.map(({ name, text }) => [name, text]))
  const twice = sources.find(({ name }, at) => sources.findIndex((one) => one.name === name) < at)
  if (twice !== undefined) throw new CompileError('source-name', `two sources have the name \`${twice.name}\`: rename one`)
  if (![...texts.keys()].some((name) => name.endsWith('.iap')))
    throw new CompileError('source-name', 'no source has a name that ends in `.iap`: name each policy as in `orders.iap`')
  return texts
}

/**
 * Returns a handler for a rejected promise or a `catch`: it throws a `ProjectError` as a `CompileError` with this code, and other
 * errors unchanged. A code of the `ProjectError` itself has precedence.
 */
export function stopped(code: CompileProblem): (error: unknown) => never {
  return (error) => {
    if (error instanceof ProjectError)
      throw new CompileError(error.code ?? code, error.help === null ? error.message : `${error.message}: ${error.help}`)
    throw error
  }
}
