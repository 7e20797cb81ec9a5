// W3–W4, W12: the conversation and its rating.

export const talk = {};
