/**
 * What a promise resolves with, or `late` if that takes longer. The promise goes on, and what it rejects with then is nobody's.
 * `ms`: milliseconds.
 */
export async function settledWithin<T, L>(done: Promise<T>, ms: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), Math.max(0, ms))
  })
  done.catch(() => {})
  try {
    return await Promise.race([done, over])
  } finally {
    clearTimeout(timer)
  }
}
