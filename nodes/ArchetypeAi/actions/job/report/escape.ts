/** What XML or HTML does not take, escaped or not: controls, halves of characters, and what is none. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
const MARKUP = new Map([
	['&', '&amp;'],
	['<', '&lt;'],
	['>', '&gt;'],
	['"', '&quot;'],
	["'", '&#39;'],
]);

/** A text as HTML or XML, for an element or a quoted attribute: nothing in it is markup. Pure. */
export const escapeMarkup = (text: string): string =>
	text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (sign) => MARKUP.get(sign)!);
