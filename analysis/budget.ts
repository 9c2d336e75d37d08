/** How long an analysis may take, and who hears how far it is. */
export interface AnalysisControl {
  /** Returns whether the time is up. The analysis then ends soon, and what it has not analyzed is undecided. */
  isOver(): boolean
  /** Hears how many of its units of work the analysis has finished. */
  progress(done: number, of: number): void
}

/** Has no limit of time, and reports no progress. */
export const UNLIMITED: AnalysisControl = { isOver: () => false, progress: () => {} }

/** Thrown if an analysis exceeds the budget of its diagram's nodes, or its time. The question then stays undecided. */
export class BudgetError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BudgetError'
  }
}

export function outOfTime(): BudgetError {
  return new BudgetError('the time that `--budget` allows was over')
}
