/** Text without brackets: so many characters at once, so many of them different, that no hand has typed them. */
const leastPasted = 6;
const leastDifferent = 4;

/** Whether there is no key in it that types nothing; a character that is cut in two may begin and end it. */
export const isText = (text: string): boolean =>
  !/[\p{Cc}\ufffd]/u.test(text.replace(/^\ufffd{1,3}|\ufffd$|[\t\r\n]/g, ''));

/** Whether this came at once from a terminal that knows no bracketed paste; keys held down are few different ones. */
export const isBarePaste = (text: string): boolean => {
  const characters = [...text].filter((character) => character !== '\ufffd');
  const isEnough = characters.length >= leastPasted && new Set(characters).size >= leastDifferent;
  return isEnough && !text.startsWith('\ufffd') && isText(text);
};
