import type { Location, WorkspaceEdit } from 'vscode-languageserver-types'
import { locationOf, occurrencesOf } from '../features/navigation.ts'
import { renameAt } from '../features/rename.ts'
import type { Occurrence } from '../symbols/occurrences.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { type BoundName, declarationOf } from './bound-names.ts'
import type { ConfigFile } from './config-files.ts'
import { nameLocations } from './name-locations.ts'

/** Returns the name of the policy at an offset. Its end counts as inside. */
export function boundNameAt(config: ConfigFile, offset: number): BoundName | null {
  return config.names.find(({ span }) => span.start <= offset && offset <= span.end) ?? null
}

/** Returns the declaration in a policy. */
export function configDefinitionAt(workspace: Workspace, config: ConfigFile, offset: number): Location[] {
  const found = declaredAt(workspace, config, offset)
  return found === null ? [] : [locationOf(workspace, found.policies.project, found.occurrence)]
}

/** Returns the names in policies and configurations. */
export function configReferencesAt(
  workspace: Workspace,
  config: ConfigFile,
  offset: number,
  withDeclaration: boolean,
): Location[] {
  const name = boundNameAt(config, offset)
  if (name === null) return []
  const found = declaredAt(workspace, config, offset)
  if (found === null) return nameLocations(workspace, [config], [name.symbol])
  const { project } = found.policies
  const inPolicies = [...occurrencesOf(project, found.occurrence)].filter((one) => withDeclaration || !one.isDeclaration)
  return [
    ...inPolicies.map((one) => locationOf(workspace, project, one)),
    ...nameLocations(workspace, workspace.configs.of(project), [name.symbol]),
  ]
}

/** Returns the edits of policies and configurations; a sentence if the name cannot be given. */
export function configRenameAt(workspace: Workspace, config: ConfigFile, offset: number, name: string): WorkspaceEdit | string {
  const bound = boundNameAt(config, offset)
  if (bound === null) return 'there is no name of a policy to rename here'
  const found = declaredAt(workspace, config, offset)
  if (found !== null) {
    const { project } = found.policies
    const { source, start } = found.occurrence.span
    const file = project.checked.files.find(({ span }) => span.source === source)
    return file === undefined ? 'the policy has changed' : renameAt(workspace, { project, file, source }, start, name)
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return `\`${name}\` is not a name: use letters, digits and \`_\`, and no digit first`
  const edits = nameLocations(workspace, [config], [bound.symbol]).map(({ range }) => ({ range, newText: name }))
  return { changes: { [workspace.uriOfPath(config.path)]: edits } }
}

function declaredAt(workspace: Workspace, config: ConfigFile, offset: number) {
  const name = boundNameAt(config, offset)
  const found = name === null ? null : declarationOf(workspace.configs.policiesOf(config), name.symbol)
  if (name === null || found === null) return null
  const occurrence: Occurrence = { span: found.declaration.name.span, symbols: [name.symbol], isDeclaration: true }
  return { ...found, occurrence }
}
