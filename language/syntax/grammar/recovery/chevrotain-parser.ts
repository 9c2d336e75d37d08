/**
 * Chevrotain's parser as productions see it. Chevrotain protects the methods of its grammar language, because it expects
 * productions to be members of a subclass. Here they are functions, in a file for each chapter, so this class makes public the
 * methods that they call. Its declarations are types alone and cost nothing at run time.
 *
 * A number at the end of a name tells several calls within one production apart.
 */
import { EmbeddedActionsParser } from 'chevrotain'

export class ChevrotainParser extends EmbeddedActionsParser {
  declare readonly RULE: EmbeddedActionsParser['RULE']

  declare readonly CONSUME: EmbeddedActionsParser['CONSUME']
  declare readonly CONSUME2: EmbeddedActionsParser['CONSUME2']

  declare readonly SUBRULE: EmbeddedActionsParser['SUBRULE']
  declare readonly SUBRULE2: EmbeddedActionsParser['SUBRULE2']
  declare readonly SUBRULE3: EmbeddedActionsParser['SUBRULE3']

  declare readonly OR: EmbeddedActionsParser['OR']
  declare readonly OR2: EmbeddedActionsParser['OR2']
  declare readonly OR3: EmbeddedActionsParser['OR3']

  declare readonly OPTION: EmbeddedActionsParser['OPTION']
  declare readonly OPTION2: EmbeddedActionsParser['OPTION2']
  declare readonly OPTION3: EmbeddedActionsParser['OPTION3']
  declare readonly OPTION4: EmbeddedActionsParser['OPTION4']
  declare readonly OPTION5: EmbeddedActionsParser['OPTION5']
  declare readonly OPTION6: EmbeddedActionsParser['OPTION6']

  declare readonly MANY: EmbeddedActionsParser['MANY']
  declare readonly MANY2: EmbeddedActionsParser['MANY2']
  declare readonly MANY3: EmbeddedActionsParser['MANY3']
  declare readonly MANY_SEP: EmbeddedActionsParser['MANY_SEP']
  declare readonly AT_LEAST_ONE: EmbeddedActionsParser['AT_LEAST_ONE']
  declare readonly AT_LEAST_ONE_SEP: EmbeddedActionsParser['AT_LEAST_ONE_SEP']

  declare readonly ACTION: EmbeddedActionsParser['ACTION']
  declare readonly LA: EmbeddedActionsParser['LA']
  declare readonly SKIP_TOKEN: EmbeddedActionsParser['SKIP_TOKEN']
}
