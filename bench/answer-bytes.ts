/** Length of the constant that servers answer which check nothing: that of an Encrypt answer. */
export const answerBytes = 380;
