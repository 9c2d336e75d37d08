import { compile } from '../../../compiler/index.ts'
import { checkProject, format, lint } from '../../../language/index.ts'
import { messageOf } from '../disagreement.ts'

/** Milliseconds of processor time. Longer than that is as good as a hang: what people write takes a hundredth of it. */
export const LONGEST = 1000

export interface Outcome {
  /** Null: all is well. */
  readonly problem: string | null
  /** Of processor time. */
  readonly milliseconds: number
  readonly kind: 'mistakes' | 'a policy'
}

/** A text, whatever it is, brings diagnostics or a policy, and soon. */
export function readMangled(name: string, text: string, read: (name: string) => string | null): Outcome {
  const begun = process.cpuUsage()
  let kind: Outcome['kind'] = 'mistakes'
  const outcome = (problem: string | null): Outcome => ({ problem, milliseconds: timeSince(begun), kind })
  try {
    const project = checkProject({ read: (asked) => (asked === name ? text : read(asked)) }, [name])
    if (project.result === null) {
      if (project.diagnostics.every(({ severity }) => severity !== 'error')) return outcome('no policy, and no mistake')
    } else {
      kind = 'a policy'
      lint(project, 'all')
      compile(project.result)
    }
    const [misplaced] = project.diagnostics.filter(
      ({ span }) => span.start < 0 || span.end > span.source.text.length || span.start > span.end,
    )
    if (misplaced !== undefined) return outcome(`${misplaced.code} stands nowhere`)
    if (!project.diagnostics.some(({ code }) => code.startsWith('IAP1'))) format({ name, text })
  } catch (error) {
    return outcome(`it threw ${messageOf(error)}`)
  }
  const { milliseconds } = outcome(null)
  return outcome(milliseconds > LONGEST ? `it took ${Math.round(milliseconds)} ms` : null)
}

function timeSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1000
}
