import type { Random } from '../../../random.ts'
import { connections, type Entity, numbers, type Uid } from '../entity.ts'

export const APPLICATION: Uid = { type: 'Application', id: 'TinyTodo' }

/** Users, teams and lists, so many of each. What a list says, which nothing asks about, is left out: its name and its tasks. */
export function drawEntities(count: number, random: Random): readonly Entity[] {
  const users = numbers(count).map((user) => ({
    uid: userOf(user),
    attrs: {},
    parents: [...connections(count, random).map(teamOf), APPLICATION],
  }))
  // A team is in teams before it, and so in no circle.
  const teams = numbers(count).map((team) => ({
    uid: teamOf(team),
    attrs: {},
    parents: [...connections(team, random).map(teamOf), APPLICATION],
  }))
  const lists = numbers(count).map((list) => ({
    uid: listOf(list),
    attrs: {
      owner: userOf(random.int(count)),
      readers: teamOf(random.int(count)),
      editors: teamOf(random.int(count)),
    },
    parents: [APPLICATION],
  }))
  return [{ uid: APPLICATION, attrs: {}, parents: [] }, ...users, ...teams, ...lists]
}

export function listOf(number: number): Uid {
  return { type: 'List', id: `list_${number}` }
}

function userOf(number: number): Uid {
  return { type: 'User', id: `user_${number}` }
}

function teamOf(number: number): Uid {
  return { type: 'Team', id: `team_${number}` }
}
