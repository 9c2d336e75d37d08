/** Milliseconds of processor time that one input may take. */
export const MOST_TIME = 50

/**
 * What work gives, and the milliseconds of processor time that it takes. Done again, four times at most, where that is more than it may take: whatever is collected or compiled just then is not of this input, and does
 * not come again with it.
 */
export async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const [result, first] = await once(work)
  let least = first
  for (let again = 0; again < 4 && least >= MOST_TIME; again += 1) least = Math.min(least, (await once(work))[1])
  return [result, least]
}

async function once<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const begun = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(begun)
  return [result, (user + system) / 1000]
}
