/** The time limit of an analysis, and the receiver of its progress reports. */
export interface AnalysisControl {
  /** Returns whether the time limit is exceeded. The analysis then ends soon, and what it has not analyzed is undecided. */
  isOver(): boolean
  /** Called with the number of finished units of work, and their total number; equal at the end. */
  progress(done: number, of: number): void
}

/** No time limit, and no progress reports. */
export const UNLIMITED: AnalysisControl = { isOver: () => false, progress: () => {} }

/** Thrown if an analysis exceeds its time limit, or its diagram the maximum number of nodes. The question stays undecided. */
export class BudgetError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BudgetError'
  }
}

export function outOfTime(): BudgetError {
  return new BudgetError('the time limit was reached')
}
