import type { Random } from '../../../random.ts'
import { connections, type Entity, numbers, type Uid } from '../entity.ts'

/**
 * Users, groups, documents and folders, so many of each. The benchmark's own generator lets documents and folders lie in views by names that no
 * view has (`User 3` for `User user_3`), so that nothing is ever seen through a view; `mended` says the names right.
 */
export function drawEntities(count: number, mended: boolean, random: Random): readonly Entity[] {
  const members: number[][] = numbers(count).map(() => [])
  const users = numbers(count).flatMap((user) => {
    const groups = connections(count, random)
    for (const group of groups) members[group]?.push(user)
    const attrs = {
      documentsAndFoldersWithViewAccess: viewOf('User', user, true),
      ownedDocuments: connections(count, random).map(documentOf),
      ownedFolders: connections(count, random).map(folderOf),
    }
    return [
      { uid: userOf(user), attrs, parents: groups.map(groupOf) },
      { uid: viewOf('User', user, true), attrs: {}, parents: [] },
    ]
  })
  const groups = numbers(count).flatMap((group) => [
    { uid: groupOf(group), attrs: {}, parents: [] },
    { uid: viewOf('Group', group, true), attrs: {}, parents: (members[group] ?? []).map((user) => viewOf('User', user, true)) },
  ])
  const views = () => [
    ...connections(count, random).map((user) => viewOf('User', user, mended)),
    ...connections(count, random).map((group) => viewOf('Group', group, mended)),
  ]
  const documents = numbers(count).map((document) => ({
    uid: documentOf(document),
    attrs: { isPublic: random.chance(0.5) },
    parents: [...connections(count, random).map(folderOf), ...views()],
  }))
  // A folder lies in folders before it, and so in no circle.
  const folders = numbers(count).map((folder) => ({
    uid: folderOf(folder),
    attrs: {},
    parents: [...connections(folder, random).map(folderOf), ...views()],
  }))
  return [...users, ...groups, ...documents, ...folders]
}

export function documentOf(number: number): Uid {
  return { type: 'Document', id: `doc_${number}` }
}

export function folderOf(number: number): Uid {
  return { type: 'Folder', id: `folder_${number}` }
}

export function userOf(number: number): Uid {
  return { type: 'User', id: `user_${number}` }
}

function groupOf(number: number): Uid {
  return { type: 'Group', id: `group_${number}` }
}

function viewOf(kind: 'User' | 'Group', number: number, named: boolean): Uid {
  return { type: 'View', id: `${kind} ${named ? `${kind.toLowerCase()}_` : ''}${number}` }
}
