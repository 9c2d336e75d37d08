import { randomFrom } from '../../../random.ts'
import type { Scenario, Written } from '../../scenario.ts'
import { type Entity, entitiesOf, hierarchyOf, idOf, idsOf } from '../entity.ts'
import { everyRequest } from '../every-request.ts'
import { missRequest } from '../miss-request.ts'
import { jobsOf } from './ask-peers.ts'
import { openByHand } from './by-hand.ts'
import { documentOf, drawEntities, folderOf } from './draw-entities.ts'
import { HOST, POLICY } from './write-policy.ts'

/**
 * Files that are shared with people and groups, owned, and public.
 *
 * @param count entities of each type
 * @param mended whether views are called by their names; see `draw-entities.ts`
 */
export function gdrive(mended: boolean, count: number, graph: number): Scenario {
  const entities = drawEntities(count, mended, randomFrom(graph * 1_000 + count))
  const users = entitiesOf(entities, 'User').map(({ uid }) => uid.id)
  const data = dataOf(entities)
  return {
    texts: new Map([['gdrive.iap', POLICY]]),
    data,
    callers: users.map((sub) => ({ identity: 'user', claims: { sub } })),
    draw: (random) => ({ ...random.pick(operations(random.int(count), random.int(count))), caller: random.int(count) }),
    all: () => everyRequest(count, (at) => operations(at, at)),
    miss: missRequest,
    openByHand: () => openByHand(entities, users),
    openBitTest: null,
    jobs: (asked) => jobsOf(entities, users, data, asked),
  }
}

function dataOf(entities: readonly Entity[]) {
  const person = (user: Entity) => ({
    view: idOf(user, 'documentsAndFoldersWithViewAccess'),
    owned_documents: idsOf(user, 'ownedDocuments'),
    owned_folders: idsOf(user, 'ownedFolders'),
  })
  const published = entitiesOf(entities, 'Document').filter(({ attrs }) => attrs.isPublic === true)
  return {
    people: Object.fromEntries(entitiesOf(entities, 'User').map((user) => [user.uid.id, person(user)])),
    files: hierarchyOf(entities, ['Document', 'Folder', 'View']),
    public_documents: published.map(({ uid }) => uid.id),
  }
}

/** Any operation, on anything. */
function operations(document: number, folder: number): readonly Omit<Written, 'caller'>[] {
  const target = `/documents/${documentOf(document).id}`
  const headers = ['Host', HOST, 'User-Agent', 'bench/1.0 (drive; one of many)', 'Accept', 'application/json']
  return [
    { method: 'GET', target, headers },
    { method: 'PUT', target, headers },
    { method: 'POST', target: `${target}/shares`, headers },
    { method: 'PUT', target: `${target}/owner`, headers },
    { method: 'POST', target: `/folders/${folderOf(folder).id}/documents`, headers },
  ]
}
