import type { Command } from '../command.ts'
import { loadCommands } from './load-commands.ts'

/** All commands of the program, in the order in which the help lists them. */
export const commands: readonly Command[] = await loadCommands()
