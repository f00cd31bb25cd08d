/** Words that the app uses for itself, or for all: nobody speaks in their name. Who has one of them already keeps it. */
const RESERVED = new Set([
  ...['everyone', 'everybody', 'all', 'here', 'channel', 'me', 'you', 'nobody', 'anonymous', 'asker'],
  ...[
    'admin',
    'administrator',
    'root',
    'system',
    'sysadmin',
    'operator',
    'owner',
    'moderator',
    'mod',
    'staff',
    'support',
  ],
  ...[
    'help',
    'info',
    'security',
    'official',
    'service',
    'server',
    'bot',
    'chatbox',
    'webmaster',
    'postmaster',
    'hostmaster',
  ],
  ...['abuse', 'noreply', 'no-reply', 'null', 'undefined', 'deleted', 'api', 'www'],
])

/** Whether a handle is one of them, also with dots, dashes and underscores between its letters. */
export function isReserved(handle: string): boolean {
  return RESERVED.has(handle) || RESERVED.has(handle.replace(/[._-]/g, ''))
}
