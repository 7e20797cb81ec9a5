/**
 * An address in what a person has written. Signs at its end are of the sentence, not of it. Time grows with the text, no faster: whoever
 * reads would wait for whoever wrote.
 */
export const ADDRESS = /https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}»”’]/g;
