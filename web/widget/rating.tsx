// W4: the answer is rated, once the expert has said that it is complete. What is given can be raised, never lowered.

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Question } from '../client/protocol.ts';
import { Button, Icon } from '../kit/basics.tsx';
import { TextArea } from '../kit/fields.tsx';
import starsCss from '../kit/stars.css?inline';
import { Stars } from '../kit/stars.tsx';
import { Problem } from './problem.tsx';
import css from './rating.css?inline';
import { useTask } from './task.ts';
import { useParley, useTexts, useWidget } from './widget.ts';

const FIVE = 5;
const LOW = 2; // and less: customer care wants to know why

export function Rating({ question }: { readonly question: Question }) {
  const widget = useWidget();
  const { rating, ratingEnabled } = question;
  const isPressed = useRef(false);
  useMemo(() => [css, starsCss].forEach((one) => widget.styles(one)), []);
  if (!ratingEnabled && rating === null) return null;
  return (
    <section class="rating" part="rating">
      {rating === null ? (
        <Asked question={question} onRated={() => (isPressed.current = true)} />
      ) : (
        <Given question={question} rating={rating} isPressed={isPressed.current} />
      )}
    </section>
  );
}

function Asked({
  question: { id: questionId },
  onRated,
}: {
  readonly question: Question;
  readonly onRated: () => void;
}) {
  const widget = useWidget();
  const parley = useParley();
  const { talk } = useTexts();
  const stars = useSignal(0);
  const key = `rating ${questionId}`;
  const comment = useSignal(widget.drafts.get(key));
  const task = useTask(questionId);
  const isLow = stars.value > 0 && stars.value <= LOW;
  const rate = () =>
    task.run(async () => {
      const said = comment.peek().trim();
      const wish = { questionId, stars: stars.peek(), ...(isLow && said !== '' && { comment: said }) };
      onRated(); // the answer takes this away
      await parley.call('question.rate', wish);
      widget.drafts.set(key, '');
      widget.emit('rated', { stars: wish.stars });
    });
  return (
    <>
      <h2>{talk.rating}</h2>
      <div class="rating-stars">
        <Stars label={talk.rating} words={talk.stars} value={stars.value} onValue={(count) => (stars.value = count)} />
        <span class="rating-word">{talk.stars[stars.value - 1] ?? ''}</span>
      </div>
      {stars.value === 0 && <p class="hint">{talk.ratingHint}</p>}
      {isLow && (
        <TextArea
          label={talk.missing}
          rows={2}
          max={2_000}
          value={comment.value}
          onValue={(text) => {
            comment.value = text;
            widget.drafts.set(key, text);
          }}
        />
      )}
      {stars.value > 0 && (
        <Button look="primary" busy={task.isBusy} onPress={rate}>
          {talk.rate}
        </Button>
      )}
      {task.error !== null && <Problem error={task.error} questionId={questionId} />}
    </>
  );
}

interface GivenProps {
  readonly question: Question;
  readonly rating: NonNullable<Question['rating']>;
  /** just now, here: what had the focus is gone */
  readonly isPressed: boolean;
}

function Given({ question: { id: questionId }, rating, isPressed }: GivenProps) {
  const widget = useWidget();
  const parley = useParley();
  const { talk } = useTexts();
  const task = useTask(questionId);
  const words = useRef<HTMLParagraphElement>(null);
  const sentence = rating.by === 'automatic' ? talk.automatic : talk.thanks(rating.stars);
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (!isPressed) return;
    words.current?.focus();
    widget.announcer.say(sentence);
  }, []);
  useEffect(() => {
    const isNews = before.current !== null && before.current !== sentence;
    before.current = sentence;
    if (isNews) widget.announcer.say(sentence);
  }, [sentence]);
  const raise = () =>
    task.run(async () => {
      await parley.call('question.rate', { questionId, stars: FIVE });
      widget.emit('rated', { stars: FIVE });
      words.current?.focus(); // the button is gone
    });
  return (
    <>
      <p class="rating-given" ref={words} tabIndex={-1}>
        <Icon name="star" />
        <span>{sentence}</span>
        {rating.by === 'customer' && rating.stars < FIVE && (
          <Button look="link" busy={task.isBusy} onPress={raise}>
            {talk.toFive}
          </Button>
        )}
      </p>
      {task.error !== null && <Problem error={task.error} questionId={questionId} />}
    </>
  );
}
