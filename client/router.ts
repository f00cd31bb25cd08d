/** The screens, and what each one's address tells. */
export type Route =
  | { screen: 'list' }
  /** The list of what was put away. */
  | { screen: 'archived' }
  /** `n` is the message to go to. */
  | { screen: 'conversation'; conversationId: string; withUserId: string | null; n: number | null }
  | { screen: 'manage'; conversationId: string }
  | { screen: 'people' }
  | { screen: 'person'; userId: string }
  | { screen: 'new-group' }
  | { screen: 'new-classroom' }
  /** What staff see of a classroom; `questionId` is the thread that lies over it where there is little room. */
  | { screen: 'classroom'; classroomId: string; questionId: string | null }
  | { screen: 'classroom-settings'; classroomId: string }
  | { screen: 'unsent' }
  | { screen: 'settings' }
  /** What operators and moderators see to. */
  | { screen: 'operate' }
  /** What other apps shared. */
  | { screen: 'share' }

/** What is its own address. */
const NAMES = ['archived', 'people', 'unsent', 'settings', 'operate', 'share'] as const

/** Whatever is no screen's address is the list. */
export function toRoute(address: string): Route {
  const { pathname, searchParams } = new URL(address, 'http://localhost')
  const [first, second, third, ...rest] = pathname.split('/').filter((part) => part !== '')
  if (rest.length > 0) return { screen: 'list' }
  if (first === 'c' && second !== undefined) {
    if (third === undefined) {
      return { screen: 'conversation', conversationId: second, withUserId: searchParams.get('with'), n: null }
    }
    if (third === 'manage') return { screen: 'manage', conversationId: second }
    const isNumber = /^[1-9]\d{0,14}$/.test(third)
    return isNumber
      ? { screen: 'conversation', conversationId: second, withUserId: null, n: Number(third) }
      : { screen: 'list' }
  }
  if (first === 'groups' && second === 'new' && third === undefined) return { screen: 'new-group' }
  if (first === 'classrooms' && second !== undefined) {
    if (third === 'settings') return { screen: 'classroom-settings', classroomId: second }
    if (third !== undefined) return { screen: 'list' }
    if (second === 'new') return { screen: 'new-classroom' }
    return { screen: 'classroom', classroomId: second, questionId: searchParams.get('q') }
  }
  if (first === 'people' && second !== undefined && third === undefined) return { screen: 'person', userId: second }
  const screen = NAMES.find((name) => name === first)
  return second === undefined && screen !== undefined ? { screen } : { screen: 'list' }
}

/** Whether a path of this origin is a page of its own, which the browser has to open: what students see. */
export function isOtherPage(path: string): boolean {
  return /^\/q(?:[/?#]|$)/.test(path)
}

export function toPath(route: Route): string {
  switch (route.screen) {
    case 'list':
      return '/'
    case 'conversation': {
      const { conversationId, withUserId, n } = route
      if (n !== null) return `/c/${conversationId}/${n}`
      return `/c/${conversationId}${withUserId === null ? '' : `?with=${withUserId}`}`
    }
    case 'manage':
      return `/c/${route.conversationId}/manage`
    case 'new-group':
      return '/groups/new'
    case 'new-classroom':
      return '/classrooms/new'
    case 'classroom':
      return `/classrooms/${route.classroomId}${route.questionId === null ? '' : `?q=${route.questionId}`}`
    case 'classroom-settings':
      return `/classrooms/${route.classroomId}/settings`
    case 'person':
      return `/people/${route.userId}`
    case 'archived':
    case 'people':
    case 'operate':
    case 'share':
    case 'unsent':
    case 'settings':
      return `/${route.screen}`
  }
}

export function conversationPath(conversationId: string, withUserId: string | null = null): string {
  return toPath({ screen: 'conversation', conversationId, withUserId, n: null })
}

export function personPath(userId: string): string {
  return toPath({ screen: 'person', userId })
}

export function classroomPath(classroomId: string, questionId: string | null = null): string {
  return toPath({ screen: 'classroom', classroomId, questionId })
}

/** The address of one message, for whoever is in its conversation. */
export function messagePath(conversationId: string, n: number): string {
  return toPath({ screen: 'conversation', conversationId, withUserId: null, n })
}
