/** Keys that the design has and this version does not, by the path of the object that they stand in (`*`: any name or index). */
const PLANNED: Readonly<Record<string, readonly string[]>> = {
  '': ['data'],
  bundle: ['poll', 'push'],
  'audit.*': ['chain'],
}

export function isPlanned(object: readonly (string | number)[], key: string): boolean {
  const pattern = object.map((step, depth) => (depth === 0 ? step : '*')).join('.')
  return PLANNED[pattern]?.includes(key) ?? false
}
