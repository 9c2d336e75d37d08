import { randomFrom } from '../../../random.ts'
import type { Scenario, Written } from '../../scenario.ts'
import { type Entity, entitiesOf, hierarchyOf, idOf } from '../entity.ts'
import { everyRequest } from '../every-request.ts'
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
    draw: (random) => ({ ...random.pick(operations(random.int(count), random.int(1_000_000))), caller: random.int(count) }),
    all: () => everyRequest(count, (at) => operations(at, at).slice(at === 0 ? 0 : OF_NO_LIST)),
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

/** How many operations are on no list in particular: the first. */
const OF_NO_LIST = 2

/** Any operation, on any list. */
function operations(number: number, task: number): readonly Omit<Written, 'caller'>[] {
  const target = `/lists/${listOf(number).id}`
  const headers = ['Host', HOST, 'User-Agent', 'bench/1.0 (todo; one of many)', 'Accept', 'application/json']
  return [
    { method: 'POST', target: '/lists', headers },
    { method: 'GET', target: '/lists', headers },
    { method: 'GET', target, headers },
    { method: 'PUT', target, headers },
    { method: 'DELETE', target, headers },
    { method: 'PUT', target: `${target}/shares`, headers },
    { method: 'POST', target: `${target}/tasks`, headers },
    { method: 'PUT', target: `${target}/tasks/${task}`, headers },
    { method: 'DELETE', target: `${target}/tasks/${task}`, headers },
  ]
}
