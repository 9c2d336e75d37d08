import { randomFrom } from '../../../random.ts'
import type { Scenario, Written } from '../../scenario.ts'
import { type Entity, entitiesOf, hierarchyOf, idOf } from '../entity.ts'
import { everyRequest } from '../every-request.ts'
import { missRequest } from '../miss-request.ts'
import { jobsOf } from './ask-peers.ts'
import { openByHand } from './by-hand.ts'
import { drawEntities, GRANTS, GRANTS_OF_OWNER, repositoryOf } from './draw-entities.ts'
import { HOST, POLICY } from './write-policy.ts'

/**
 * Repositories that grant teams and users what to do, and the organizations that own them.
 *
 * @param count entities of each type
 */
export function github(count: number, graph: number): Scenario {
  const entities = drawEntities(count, randomFrom(graph * 1_000 + count))
  const users = entitiesOf(entities, 'User').map(({ uid }) => uid.id)
  const data = dataOf(entities)
  return {
    texts: new Map([['github.iap', POLICY]]),
    data,
    callers: users.map((sub) => ({ identity: 'user', claims: { sub } })),
    draw: (random) => ({ ...random.pick(operations(random.int(count))), caller: random.int(count) }),
    all: () => everyRequest(count, operations),
    miss: missRequest,
    openByHand: () => openByHand(entities, users),
    openBitTest: null,
    jobs: (asked) => jobsOf(entities, users, data, asked),
  }
}

function dataOf(entities: readonly Entity[]) {
  const records = (type: string, attributes: readonly string[]) =>
    Object.fromEntries(
      entitiesOf(entities, type).map((entity) => [
        entity.uid.id,
        Object.fromEntries(attributes.map((attribute) => [attribute, idOf(entity, attribute)])),
      ]),
    )
  return {
    organizations: records('Organization', GRANTS_OF_OWNER),
    repositories: records('Repository', ['owner', ...GRANTS]),
    members: hierarchyOf(entities, ['User', 'Team', 'Organization']),
  }
}

/** Any operation, on any repository. */
function operations(number: number): readonly Omit<Written, 'caller'>[] {
  const target = `/repos/${repositoryOf(number).id}`
  const headers = ['Host', HOST, 'User-Agent', 'bench/1.0 (github; one of many)', 'Accept', 'application/json']
  return [
    { method: 'GET', target, headers },
    { method: 'POST', target: `${target}/labels`, headers },
    { method: 'POST', target: `${target}/commits`, headers },
    { method: 'PATCH', target, headers },
    { method: 'DELETE', target, headers },
  ]
}
