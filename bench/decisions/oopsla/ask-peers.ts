import type { CedarEntity, CedarJob, CedarQuestion, Jobs, RegoJob } from '../../peers/job.ts'
import type { Attribute, Entity, Uid } from './entity.ts'

/** What is asked, in the benchmark's own words. */
export interface Question {
  readonly principal: Uid
  readonly action: string
  readonly resource: Uid
}

export function graphJobs(
  entities: readonly Entity[],
  questions: readonly Question[],
  policies: string,
  rego: Pick<RegoJob, 'module' | 'data'>,
): Jobs {
  const input = questions.map(({ principal, action, resource }) => ({ principal: principal.id, action, resource: resource.id }))
  return { cedar: cedarJob(entities, questions, policies), rego: { ...rego, questions: input }, regoData: null, plain: null }
}

function cedarJob(entities: readonly Entity[], questions: readonly Question[], policies: string): CedarJob {
  const byName = new Map(entities.map((entity) => [nameOf(entity.uid), entity]))
  const asked = questions.map(
    ({ principal, action, resource }): CedarQuestion => ({
      principal,
      action: { type: 'Action', id: action },
      resource,
      context: {},
      slice: sliceOf(principal, resource, byName).map(cedarEntity),
    }),
  )
  return { policies, entities: entities.map(cedarEntity), questions: asked }
}

/** The two, what they belong to, and what the resource names, which policies ask further. */
function sliceOf(principal: Uid, resource: Uid, byName: ReadonlyMap<string, Entity>): Entity[] {
  const named = Object.values(byName.get(nameOf(resource))?.attrs ?? {}).filter(isUid)
  const found = new Map<string, Entity>()
  const waiting = [principal, resource, ...named]
  for (const uid of waiting) {
    const name = nameOf(uid)
    const entity = byName.get(name)
    if (entity === undefined || found.has(name)) continue
    found.set(name, entity)
    waiting.push(...entity.parents)
  }
  return [...found.values()]
}

function nameOf({ type, id }: Uid): string {
  return `${type} ${id}`
}

function isUid(attribute: Attribute): attribute is Uid {
  return typeof attribute === 'object' && !Array.isArray(attribute)
}

function cedarEntity({ uid, attrs, parents }: Entity): CedarEntity {
  const values = Object.entries(attrs).map(([name, value]) => [name, cedarValue(value)])
  return { uid, attrs: Object.fromEntries(values), parents }
}

function cedarValue(value: Attribute): unknown {
  if (typeof value === 'boolean') return value
  return isUid(value) ? { __entity: value } : value.map((one) => ({ __entity: one }))
}
