import { type Change, type Difference, differenceInSteps, type Version } from '../../analysis/diff/index.ts'
import { checkProject, type Model, positionAt } from '../../language/index.ts'
import { answerOf } from './meaning.ts'
import { type Run, RunError } from './run.ts'

/** A difference as a client shows it. */
export interface ShownDifference extends Omit<Difference, 'changes'> {
  readonly changes: readonly (Pick<Change, 'route' | 'was' | 'identity' | 'verdict' | 'mayPermitMore' | 'why'> & {
    /** Requests that both versions answer differently, as `test` blocks. */
    readonly tests: readonly string[]
  })[]
}

/**
 * Compares an earlier version of a project with its model.
 *
 * @param before the files of the earlier version: `[{ name, text }]`, with names relative to the project
 * @throws RunError if that has another form, or if the earlier version has errors
 */
export async function compareWith(before: unknown, model: Model, run: Run): Promise<ShownDifference> {
  const earlier = versionOf(modelOfTexts(textsIn(before)))
  const found = await run.finish(differenceInSteps(earlier, versionOf(model), run.control))
  return {
    ...found,
    changes: found.changes.map(({ route, was, identity, verdict, mayPermitMore, why, witnesses }) => ({
      ...{ route, was, identity, verdict, mayPermitMore, why },
      tests: witnesses.map(({ test }) => test),
    })),
  }
}

/** No request is taken for an example if its body would have to match a JSON Schema. */
export function versionOf(model: Model): Version {
  return { model, interpret: (part, request) => answerOf(part, request, false) }
}

function textsIn(before: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(before)) throw new RunError('the argument needs `before`, a list of files')
  return new Map(
    before.map((file: { readonly name?: unknown; readonly text?: unknown } | null) => {
      const { name, text } = file ?? {}
      if (typeof name !== 'string' || typeof text !== 'string')
        throw new RunError('a file of `before` needs a `name` and a `text`')
      return [name, text]
    }),
  )
}

function modelOfTexts(texts: ReadonlyMap<string, string>): Model {
  const names = [...texts.keys()].filter((name) => name.endsWith('.iap')).sort()
  const { result, diagnostics } = checkProject({ read: (name) => texts.get(name) ?? null }, names)
  if (result !== null) return result
  const error = diagnostics.find(({ severity }) => severity === 'error')
  if (error === undefined) throw new RunError('the earlier version has errors')
  const { source, start } = error.span
  throw new RunError(`the earlier version has errors: ${source.name}:${positionAt(source, start).line}: ${error.message}`)
}
