import { type Random, randomFrom } from '../../../random.ts'
import type { Scenario, Written } from '../../scenario.ts'
import { type Entity, entitiesOf, hierarchyOf, idOf } from '../entity.ts'
import { missRequest } from '../miss-request.ts'
import { jobsOf } from './ask-peers.ts'
import { openByHand } from './by-hand.ts'
import { drawEntities, listOf } from './draw-entities.ts'
import { HOST, POLICY } from './write-policy.ts'

/**
 * Lists that have an owner, and teams that read and edit them.
 *
 * @param count entities of each type
 */
export function tinytodo(count: number, graph: number): Scenario {
  const entities = drawEntities(count, randomFrom(graph * 1_000 + count))
  const users = entitiesOf(entities, 'User').map(({ uid }) => uid.id)
  const data = dataOf(entities)
  return {
    texts: new Map([['tinytodo.iap', POLICY]]),
    data,
    callers: users.map((sub) => ({ identity: 'user', claims: { sub } })),
    draw: (random) => drawRequest(count, random),
    miss: missRequest,
    openByHand: () => openByHand(entities, users),
    openBitTest: null,
    jobs: (asked) => jobsOf(entities, users, data, asked),
  }
}

function dataOf(entities: readonly Entity[]) {
  const list = (entity: Entity) => ({
    owner: idOf(entity, 'owner'),
    readers: idOf(entity, 'readers'),
    editors: idOf(entity, 'editors'),
  })
  return {
    lists: Object.fromEntries(entitiesOf(entities, 'List').map((entity) => [entity.uid.id, list(entity)])),
    teams: hierarchyOf(entities, ['User', 'Team']),
  }
}

/** Any operation, by anybody, on any list. */
function drawRequest(count: number, random: Random): Written {
  const list = `/lists/${listOf(random.int(count)).id}`
  const task = `${list}/tasks/${random.int(1_000_000)}`
  const operations = [
    { method: 'POST', target: '/lists' },
    { method: 'GET', target: '/lists' },
    { method: 'GET', target: list },
    { method: 'PUT', target: list },
    { method: 'DELETE', target: list },
    { method: 'PUT', target: `${list}/shares` },
    { method: 'POST', target: `${list}/tasks` },
    { method: 'PUT', target: task },
    { method: 'DELETE', target: task },
  ]
  const headers = ['Host', HOST, 'User-Agent', 'bench/1.0 (todo; one of many)', 'Accept', 'application/json']
  return { ...random.pick(operations), caller: random.int(count), headers }
}
