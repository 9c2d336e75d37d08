import { expect, test } from 'vitest'
import type { Model } from '../../language/checker/model.ts'
import { checkProject } from '../../language/project.ts'
import { Lowered } from '../symbolic/lowered.ts'
import { alikeRoutes } from './alike-routes.ts'

function groupsOf(rules: string): readonly string[] {
  const text = `
identity staff via jwt { sub: string }
service s at "s.example" {
  route a GET  "/a/{id}"
  route b GET  "/b/{name}"
  route c GET  "/c/{id}/{name}"
  route d POST "/d/{id}"
  route e GET  "/e/{id...}"
  route f GET  "/f/{id: int}"
  route g GET  "/g/{id}"
}
${rules}`
  const project = checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap'])
  expect(project.diagnostics).toEqual([])
  const model = project.result as Model
  const lowered = new Lowered(model)
  const programs = model.routes.map((route) => lowered.route(route))
  const groups = [...alikeRoutes(model.routes, programs)]
  return groups.map(({ routes }) => routes.map(({ name }) => name.slice(2)).join(' '))
}

test('what nothing reads tells no routes apart', () => {
  expect(groupsOf('permit p on s.* to staff')).toEqual(['a b c f g', 'd', 'e'])
})

test('what is read does', () => {
  const rules =
    'permit p on s.a, s.c, s.d, s.e, s.g to staff when params.id == "x"\npermit q on s.b to staff when params.name == "x"\npermit r on s.f to staff when params.id == 1'
  expect(groupsOf(rules)).toEqual(['a g', 'b', 'c', 'd', 'e', 'f'])
})
