import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'

/** The schema of SARIF 2.1.0. It is of draft 4, of which it uses nothing that later drafts read otherwise but the name of its own identifier. */
const { id: _, $schema: __, ...rest } = schema as Record<string, unknown>

export const validateSarif = addFormats.default(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })).compile(rest)
