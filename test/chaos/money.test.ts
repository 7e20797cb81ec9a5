// Every path of money with the simulated provider, whoever dies on it.

import { simulatedBooks } from '../helpers/provider-books.ts';
import { moneyMatrix } from './money-matrix.ts';

moneyMatrix({
  env: { PAYMENTS: 'simulated' },
  books: simulatedBooks,
  steps: ['payments.authorise', 'payments.capture', 'payments.void', 'payments.refund'],
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
