// Every path of money with the simulated provider, whoever dies on it, before and after each of its steps.

import { simulatedBooks } from '../helpers/provider-books.ts';
import { moneyMatrix } from './money-matrix.ts';

moneyMatrix({
  env: { PAYMENTS: 'simulated' },
  books: simulatedBooks,
  among: /./,
  steps: [
    ...['questions.insert', 'questions.save', 'questions.settled', 'offers.insert', 'offers.save', 'offers.settled'],
    ...['cases.insert', 'cases.save', 'cases.settled', 'entries.book', 'mails.owe', 'catalogue.keep', 'audit.append'],
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
    ...['questions.saveMany', 'questions.save', 'questions.settled'],
    ...['offers.saveMany', 'offers.save', 'offers.settled', 'entries.book', 'mails.owe'],
    ...['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund'],
  ],
});
