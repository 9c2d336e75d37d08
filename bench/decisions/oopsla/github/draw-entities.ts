import type { Random } from '../../../random.ts'
import { connections, type Entity, numbers, type Uid } from '../entity.ts'

/** What a repository grants, the least first. */
export const GRANTS = ['readers', 'triagers', 'writers', 'maintainers', 'admins'] as const
export const GRANTS_OF_OWNER = ['readers', 'writers', 'admins'] as const

/** Organizations, repositories, teams and users, so many of each. */
export function drawEntities(count: number, random: Random): readonly Entity[] {
  const grantOf = (repository: number) => repositoryGrant(repository, random.pick(GRANTS))
  const ownerGrantOf = (organization: number) => organizationGrant(organization, random.pick(GRANTS_OF_OWNER))

  const organizations = numbers(count).flatMap((organization) => {
    const attrs = Object.fromEntries(GRANTS_OF_OWNER.map((grant) => [grant, organizationGrant(organization, grant)]))
    const parents = connections(count, random).map(ownerGrantOf)
    return [{ uid: organizationOf(organization), attrs, parents }, ...Object.values(attrs).map(bare)]
  })
  const repositories = numbers(count).flatMap((repository) => {
    const grants = Object.fromEntries(GRANTS.map((grant) => [grant, repositoryGrant(repository, grant)]))
    const attrs = { ...grants, owner: organizationOf(random.int(count)) }
    return [{ uid: repositoryOf(repository), attrs, parents: [] }, ...Object.values(grants).map(bare)]
  })
  // A team is in teams before it, and so in no circle.
  const teams = numbers(count).map((team) => ({
    uid: teamOf(team),
    attrs: {},
    parents: [...connections(team, random).map(teamOf), ...connections(count, random).map(grantOf)],
  }))
  const users = numbers(count).map((user) => ({
    uid: userOf(user),
    attrs: {},
    parents: [
      ...connections(count, random).map(grantOf),
      ...connections(count, random).map(teamOf),
      ...connections(count, random).map(organizationOf),
      ...connections(count, random).map(ownerGrantOf),
    ],
  }))
  return [...organizations, ...repositories, ...teams, ...users]
}

export function repositoryOf(number: number): Uid {
  return { type: 'Repository', id: `repo_${number}` }
}

function organizationOf(number: number): Uid {
  return { type: 'Organization', id: `org_${number}` }
}

function teamOf(number: number): Uid {
  return { type: 'Team', id: `team_${number}` }
}

function userOf(number: number): Uid {
  return { type: 'User', id: `user_${number}` }
}

function repositoryGrant(number: number, grant: string): Uid {
  return { type: 'RepoPermission', id: `repo_${number}_${grant}` }
}

function organizationGrant(number: number, grant: string): Uid {
  return { type: 'OrgPermission', id: `org_${number}_${grant}` }
}

function bare(uid: Uid): Entity {
  return { uid, attrs: {}, parents: [] }
}
