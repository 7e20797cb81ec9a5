// W5–W6: what is offered, and how far it is.

export const offer = {};
