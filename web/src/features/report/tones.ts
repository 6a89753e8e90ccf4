/** The colours of series, in their order; tokens.css says what they are in the light and in the dark. */
export const TONES = ['--brand', '--teal-d', '--violet-d', '--amber-d', '--gray-d', '--orange-d', '--green-d', '--red-d'];
export const tone = (i: number): string => `var(${TONES[i % TONES.length]})`;
