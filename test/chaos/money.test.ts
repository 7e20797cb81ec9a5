// Every path of money with the simulated provider, whoever dies on it, before and after each of its steps.

import { simulatedBooks } from '../helpers/provider-books.ts';
import { moneyMatrix } from './money-matrix.ts';

moneyMatrix({
  env: { PAYMENTS: 'simulated' },
  books: simulatedBooks,
  among: /./,
  steps: [
    ...[
      'questions.insert',
      'questions.save',
      'questions.clearOutbox',
      'offers.insert',
      'offers.save',
      'offers.clearOutbox',
    ],
    ...[
      'cases.insert',
      'cases.save',
      'cases.clearOutbox',
      'entries.book',
      'mails.owe',
      'catalogue.keep',
      'audit.append',
    ],
    ...['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund'],
  ],
  recoveries: [
    ['question.post', 'sweep'],
    ['question.rate', 'sweep'],
    ['request.accept', 'sweep'],
    ['request.withdraw after no', 'sweep'],
    ['payment.update of a request', 'sweep'],
  ],
  recoveredFrom: /^payments|\.(?:insert|save)$/,
  recoverySteps: [
    ...['questions.saveMany', 'questions.save', 'questions.clearOutbox'],
    ...['offers.saveMany', 'offers.save', 'offers.clearOutbox', 'entries.book', 'mails.owe'],
    ...['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund'],
  ],
});
