// Rule 4.1: the link in a letter to a customer.

/** What a link opens; one for one purpose opens nothing else. */
export type LinkPurpose = 'question';
