import type { Problem } from './explain-schema-errors.ts'
import type { RawConfig } from './raw-config.ts'

/**
 * Returns a copy of the configuration in which invalid values are undefined, so that further checks can run. Their keys remain,
 * because missing keys would be reported as well.
 */
export function prune(data: unknown, problems: readonly Problem[]): RawConfig {
  const root: unknown = structuredClone(data)
  for (const { path, key, meant } of problems) {
    if (key && meant === undefined) continue
    const last = meant ?? path.at(-1)
    if (last === undefined) return {}
    const parent = path.slice(0, -1).reduce<unknown>((value, step) => child(value, step), root)
    if (Array.isArray(parent)) parent[Number(last)] = undefined
    else if (isObject(parent)) parent[last] = undefined
  }
  return isObject(root) ? root : {}
}

function child(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)]
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}
