// W8–W11, W14: the box, refunds, history, settings, the page of a question.

export const more = {};
