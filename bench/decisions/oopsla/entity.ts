/** Entities as Cedar has them: what every engine's own form of a graph is made of, so that all have the same. */
import type { Uid } from '../../peers/job.ts'
import type { Random } from '../../random.ts'

export type { Uid }

export interface Entity {
  readonly uid: Uid
  readonly attrs: Readonly<Record<string, Attribute>>
  readonly parents: readonly Uid[]
}

export type Attribute = boolean | Uid | readonly Uid[]

/** The chance that one entity of the benchmark is connected with another, in all three apps. */
const CONNECTION = 0.05

/** Those among so many that something happens to be connected with. */
export function connections(count: number, random: Random): number[] {
  return numbers(count).filter(() => random.chance(CONNECTION))
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at)
}

export function entitiesOf(entities: readonly Entity[], type: string): readonly Entity[] {
  return entities.filter(({ uid }) => uid.type === type)
}

export function idOf(entity: Entity, attribute: string): string {
  return (entity.attrs[attribute] as Uid).id
}

export function idsOf(entity: Entity, attribute: string): string[] {
  return (entity.attrs[attribute] as readonly Uid[]).map(({ id }) => id)
}

/** A datum of type `hierarchy`. No two entities of different types have the same name here. */
export function hierarchyOf(entities: readonly Entity[], types: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const members = entities.filter(({ uid }) => types.includes(uid.type))
  return Object.fromEntries(members.map(({ uid, parents }) => [uid.id, parents.map(({ id }) => id)]))
}

/** Of every name that is mentioned, itself and all that is above it. */
export function closureOf(hierarchy: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, ReadonlySet<string>> {
  const closed = new Map<string, ReadonlySet<string>>()
  const close = (name: string): ReadonlySet<string> => {
    const known = closed.get(name)
    if (known !== undefined) return known
    const all = new Set([name, ...(hierarchy[name] ?? []).flatMap((parent) => [...close(parent)])])
    closed.set(name, all)
    return all
  }
  for (const name of Object.keys(hierarchy)) close(name)
  return closed
}
