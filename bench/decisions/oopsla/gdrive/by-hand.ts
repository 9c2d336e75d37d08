import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Engine } from '../../engine.ts'
import { handEngine } from '../../hand-engine.ts'
import { closureOf, type Entity, entitiesOf, hierarchyOf, idOf, idsOf } from '../entity.ts'
import { HOST } from './write-policy.ts'

const ROUTES = ['read', 'write', 'share', 'change_owner', 'create_document'] as const
const READ = 0
const WRITE = 1
const SHARE = 2
const CHANGE_OWNER = 3
const CREATE_DOCUMENT = 4

/** What a document or folder is asked for, prepared when data are pushed. */
interface File {
  readonly isPublic: boolean
  /** The folders that it lies in, however deep, as a set of bits. */
  readonly folders: Int32Array
  /** The views that show it, as a set of bits. */
  readonly views: Int32Array
}

/** Of somebody who has logged in. */
interface Session {
  readonly view: number
  readonly documents: ReadonlySet<string>
  readonly folders: ReadonlySet<string>
  readonly folderNumbers: readonly number[]
}

export function openByHand(entities: readonly Entity[], users: readonly string[]): Engine {
  const above = closureOf(hierarchyOf(entities, ['Document', 'Folder', 'View']))
  const folders = numbered(entitiesOf(entities, 'Folder').map(({ uid }) => uid.id))
  const views = numbered(entitiesOf(entities, 'View').map(({ uid }) => uid.id))
  const files = new Map(
    entitiesOf(entities, 'Document').map(({ uid, attrs }): [string, File] => {
      const all = above.get(uid.id) as ReadonlySet<string>
      return [uid.id, { isPublic: attrs.isPublic === true, folders: bitsOf(all, folders), views: bitsOf(all, views) }]
    }),
  )
  return handEngine({ sessions: users.map(login), route, decide, tell })

  function login(id: string): Session {
    const user = entitiesOf(entities, 'User').find(({ uid }) => uid.id === id) as Entity
    const owned = idsOf(user, 'ownedFolders')
    return {
      view: views.get(idOf(user, 'documentsAndFoldersWithViewAccess')) as number,
      documents: new Set(idsOf(user, 'ownedDocuments')),
      folders: new Set(owned),
      folderNumbers: owned.map((folder) => folders.get(folder) as number),
    }
  }

  function decide(session: Session, route: number, { segments }: CanonicalRequest): number {
    const id = segments[1] as string
    if (route === CREATE_DOCUMENT) return session.folders.has(id) ? 1 : 0
    if (route === CHANGE_OWNER) return session.documents.has(id) ? 1 : 0
    const file = files.get(id)
    if (file === undefined) return 0
    if (route === READ && (file.isPublic || has(file.views, session.view))) return 1
    for (let at = 0; at < session.folderNumbers.length; at += 1)
      if (has(file.folders, session.folderNumbers[at] as number)) return 1
    return session.documents.has(id) ? 1 : 0
  }
}

function tell(route: number, decision: number): string {
  if (route < 0) return 'null deny: no-route'
  return `drive.${ROUTES[route]} ${decision === 1 ? 'permit' : 'deny: default'}`
}

function route({ host, method, segments }: CanonicalRequest): number {
  const found = operation(method, segments)
  return found >= 0 && segments[1] !== '' && host === HOST ? found : -1
}

function operation(method: string, segments: readonly string[]): number {
  const [first, , third] = segments
  if (segments.length === 2) return first === 'documents' ? (isGet(method) ? READ : method === 'PUT' ? WRITE : -1) : -1
  if (segments.length !== 3) return -1
  if (first === 'folders') return third === 'documents' && method === 'POST' ? CREATE_DOCUMENT : -1
  if (first !== 'documents') return -1
  if (method === 'POST') return third === 'shares' ? SHARE : -1
  return method === 'PUT' && third === 'owner' ? CHANGE_OWNER : -1
}

function isGet(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(names.map((name, at) => [name, at]))
}

function bitsOf(names: ReadonlySet<string>, numbers: ReadonlyMap<string, number>): Int32Array {
  const bits = new Int32Array((numbers.size + 31) >> 5)
  for (const name of names) {
    const number = numbers.get(name)
    if (number !== undefined) bits[number >> 5] = (bits[number >> 5] as number) | (1 << (number & 31))
  }
  return bits
}

function has(bits: Int32Array, number: number): boolean {
  return (((bits[number >> 5] as number) >>> (number & 31)) & 1) !== 0
}
