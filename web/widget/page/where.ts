// What the address of a question's page says: where the server is, and which question.

export interface Where {
  /** with the folder of its site, if it is in one */
  readonly server: string;
  /** "" or "/help/chat" */
  readonly folder: string;
  readonly questionId: string;
}

const QUESTION = /^(.*)\/questions\/([^/]*)\/?$/;

/** `path`: of the address, as the browser shows it */
export function whereFrom(path: string, origin = location.origin): Where {
  const [, folder = '', questionId = ''] = QUESTION.exec(path) ?? [];
  return { server: origin + folder, folder, questionId: decodeURIComponent(questionId) };
}
