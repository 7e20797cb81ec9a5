// W1–W2: asking.

export const ask = {
  title: 'Ask an expert',
  /** `time`: roughly how long, or null when nobody knows */
  lead: (time: string | null) =>
    time === null
      ? 'Tell us what you need. A qualified expert answers here.'
      : `Tell us what you need. A qualified expert answers here, usually within ${time}.`,
  nobody: 'No expert is online right now. Ask anyway: we e-mail you the answer.',
  nothing: 'Questions cannot be asked here at the moment. Please come back later.',
  category: 'What is it about?',
  choose: 'Choose',
  categoryMissing: 'Please choose a category.',
  subject: 'In one sentence',
  subjectHint: 'For example: My laptop does not start.',
  subjectMissing: 'Please say in one sentence what it is about.',
  details: 'Details',
  detailsHint: 'What happened, what have you tried, what should come out of it?',
  detailsMissing: 'Please describe what happened.',
  worth: 'A good answer is worth',
  other: 'Other',
  otherAmount: 'Your amount',
  worthHint: (stars: number) =>
    `Held on your card now. Charged only when you rate the answer ${stars} stars or more, or book a service.`,
  amountWrong: 'Please enter an amount.',
  amountLeast: (least: string) => `At least ${least}.`,
  email: 'E-mail',
  emailHint: 'So that you do not miss the answer. Optional.',
  emailWrong: 'This is not an e-mail address.',
  fieldWrong: 'Please check this.',
  payment: 'Payment',
  submit: (amount: string) => `Ask now · ${amount} held`,
  submitPlain: 'Ask now',
  posting: 'Posting your question…',
  declined: 'Your question is not posted yet. It is kept as a draft.',
};
