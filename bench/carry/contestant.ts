import type { Stage } from './stage.ts'

/** A proxy that is measured. */
export interface Contestant {
  readonly name: string
  /** What it does for a request beside carrying it. */
  readonly does: string
  /** Whether it lets requests without a token through: then it is no peer of ours, but shows what carrying alone costs. */
  readonly bare: boolean
  /** How `h2load` speaks to it. */
  readonly http2: boolean
  /** Rejects, with why, where the machine has not what it takes. */
  start(stage: Stage): Promise<Started>
}

export interface Started {
  readonly port: number
  /** Whose processor time, with that of all their children, is what a request costs. */
  readonly processes: readonly number[]
}
