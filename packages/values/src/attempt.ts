/** What `act` gives; where it throws, `otherwise`. For what may well fail and is worth no word, such as text that may be JSON. */
export function attempt<T>(act: () => T): T | undefined;
export function attempt<T, Other>(act: () => T, otherwise: Other): T | Other;
export function attempt<T, Other>(act: () => T, otherwise?: Other): T | Other | undefined {
  try {
    return act();
  } catch {
    return otherwise;
  }
}
