/** What XML and HTML do not allow, even escaped: controls, lone surrogates and noncharacters. */
const FORBIDDEN = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;
const MARKUP = new Map([
	['&', '&amp;'],
	['<', '&lt;'],
	['>', '&gt;'],
	['"', '&quot;'],
	["'", '&#39;'],
]);

/** A text escaped for HTML or XML, in an element or a quoted attribute. Pure. */
export const escapeMarkup = (text: string): string =>
	text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"']/g, (sign) => MARKUP.get(sign)!);
