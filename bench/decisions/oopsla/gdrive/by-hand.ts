import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Engine } from '../../engine.ts'
import { handEngine } from '../../hand-engine.ts'
import { nameTable } from '../../name-table.ts'
import { closureOf, type Entity, entitiesOf, hierarchyOf, idOf, idsOf } from '../entity.ts'
import { HOST } from './write-policy.ts'

const ROUTES = ['read', 'write', 'share', 'change_owner', 'create_document'] as const
const READ = 0
const WRITE = 1
const SHARE = 2
const CHANGE_OWNER = 3
const CREATE_DOCUMENT = 4

/** What a document is asked for, prepared when data are pushed. */
interface Document {
  readonly isPublic: boolean
  /** The folders that it lies in, however deep, as a set of bits. */
  readonly folders: Int32Array
  /** The views that show it, as a set of bits. */
  readonly views: Int32Array
}

/** Of somebody who has logged in. */
interface Session {
  readonly view: number
  /** By number, 1 where it is theirs. */
  readonly documents: Uint8Array
  readonly folders: Uint8Array
  /** The numbers of their folders. */
  readonly folderNumbers: readonly number[]
}

export function openByHand(entities: readonly Entity[], users: readonly string[]): Engine {
  const above = closureOf(hierarchyOf(entities, ['Document', 'Folder', 'View']))
  const [documentNames, folderNames, viewNames] = ['Document', 'Folder', 'View'].map((type) =>
    entitiesOf(entities, type).map(({ uid }) => uid.id),
  ) as [string[], string[], string[]]
  const documentNumber = nameTable(documentNames)
  const folderNumber = nameTable(folderNames)
  const documents = entitiesOf(entities, 'Document').map(({ uid, attrs }): Document => {
    const all = above.get(uid.id) as ReadonlySet<string>
    return { isPublic: attrs.isPublic === true, folders: bitsOf(all, folderNames), views: bitsOf(all, viewNames) }
  })
  return handEngine({ sessions: users.map(login), route, decide, tell })

  function login(id: string): Session {
    const user = entitiesOf(entities, 'User').find(({ uid }) => uid.id === id) as Entity
    const [ownDocuments, ownFolders] = [new Set(idsOf(user, 'ownedDocuments')), new Set(idsOf(user, 'ownedFolders'))]
    return {
      view: viewNames.indexOf(idOf(user, 'documentsAndFoldersWithViewAccess')),
      documents: Uint8Array.from(documentNames, (name) => (ownDocuments.has(name) ? 1 : 0)),
      folders: Uint8Array.from(folderNames, (name) => (ownFolders.has(name) ? 1 : 0)),
      folderNumbers: [...ownFolders].map((name) => folderNames.indexOf(name)),
    }
  }

  function decide(session: Session, route: number, { segments }: CanonicalRequest): number {
    const name = segments[1] as string
    if (route === CREATE_DOCUMENT) {
      const folder = folderNumber(name)
      return folder < 0 ? 0 : (session.folders[folder] as number)
    }
    const number = documentNumber(name)
    if (number < 0) return 0
    if (session.documents[number] === 1) return 1
    if (route === CHANGE_OWNER) return 0
    const document = documents[number] as Document
    if (route === READ && (document.isPublic || has(document.views, session.view))) return 1
    for (let at = 0; at < session.folderNumbers.length; at += 1)
      if (has(document.folders, session.folderNumbers[at] as number)) return 1
    return 0
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

function bitsOf(names: ReadonlySet<string>, all: readonly string[]): Int32Array {
  const bits = new Int32Array((all.length + 31) >> 5)
  for (const [number, name] of all.entries())
    if (names.has(name)) bits[number >> 5] = (bits[number >> 5] as number) | (1 << (number & 31))
  return bits
}

function has(bits: Int32Array, number: number): boolean {
  return (((bits[number >> 5] as number) >>> (number & 31)) & 1) !== 0
}
