/** Questions that a person would ask of a town, each in two wordings. */
const WORDINGS: readonly (readonly [asked: string, reworded: string])[] = [
  ['How many people live in {}?', 'What is the population of {}?'],
  ['What is the weather like in {} in winter?', 'How cold does {} get during the winter months?'],
  ['When was {} founded?', 'In which year did {} come into being?'],
  ['Which river flows through {}?', 'What is the name of the river that crosses {}?'],
  ['What food is {} known for?', 'Which dishes is {} famous for?'],
  ['Who is the mayor of {}?', 'Who currently runs the city government of {}?'],
  ['How do I get from the airport to the centre of {}?', 'What is the best way into downtown {} from its airport?'],
  ['Is it safe to walk around {} at night?', 'Can one stroll through {} after dark without danger?'],
  ['What is the oldest building in {}?', 'Which building in {} has stood the longest?'],
  ['Which universities are in {}?', 'What institutions of higher education does {} have?'],
  ['What language do people speak in {}?', 'Which tongue is spoken by the people of {}?'],
  ['How expensive is it to rent a flat in {}?', 'What does renting an apartment in {} cost?'],
  ['Which museums should I see in {}?', 'What are the museums worth visiting in {}?'],
  ['What currency is used in {}?', 'With what money do you pay in {}?'],
  ['How high above the sea is {}?', 'What is the elevation of {}?'],
  ['What sports teams come from {}?', 'Which sports clubs are based in {}?'],
  ['Which famous writers were born in {}?', 'What well-known authors come from {}?'],
  ['How far is {} from the coast?', 'What is the distance between {} and the sea?'],
  ['What time zone is {} in?', 'Which time zone does {} belong to?'],
  ['Are there good beaches near {}?', 'Can you find nice beaches close to {}?'],
  ['What do tourists like most about {}?', 'Which things do visitors enjoy the most in {}?'],
  ['How does the public transport work in {}?', 'How do buses and trains operate in {}?'],
  ['Which wars were fought over {}?', 'Over the control of {}, what wars took place?'],
  ['What is the main industry of {}?', 'Which industry dominates the economy of {}?'],
  ['How many bridges are there in {}?', 'What is the number of bridges in {}?'],
  ['When is the best time of year to visit {}?', 'In what season should one travel to {}?'],
  ['Which festivals are held in {}?', 'What festivals take place in {} each year?'],
  ['What is the crime rate in {}?', 'How much crime is there in {}?'],
  ['Where can I park my car in {}?', 'What places are there in {} to leave a car?'],
  ['Which hospitals in {} are the best?', 'What are the top hospitals of {}?'],
  ['How did {} get its name?', 'Where does the name of {} come from?'],
  ['What plants grow in the parks of {}?', 'Which plants can be seen in the public gardens of {}?'],
  ['Who designed the cathedral of {}?', 'Which architect planned the cathedral in {}?'],
  ['What music was made in {}?', 'Which musical styles came out of {}?'],
  ['Is the tap water in {} drinkable?', 'Can I drink water from the tap in {}?'],
  ['How many tourists visit {} every year?', 'What is the yearly number of visitors to {}?'],
  ['What films were shot in {}?', 'Which movies have been filmed in {}?'],
  ['How polluted is the air in {}?', 'What is the quality of the air in {}?'],
  ['Which newspapers are printed in {}?', 'What daily papers appear in {}?'],
  ['What do houses in {} look like?', 'How are the homes of {} built?'],
];

const TOWNS =
  'Lisbon Oslo Cairo Lima Hanoi Turin Quito Dakar Riga Perth Kyoto Leeds Basel Tunis Minsk Accra Sofia Havana Ghent Cork ' +
  'Seville Lagos Dublin Tampa Nantes Bergen Krakow Denver Malmo Osaka Patras Verona Bogota Lahore Zagreb Tallinn Geneva Nairobi ' +
  'Santiago Montreal Brisbane Hamburg Glasgow Marseille Vancouver Casablanca Melbourne Budapest Barcelona Amsterdam';

/** A question, and whether another one of the set asks the same in other words before it. */
interface Question {
  readonly question: string;
  readonly isReworded: boolean;
}

/**
 * Questions of 40 templates, which are distinct however alike they look, and of some the rewording, in a fixed order: what
 * ways of finding duplicates are tried on. By default 2,000 and 300.
 */
export function rewordedQuestions(towns = 50, rewordings = 300): Question[] {
  const names = TOWNS.split(' ').slice(0, towns);
  const of = (wording: string, town: string): string => wording.replace('{}', town);
  const asked = names.flatMap((town) => WORDINGS.map(([wording]) => ({ question: of(wording, town), isReworded: false })));
  // Steps that share no factor with either number go through all pairs.
  const reworded = Array.from({ length: rewordings }, (_, i) => {
    const [, wording] = WORDINGS[(i * 7) % WORDINGS.length]!;
    return { question: of(wording, names[(i * 13 + Math.floor(i / WORDINGS.length)) % names.length]!), isReworded: true };
  });
  return [...asked, ...reworded];
}
