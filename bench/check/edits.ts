/** What an edit of one file costs a session that has compiled the policy before: from the new text to what it is compiled to. */
import { generateSigningKey, packBundle, standaloneValidators } from '../../compiler/bundle/index.ts'
import { CompileMemo, compile } from '../../compiler/index.ts'
import { checkProject, type Model, ProjectMemo } from '../../language/index.ts'
import { medianOf } from '../median.ts'

/** `edit`: a number in a condition; `add`: a rule more; `edit-bundle`: a number in a condition, to the signed bundle that `iap run --dev` makes. */
export type WatchGoal = 'edit' | 'add' | 'edit-bundle'

export function isWatchGoal(goal: string): goal is WatchGoal {
  return goal === 'edit' || goal === 'add' || goal === 'edit-bundle'
}

const EDITS = 9

interface Edited {
  readonly cpu: number
  readonly wall: number
  readonly diagnostics: number
  /** Before the edits. */
  readonly rules: number
}

export async function measureEdits(goal: WatchGoal, texts: Map<string, string>): Promise<Edited> {
  const session = new Session(texts, goal === 'edit-bundle')
  const first = await session.compile()
  const names = [...texts.keys()].filter((name) => name.startsWith('t'))
  const name = names[names.length >> 1] as string
  const runs: { readonly cpu: number; readonly wall: number }[] = []
  for (let edit = 0; edit < EDITS; edit += 1) {
    const before = texts.get(name) as string
    texts.set(name, goal === 'add' ? withRule(before, edit) : withOtherNumber(before))
    const start = performance.now()
    const used = process.cpuUsage()
    const model = await session.compile()
    const { user, system } = process.cpuUsage(used)
    runs.push({ cpu: (user + system) / 1000, wall: performance.now() - start })
    if (model.rules.length !== first.rules.length + (goal === 'add' ? edit + 1 : 0)) throw new Error('an edit was not seen')
  }
  return {
    cpu: medianOf(runs.map(({ cpu }) => cpu)),
    wall: medianOf(runs.map(({ wall }) => wall)),
    rules: first.rules.length,
    diagnostics: 0,
  }
}

class Session {
  readonly #texts: ReadonlyMap<string, string>
  readonly #bundles: boolean
  readonly #projects = new ProjectMemo()
  readonly #compilations = new CompileMemo()
  readonly #schemas = new Map<string, string>()
  readonly #key = generateSigningKey()

  constructor(texts: ReadonlyMap<string, string>, bundles: boolean) {
    this.#texts = texts
    this.#bundles = bundles
  }

  async compile(): Promise<Model> {
    const read = (name: string) => this.#texts.get(name) ?? null
    const { result: model } = checkProject({ read }, [...this.#texts.keys()], this.#projects)
    if (model === null) throw new Error('the policy has a mistake')
    const compiled = compile(model, { memo: this.#compilations })
    const validators = standaloneValidators(compiled.schemas, this.#schemas)
    if (this.#bundles)
      await packBundle({
        compiled,
        validators,
        model,
        sources: model.sources,
        sequence: 1,
        check: { warnings: 0 },
        tests: { passed: 0, failed: 0 },
        signers: [this.#key],
        quick: true,
      })
    return model
  }
}

function withOtherNumber(text: string): string {
  return text.replace(/request\.path\.size\(\) < (\d+)/, (_, number) => `request.path.size() < ${Number(number) + 1}`)
}

function withRule(text: string, edit: number): string {
  return text.replace(
    /\npermit (t\d+)_health_is_open/,
    (next, team) => `\npermit ${team}_added_${edit}\n  on ${team}_desk.health\n  to ${team}_lead\n${next}`,
  )
}
